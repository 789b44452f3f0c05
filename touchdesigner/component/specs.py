"""What stands on the pages: one Spec for each parameter, made from what the daemon says of its addresses and nodes.

Nothing here touches TouchDesigner. Whatever the daemon sends is checked: what makes no parameter is left out and counted.
"""

import json
import math

SLOTS = 4  # prompts that are shown though nothing stands in them yet
MOST = 600  # parameters; a page with more is no page
OWN_PAGE, PROMPT_PAGE, SHOW_PAGE, PICTURES_PAGE, OSC_PAGE = "Reverie", "Prompt", "Show", "Pictures", "OSC"
STYLES = {
    "number": "Float",
    "integer": "Int",
    "boolean": "Toggle",
    "string": "Str",
    "enum": "Menu",
    "color": "RGB",
    "list": "Str",
    "trigger": "Pulse",
}
ROUTES_IN = [
    ("auto", "Automatic"), ("off", "Off"), ("shm", "Shared memory"), ("ndi", "NDI"),
    ("spout", "Syphon / Spout"), ("web", "Web page"), ("stream", "Video stream"),
]  # fmt: skip
ROUTES_OUT = ROUTES_IN[:5]


class Spec:
    """One parameter. `kind` is the daemon's type of it; None for the component's own."""

    def __init__(self, key, page, style, label, help="", default=None, kind=None, low=None, high=None,
                 choices=(), labels=None, readonly=False, section=False):  # fmt: skip
        self.key, self.page, self.style, self.label, self.help = key, page, style, label, help
        self.default, self.kind, self.low, self.high = default, kind, low, high
        self.choices, self.labels = list(choices), list(labels if labels is not None else choices)
        self.readonly, self.section = readonly, section

    @property
    def is_color(self):
        return self.style == "RGB"

    @property
    def is_value(self):
        """Whether it stands for a value of the daemon."""
        return self.kind is not None and self.kind != "trigger"


def own_specs():
    """What the component has whether or not a daemon answers."""
    pulse = lambda key, label, help, **more: Spec(key, OWN_PAGE, "Pulse", label, help, **more)  # noqa: E731
    out = lambda key, style, label, help="": Spec(  # noqa: E731
        key, OWN_PAGE, style, label, help, readonly=True, default="" if style == "Str" else 0.0
    )
    menu = lambda key, label, help, routes: Spec(  # noqa: E731
        key, PICTURES_PAGE, "Menu", label, help, default="auto",
        choices=[name for name, _ in routes], labels=[text for _, text in routes],
    )  # fmt: skip
    return [
        Spec("@address", OWN_PAGE, "Str", "Address", "Where Reverie answers", default="http://127.0.0.1:8000"),
        pulse("@start", "Start", "Connects, and stays connected"),
        pulse("@stop", "Stop", "Lets go of Reverie, which plays on"),
        Spec("@bypass", OWN_PAGE, "Toggle", "Bypass", "The output is the input", default=False),
        Spec("@preset", OWN_PAGE, "Menu", "Preset", "Recalled by Recall", section=True),
        pulse("@recall", "Recall", "Recalls the preset that the menu shows"),
        pulse("@refresh", "Refresh", "Asks for presets, pipelines and routes again"),
        Spec("@state", OWN_PAGE, "Str", "State", readonly=True, section=True, default=""),
        out("@rate", "Float", "Rate", "Pictures a second at Reverie's output"),
        out("@latency", "Float", "Latency", "Milliseconds from a picture's capture to Reverie's output"),
        out("@error", "Str", "Last Error"),
        menu("@receive", "Receive", "How pictures come from Reverie", ROUTES_IN),
        Spec("@receivename", PICTURES_PAGE, "Str", "Receive Name", "Under which Reverie gives them out", "touch-out"),
        Spec("@receivestate", PICTURES_PAGE, "Str", "Received by", readonly=True, default=""),
        menu("@send", "Send", "How the input goes to Reverie; Automatic sends while something is wired", ROUTES_OUT),
        Spec("@sendname", PICTURES_PAGE, "Str", "Send Name", "Under which Reverie looks for them", "touch-in"),
        Spec("@sendstate", PICTURES_PAGE, "Str", "Sent by", readonly=True, default=""),
        Spec("@bottomup", PICTURES_PAGE, "Toggle", "Rows Bottom Up",
             "Whether arrays begin with the bottom row; Calibrate finds out", True, section=True),  # fmt: skip
        Spec("@calibrate", PICTURES_PAGE, "Pulse", "Calibrate", "Draws a marked picture and looks where the mark is"),
        Spec("@osc", OSC_PAGE, "Toggle", "OSC", "Plays channels of a CHOP by OSC, and hears what changes", False),
        Spec("@oscchop", OSC_PAGE, "CHOP", "CHOP", "Its channels are called as addresses: reverie/main/strength"),
        Spec("@oscport", OSC_PAGE, "Int", "Hear at Port", "UDP port of the OSC In CHOP", 9100, low=1024, high=65535),
    ]


def show_specs(parameters, nodes):
    """Specs of all addresses and of the nodes' read-outs, and how many of what the daemon sent made none."""
    told = parameters if isinstance(parameters, list) else []
    listed = [_spec_of(entry) for entry in told]
    specs = {spec.key: spec for spec in listed if spec is not None}
    left_out = sum(spec is None and not _is_covered(entry) for spec, entry in zip(listed, told))
    for entry in told:
        if _is_prompt_list(entry):
            for spec in _slots(entry):
                specs.setdefault(spec.key, spec)
    ordered = sorted(specs.values(), key=_place)
    left_out += max(0, len(ordered) - MOST)
    return ordered[:MOST] + [spec for node in nodes for spec in _read_outs(node)], left_out


def page_order(nodes):
    """Names of the pages, left to right."""
    return [OWN_PAGE, PROMPT_PAGE, *(page_of(node) for node in nodes), SHOW_PAGE, PICTURES_PAGE, OSC_PAGE]


def page_of(node):
    """A node's page bears its name; one that is called as a page of ours is told from it."""
    own = {OWN_PAGE, PROMPT_PAGE, SHOW_PAGE, PICTURES_PAGE, OSC_PAGE}
    return node + " node" if node.lower() in {page.lower() for page in own} else node


def _spec_of(entry):
    if not isinstance(entry, dict) or _is_covered(entry):
        return None
    address, kind, node = entry.get("address"), entry.get("type"), entry.get("node")
    if not isinstance(address, str) or not address.startswith("/") or len(address) > 200:
        return None
    if not isinstance(kind, str) or kind not in STYLES or not (node is None or isinstance(node, str)):
        return None
    choices = [choice for choice in _list(entry.get("choices")) if isinstance(choice, str)]
    if kind == "enum" and not choices:
        return None
    ui = entry.get("ui") if isinstance(entry.get("ui"), dict) else {}
    load = ui.get("load") is True
    return Spec(
        address,
        _page(address, node),
        STYLES[kind],
        _label(ui.get("label"), address) + (" (reloads)" if load else ""),
        _help(entry, ui, load),
        entry.get("default"),
        kind,
        _number(entry.get("minimum")),
        _number(entry.get("maximum")),
        choices,
    )


def _page(address, node):
    if node is not None:
        return page_of(node)
    return PROMPT_PAGE if address.startswith(("/prompt", "/transition")) else SHOW_PAGE


def _label(label, address):
    words = label if isinstance(label, str) and label.strip() else address.rsplit("/", 1)[-1]
    parts = address.split("/")
    number = parts[-2] if len(parts) > 3 and parts[-3] == "prompts" else ""
    return "%s %d" % (words, int(number) + 1) if number.isdigit() else words


def _help(entry, ui, load):
    lines = [entry["description"]] if isinstance(entry.get("description"), str) else []
    if isinstance(ui.get("unit"), str):
        lines.append("In " + ui["unit"])
    if load:
        lines.append("Changing it loads the pipeline again")
    return "\n".join([line for line in lines if line] + [entry["address"]])


def _is_prompt_list(entry):
    return isinstance(entry, dict) and entry.get("type") == "list" and str(entry.get("address")).endswith("/prompts")


def _is_covered(entry):
    """Prompts stand slot by slot, and the preset has a menu and a pulse."""
    return _is_prompt_list(entry) or (isinstance(entry, dict) and entry.get("address") == "/preset")


def _slots(entry):
    address, node = entry["address"], entry.get("node")
    page = _page(address, node if isinstance(node, str) else None)
    for slot in range(SLOTS):
        text, weight = "%s/%d/text" % (address, slot), "%s/%d/weight" % (address, slot)
        yield Spec(text, page, "Str", _label("Prompt", text), text, "", "string")
        yield Spec(weight, page, "Float", _label("Weight", weight), weight, 1.0, "number", 0.0, 100.0)


def _place(spec):
    """Slots together, text before weight; else as the daemon lists them, for sorted() keeps that order."""
    parts = spec.key.split("/")
    if len(parts) > 3 and parts[-3] == "prompts" and parts[-2].isdigit():
        return (spec.page, 0, int(parts[-2]), parts[-1])
    return (spec.page, 1, 0, "")


def _read_outs(node):
    page = page_of(node)
    yield Spec("@%s/state" % node, page, "Str", "State", "What the node is doing", "", readonly=True, section=True)
    yield Spec("@%s/rate" % node, page, "Float", "Rate", "Pictures a second", 0.0, readonly=True)
    yield Spec("@%s/latency" % node, page, "Float", "Latency", "Milliseconds since capture, half of all take less", 0.0,
               readonly=True)  # fmt: skip
    yield Spec("@%s/error" % node, page, "Str", "Last Error", "Why it last failed", "", readonly=True)


def slot_values(address, prompts, slots):
    """Values of slots by address, from the value of a prompt list: what is not there is silent."""
    listed = prompts if isinstance(prompts, list) else []
    for slot in slots:
        entry = listed[slot] if slot < len(listed) and isinstance(listed[slot], dict) else {}
        yield "%s/%d/text" % (address, slot), entry.get("text", "")
        yield "%s/%d/weight" % (address, slot), entry.get("weight", 1)


def is_fit(spec, value):
    """Whether a value of the daemon can stand in this parameter."""
    if spec.style == "Float":
        return _number(value) is not None
    if spec.style == "Int":
        return _number(value) is not None and abs(value) < 2**53
    if spec.style == "Toggle":
        return isinstance(value, bool)
    if spec.style == "Menu":
        return isinstance(value, str) and value in spec.choices
    if spec.style == "RGB":
        return _color(value) is not None
    return isinstance(value, list) if spec.kind == "list" else isinstance(value, str)


def to_parts(spec, value):
    """A fitting value of the daemon as what the parameters of a group hold."""
    if spec.style == "RGB":
        return _color(value)
    if spec.style == "Int":
        return [int(round(value))]
    return [json.dumps(value, ensure_ascii=False) if spec.kind == "list" else value]


def from_parts(spec, parts):
    """What stands in the parameters, as the daemon takes it. Raises ValueError with words for the artist."""
    first = parts[0]
    if spec.style == "Float":
        return _clamped(spec, float(first))
    if spec.style == "Int":
        return int(round(_clamped(spec, float(first))))
    if spec.style == "Toggle":
        return bool(first)
    if spec.style == "RGB":
        return "#" + "".join("%02x" % int(round(255 * min(1.0, max(0.0, _finite(spec, part))))) for part in parts[:3])
    return _list_of(spec, str(first)) if spec.kind == "list" else str(first)


def _list_of(spec, text):
    """JSON, or words with commas between."""
    try:
        value = json.loads(text)
    except ValueError:
        value = [_word(word.strip()) for word in text.split(",")] if text.strip() else []
    if not isinstance(value, list):
        value = [value]
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        raise ValueError("%s: NaN and infinity are no values" % spec.label)
    return value


def _word(text):
    try:
        return float(text) if not text.lstrip("-").isdigit() else int(text)
    except ValueError:
        return text


def _clamped(spec, number):
    number = _finite(spec, number)
    low = number if spec.low is None else max(spec.low, number)
    return low if spec.high is None else min(spec.high, low)


def _finite(spec, number):
    if not math.isfinite(number):
        raise ValueError("%s: NaN and infinity are no values" % spec.label)
    return number


def _color(value):
    if not isinstance(value, str) or len(value) != 7 or value[0] != "#":
        return None
    try:
        return [int(value[at : at + 2], 16) / 255.0 for at in (1, 3, 5)]
    except ValueError:
        return None


def _number(value):
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    try:
        return float(value) if is_number and math.isfinite(value) else None
    except OverflowError:
        return None


def _list(value):
    return value if isinstance(value, list) else []
