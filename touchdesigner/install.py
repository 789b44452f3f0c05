"""Builds the component `reverie` in TouchDesigner. The daemon serves this file with its own files and address at the end:
`reverie touchdesigner` prints the line that fetches and runs it.

Run again, it brings the code of a component that is there up to date and leaves its parameters, wires and callbacks alone.
"""

import td

NAME, TAG = "reverie", "reverie"
CODE = (
    "names", "specs", "pages", "line", "values", "show", "rest_client", "routes", "ways", "sender", "pictures", "osc",
    "reverie_shm", "extension", "link_callbacks", "rest_callbacks", "picture_callbacks",
)  # fmt: skip
# Operators by name: their type, and where they stand. Those with a file of code bear it as their text.
OTHERS = (
    ("callbacks", "textDAT", 0, 0),
    ("link", "websocketDAT", 0, -150),
    ("rest", "webclientDAT", 0, -300),
    ("changes", "parameterexecuteDAT", 0, -450),
    ("frames", "executeDAT", 0, -600),
    ("in1", "inTOP", 200, -300),
    ("sent", "nullTOP", 400, -300),
    ("picture", "scriptTOP", 200, 0),
    ("out1", "outTOP", 600, 0),
)


def install(address, version, files):
    """Answers the component. `address` is the daemon's, `files` the code by name."""
    network = _network()
    td.ui.undo.startBlock("Reverie " + version)
    try:
        comp = _component(network)
        _fill(comp, files)
        _set_up(comp)
        _extend(comp)
    finally:
        td.ui.undo.endBlock()
    reverie = comp.ext.Reverie  # a fault in the code shows here, and not first in a frame
    if comp.fetch("address", None, search=False) != address:
        # An address that the artist typed stays until another daemon is asked to install.
        comp.store("address", address)
        reverie.say("@address", address)
    comp.op("frames").par.active = True
    td.run("args[0].ext.Reverie.start()", comp, delayFrames=2)
    print("Reverie %s is in %s, and connects to %s" % (version, comp.path, address))
    return comp


def _network():
    """The network that the artist looks at; outside of a component of ours."""
    owner = getattr(td.ui.panes.current, "owner", None)
    if owner is None or not owner.isCOMP:
        owner = td.op("/project1") or td.root
    while TAG in owner.tags and owner.parent() is not None:
        owner = owner.parent()
    return owner


def _component(network):
    found = network.op(NAME)
    if found is not None and TAG in found.tags:
        reverie = getattr(found.ext, "Reverie", None)
        if reverie is not None:
            reverie.close()
        found.op("frames").par.active = False
        return found
    comp = network.create("baseCOMP", NAME)
    comp.tags.add(TAG)
    comp.comment = "Reverie: parameters, pictures and presets of a daemon for live visuals"
    comp.nodeX, comp.nodeY = 0, 0
    return comp


def _fill(comp, files):
    for place, name in enumerate(CODE):
        dat = _child(comp, name, "textDAT", -600 + 150 * (place % 3), -120 * (place // 3))
        dat.par.language = "python"
        dat.text = files[name]
    for name, kind, x, y in OTHERS:
        is_new = comp.op(name) is None
        dat = _child(comp, name, kind, x, y)
        if name in ("changes", "frames") or (name == "callbacks" and is_new):
            dat.text = files[name]


def _child(comp, name, kind, x, y):
    found = comp.op(name)
    if found is not None:
        return found
    made = comp.create(kind, name)
    # Operators bring callbacks of their own along, which ours take the place of.
    for docked in list(made.docked):
        docked.destroy()
    made.nodeX, made.nodeY = x, y
    return made


def _set_up(comp):
    for name in ("link", "rest", "picture"):
        comp.op(name).par.callbacks = name + "_callbacks"
    link, changes, frames = comp.op("link"), comp.op("changes"), comp.op("frames")
    link.par.active = False
    link.par.maxlines = 10
    comp.op("rest").par.maxlines = 10
    watched = changes.par["op"] if changes.par["op"] is not None else changes.par["ops"]
    watched.expr = "me.parent()"
    changes.par.pars = "*"
    for toggle in ("active", "valuechange", "onpulse", "modechange", "exportchange", "custom"):
        changes.par[toggle] = True
    changes.par.builtin = False
    frames.par.active = False  # until the extension stands
    for toggle in ("start", "create", "exit", "framestart", "frameend"):
        frames.par[toggle] = True
    comp.op("sent").inputConnectors[0].connect(comp.op("in1"))
    if not comp.op("out1").inputs:
        comp.op("out1").inputConnectors[0].connect(comp.op("picture"))


def _extend(comp):
    """Builds since 2023 call these parameters ext0…; earlier ones had other names."""
    code = "op('./extension').module.Reverie(me)"
    for made, named, promoted in (("ext0object", "ext0name", "ext0promote"), ("extension1", "extname1", "promoteextension1")):
        if comp.par[made] is not None:
            comp.par[made] = code
            comp.par[named] = "Reverie"
            comp.par[promoted] = False
            break
    comp.par.reinitextensions.pulse()
