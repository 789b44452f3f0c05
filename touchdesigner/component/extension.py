"""The component itself: an extension that holds the parts together. TouchDesigner makes it from its COMP's ext0object.

The operators beside it (link, rest, changes, frames, picture) hand their callbacks on to it; everything happens on the main
thread and once a frame, and nothing in here waits.
"""

import time
import types

PARTS = ("names", "specs", "pages", "line", "values", "show", "rest_client", "routes", "ways", "sender", "pictures", "osc", "reverie_shm")
OWN_KEPT = "names"
STATS_HZ = 4
SHOWN_EVERY_SECONDS = 0.25
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")
PICTURE_SETTINGS = ("@receive", "@receivename", "@send", "@sendname")
OSC_SETTINGS = ("@osc", "@oscchop", "@oscport")


class Reverie:
    def __init__(self, ownerComp):
        self.owner = ownerComp
        part = {name: ownerComp.op(name).module for name in PARTS}
        self.part = types.SimpleNamespace(**part)
        self.clock = time.monotonic
        now = lambda: self.clock()  # noqa: E731
        kept = ownerComp.fetch(OWN_KEPT, {}, search=False)
        self.names = self.part.names.Names(kept)
        self.pages = self.part.pages.Pages(ownerComp, self.names)
        self.line = self.part.line.Line(ownerComp.op("link"), now, self._up, self._message, self._lost)
        self.values = self.part.values.Values(
            self.pages, self.part.specs, self.part.pages.is_driven, self.line, now, self.trouble
        )
        self.show = self.part.show.Show(self._call, now)
        self.rest = self.part.rest_client.Rest(ownerComp.op("rest"), self.trouble)
        self.pictures = self.part.pictures.Pictures(ownerComp, part, self.setting, self.say, self.trouble)
        self.osc = self.part.osc.Osc(ownerComp, now)
        self.ways = self.part.ways.Ways(self)
        self._parameters = []
        self._addresses = frozenset()
        self._lists = {}
        self._knows_show = False
        self._triggers = []
        self._asked = None
        self._was_wired = None
        self._shown_at = 0.0
        self._dirty = False
        self._build()

    def onDestroyTD(self):
        """Called before it is made again or deleted."""
        self.close()

    def close(self):
        self.line.stop()
        self.pictures.close()

    # --- what the artist does ---

    def start(self):
        """Connects and stays connected."""
        base = str(self.setting("@address")).rstrip("/")
        if "://" not in base:
            base = "http://" + base
        self.rest.base = base
        self.ways.forget()
        self.say("@error", "")
        self.say("@state", "connecting")
        self.line.start(base.replace("http", "ws", 1) + "/api/v1/ws")

    def stop(self):
        self.line.stop()
        self.rest.forget()
        self.pictures.off()
        self.osc.stop()
        self.show.lost()
        self.say("@state", "stopped")

    def changed(self, par):
        """A parameter has another value, whoever gave it."""
        spec = self.pages.spec(par)
        if spec is None:
            return
        self.values.moved(spec)
        if spec.key in PICTURE_SETTINGS:
            self.ways.choose()
        elif spec.key == "@bottomup":
            self.pictures.rows_changed()
        elif spec.key in OSC_SETTINGS:
            self.ways.play_osc()
        elif spec.key == "@address" and self.line.state != "off":
            self.start()

    def drive_changed(self, par):
        """An expression, export or binding came to it, or left it."""
        spec = self.pages.spec(par)
        if spec is not None:
            self.values.drive_changed(spec)

    def pulsed(self, par):
        spec = self.pages.spec(par)
        if spec is None:
            return
        own = {
            "@start": self.start,
            "@stop": self.stop,
            "@recall": self._recall,
            "@refresh": self._refresh_all,
            "@calibrate": self._calibrate,
        }
        if spec.key in own:
            own[spec.key]()
        elif spec.kind == "trigger":
            self._triggers.append(spec.key)

    # --- frames ---

    def frame_start(self):
        self.line.frame()
        self.values.take_in()
        self.show.frame()
        self.osc.frame()
        self.ways.frame()
        self.pictures.frame_start()
        now = self.clock()
        if self._dirty and now - self._shown_at >= SHOWN_EVERY_SECONDS:
            self._shown_at, self._dirty = now, False
            self._show_read_outs()

    def frame_end(self):
        self.values.give_out()
        self._fire()
        self.pictures.frame_end()
        wired = self.pictures.is_wired()
        if wired != self._was_wired:
            self._was_wired = wired
            self.ways.choose()

    # --- what the daemon says ---

    def _up(self, resumed):
        self.say("@state", "connected")
        self.say("@error", "")
        if not resumed:
            self.values.fresh()
            self._addresses = frozenset()
            follow = {"status": True, "node": True, "fault": True, "graph": True, "tempo": True, "stats": {"rateHz": STATS_HZ}}
            self.line.send({"type": "follow", "events": follow})
            self.line.send({"type": "subscribe", "subscription": "all", "patterns": ["//*"], "rateHz": 60})
        self._refresh()

    def _lost(self, words):
        self.values.lost()
        self.show.lost()
        self._asked = None
        self.say("@state", "reconnecting")
        self.trouble(words)

    def _message(self, message):
        kind = message["type"]
        if kind == "values":
            self._values(message)
        elif kind == "event" and isinstance(message.get("data"), dict):
            self._event(message.get("name"), message["data"])
        elif kind == "snapshot":
            self._snapshot(message)
        elif kind in ("ack", "error") and not self.values.answered(message) and kind == "error":
            error = message.get("error")
            self.trouble(str(error.get("message")) if isinstance(error, dict) else "Reverie refused a message")
        if kind == "ack" and message.get("of") == "command":
            for entry in message.get("results") or []:
                error = entry.get("error") if isinstance(entry, dict) else None
                if isinstance(error, dict):
                    self.trouble(str(error.get("message")))

    def _values(self, message):
        changes = message.get("changes")
        changes = [change for change in changes if isinstance(change, dict)] if isinstance(changes, list) else []
        whole = message.get("complete") is True
        for change in changes:
            self._came(change.get("address"), change.get("value"), whole)
        if whole and frozenset(str(change.get("address")) for change in changes) != self._addresses:
            self._ask_for_pages()

    def _came(self, address, value, whole):
        if not isinstance(address, str):
            return
        if address == "/preset":
            if self.show.recalled(value):
                self._show_presets()
            return
        if address.endswith("/prompts"):
            self._lists[address] = value
            for slot, part in self.part.specs.slot_values(address, value, range(self.part.specs.SLOTS)):
                self.values.came(slot, part, whole)
            return
        self.values.came(address, value, whole)

    def _event(self, name, data):
        if name == "status":
            self.show.status(data)
            self._build()
        elif name == "node":
            self.show.node(data)
        elif name == "fault":
            self.show.fault(data)
        elif name == "stats":
            self.show.stats(data)
        elif name == "tempo":
            self.show.tempo(data, self.is_local, self.part.reverie_shm.now_us())
        elif name == "graph":
            self._ask_for_pages()
            self.ways.graph_is(data)
        self._dirty = True

    def _snapshot(self, message):
        listed = message.get("parameters")
        listed = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
        is_pages = message.get("id") is not None and message.get("id") == self._asked
        if is_pages:
            self._asked = None
            self._parameters, self._knows_show = listed, True
            self._addresses = frozenset(str(entry.get("address")) for entry in listed)
            self._build()
        for entry in listed:
            self._came(entry.get("address"), entry.get("value"), True)

    def _ask_for_pages(self):
        if self._asked is None:
            self._asked = self.line.send({"type": "snapshot"})

    def _refresh(self):
        """What no event tells."""
        self.rest.get("presets", self._presets, lambda: None)
        self.ways.refresh()

    def _refresh_all(self):
        self.ways.forget()
        self._ask_for_pages()
        self._refresh()

    # --- pages ---

    def _build(self):
        nodes = self.show.graph_nodes()
        specs, left_out = self.part.specs.show_specs(self._parameters, nodes)
        own = self.part.specs.own_specs()
        before = self.names.kept()
        self.pages.build(own + specs, self.part.specs.page_order(nodes), self._knows_show)
        if self.names.kept() != before:
            self.owner.store(OWN_KEPT, self.names.kept())
        self.values.built()
        self._show_presets()
        if left_out > 0:
            self.trouble("%d parameters of Reverie cannot be shown" % left_out)

    def _presets(self, body):
        self.show.listed(body)
        self._show_presets()

    def _show_presets(self):
        spec = self.pages.specs.get("@preset")
        pars = [] if spec is None else self.pages.pars(spec)
        if not pars:
            return
        spec.choices = spec.labels = list(self.show.presets)
        self.part.pages.set_menu(pars[0], spec.choices, spec.labels)
        if self.show.preset in spec.choices and not self.part.pages.is_driven(pars[0]):
            pars[0].val = self.show.preset

    def _recall(self):
        name = self.setting("@preset")
        if name:
            self.line.send({"type": "command", "commands": [{"kind": "preset", "preset": str(name)}]})

    def _fire(self):
        if not self.line.is_up:
            return
        pulses, self._triggers = self._triggers, []
        for address in pulses:
            self.line.send({"type": "command", "commands": [{"kind": "trigger", "address": address}]})

    def _show_read_outs(self):
        for key, value in self.show.read_outs():
            self.say(key, value)
        if self.line.is_up:
            self.say("@state", self.show.state or "connected")

    @property
    def is_local(self):
        """Whether the daemon runs on this machine, as far as its address tells."""
        host = self.rest.base.split("//")[-1].split("/")[0]
        return host.rpartition(":")[0] in LOOPBACK or host in LOOPBACK

    def _calibrate(self):
        bottom_up = self.pictures.calibrate()
        if bottom_up is not None:
            self.say("@bottomup", bottom_up)

    # --- words ---

    def setting(self, key):
        """What a parameter of the component stands at."""
        spec = self.pages.specs.get(key)
        pars = [] if spec is None else self.pages.pars(spec)
        return pars[0].eval() if pars else None

    def say(self, key, value):
        """Writes a read-out; one that the artist drives is left alone."""
        spec = self.pages.specs.get(key)
        for par in [] if spec is None else self.pages.pars(spec)[:1]:
            if not self.part.pages.is_driven(par) and par.eval() != value:
                par.val = value

    def trouble(self, words):
        """What went wrong last."""
        self.say("@error", words)

    def _call(self, name, *words):
        """A function of the artist's callbacks DAT. One that fails is told, and nothing else stops."""
        try:
            function = getattr(self.owner.op("callbacks").module, name, None)
            if function is not None:
                function(*words)
        except Exception as error:
            self.trouble("%s in callbacks: %s" % (name, error))
