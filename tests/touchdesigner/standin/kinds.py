"""Built-in parameters of the operator types that the component uses, each type with the page that lists them."""

import collections

Kind = collections.namedtuple("Kind", "page family pars docked")

COMMON_CALLBACKS = {"callbacks": "DAT"}
TOP = {"outputresolution": "Menu", "resolutionw": "Int", "resolutionh": "Int", "format": "Menu"}


def kinds(profile):
    """Types by name. `profile` is 2022, 2023 or 2025."""
    script = {**COMMON_CALLBACKS, "setuppars": "Pulse", **TOP}
    if profile >= 2025:
        script["modoutsidecook"] = "Toggle"
    extension = (
        {"ext0object": "Str", "ext0name": "Str", "ext0promote": "Toggle", "reinitextensions": "Pulse"}
        if profile >= 2023
        else {"extension1": "Str", "extname1": "Str", "promoteextension1": "Toggle", "reinitextensions": "Pulse"}
    )
    execute = "active start create exit framestart frameend playstatechange devicechange".split()
    watch = "active valuechange valueschanged onpulse expressionchange exportchange enablechange modechange custom builtin".split()
    return {
        "baseCOMP": Kind("Base COMP", "COMP", extension, False),
        "textDAT": Kind("Text DAT", "DAT", {"file": "Str", "syncfile": "Toggle", "language": "Menu"}, False),
        "websocketDAT": Kind(
            "WebSocket DAT", "DAT",
            {"active": "Toggle", "netaddress": "Str", "port": "Int", "timeout": "Int", "callbacks": "DAT",
             "clamp": "Toggle", "maxlines": "Int", "clear": "Pulse"}, True,
        ),
        "webclientDAT": Kind(
            "Web Client DAT", "DAT",
            {"active": "Toggle", "url": "Str", "verifycert": "Toggle", "timeout": "Int", "clamp": "Toggle",
             "maxlines": "Int", "callbacks": "DAT"}, True,
        ),
        "executeDAT": Kind("Execute DAT", "DAT", dict.fromkeys(execute, "Toggle"), False),
        "parameterexecuteDAT": Kind(
            "Parameter Execute DAT", "DAT", {"op": "OP", "pars": "Str", **dict.fromkeys(watch, "Toggle")}, False
        ),
        "oscoutDAT": Kind("OSC Out DAT", "DAT", {"active": "Toggle", "address": "Str", "port": "Int"}, True),
        "oscoutCHOP": Kind(
            "OSC Out CHOP", "CHOP",
            {"active": "Toggle", "netaddress": "Str", "port": "Int", "format": "Menu", "cookalways": "Toggle"}, False,
        ),
        "oscinCHOP": Kind("OSC In CHOP", "CHOP", {"active": "Toggle", "port": "Int"}, False),
        "constantCHOP": Kind("Constant CHOP", "CHOP", {}, False),
        "scriptTOP": Kind("Script TOP", "TOP", script, True),
        "inTOP": Kind("In TOP", "TOP", {"label": "Str", **TOP}, False),
        "outTOP": Kind("Out TOP", "TOP", {"label": "Str", **TOP}, False),
        "nullTOP": Kind("Null TOP", "TOP", dict(TOP), False),
        "ndiinTOP": Kind("NDI In TOP", "TOP", {"active": "Toggle", "name": "Str", "extraips": "Str", **TOP}, False),
        "ndioutTOP": Kind("NDI Out TOP", "TOP", {"active": "Toggle", "name": "Str", "fps": "Float", **TOP}, False),
        "syphonspoutinTOP": Kind("Syphon Spout In TOP", "TOP", {"sendername": "Str", **TOP}, False),
        "syphonspoutoutTOP": Kind("Syphon Spout Out TOP", "TOP", {"active": "Toggle", "sendername": "Str", **TOP}, False),
        "webrenderTOP": Kind("Web Render TOP", "TOP", {"active": "Toggle", "url": "Str", **TOP}, False),
        "videostreaminTOP": Kind("Video Stream In TOP", "TOP", {"active": "Toggle", "mode": "Menu", "url": "Str", **TOP}, False),
    }  # fmt: skip


# Toggles that are on when an operator is made; OSC Out CHOP's menu of formats as its page's words.
ON = {("oscoutDAT", "active"), ("oscoutCHOP", "active"), ("oscinCHOP", "active"), ("ndioutTOP", "active"),
      ("parameterexecuteDAT", "active"), ("executeDAT", "active"), ("webrenderTOP", "active"),
      ("websocketDAT", "active"), ("parameterexecuteDAT", "builtin"), ("parameterexecuteDAT", "custom")}  # fmt: skip
MENUS = {("oscoutCHOP", "format"): (["timeslice", "sample"], ["Time Slice", "Sample"])}
