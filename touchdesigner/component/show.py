"""What the daemon tells of nodes, faults, tempo and presets: for the read-outs, and for the artist's callbacks."""

import math

ROLES = ("stage", "source", "sink")


class Show:
    """Facts as they came last. `say(name, *words)` calls a function of the callbacks DAT."""

    def __init__(self, say, clock):
        self._say, self._clock = say, clock
        self.nodes = {}
        self.presets = []
        self.preset = ""
        self.state = ""
        self._stats = {}
        self._beat = None
        self._last_beat = None

    def status(self, data):
        """Everything: after connecting, and after a change of the graph."""
        nodes = data.get("nodes")
        told = [node for node in nodes if _is_node(node)] if isinstance(nodes, list) else []
        self.nodes = {node["id"]: node for node in told if node["id"] in self.nodes}
        for node in told:
            self.node(node)
        self.nodes = {node["id"]: node for node in told}
        self.state = _text(data.get("state"))

    def node(self, data):
        if not _is_node(data):
            return
        before = self.nodes.get(data["id"])
        self.nodes[data["id"]] = data
        status = data["status"]
        if before is None or before["status"].get("state") != status.get("state"):
            self._say("onState", data["id"], _text(status.get("state")), _text(status.get("message")))

    def fault(self, data):
        node, code, message, remedy = (_text(data.get(key)) for key in ("node", "code", "message", "remedy"))
        self._say("onFault", node, code, message, remedy)

    def stats(self, data):
        nodes = data.get("nodes")
        for node in nodes if isinstance(nodes, list) else []:
            if isinstance(node, dict) and isinstance(node.get("id"), str):
                self._stats[node["id"]] = node

    def tempo(self, data, is_local, now_us):
        """`now_us` is the daemon's clock where it runs on this machine; elsewhere the beat is that of the arrival."""
        bpm, beat, per_bar = (_number(data.get(key)) for key in ("bpm", "beat", "beatsPerBar"))
        if bpm is None or beat is None or per_bar is None or not (0 < bpm < 1000 and 1 <= per_bar <= 64):
            return
        at = _number(data.get("timeUs"))
        late = (now_us - at) / 1e6 if is_local and at is not None else 0.0
        self._beat = (beat, self._clock() - (late if 0 <= late < 10 else 0.0), bpm / 60.0, int(per_bar))

    def frame(self):
        """Calls onBeat when a beat began since the last frame; of several, the newest."""
        if self._beat is None:
            return
        beat, since, per_second, per_bar = self._beat
        now = math.floor(beat + (self._clock() - since) * per_second)
        if now != self._last_beat:
            if self._last_beat is not None:
                self._say("onBeat", now % per_bar, now // per_bar)
            self._last_beat = now

    def recalled(self, name):
        """The value of /preset; true where it is another one than before."""
        if not isinstance(name, str) or name == self.preset:
            return False
        self.preset = name
        if name != "":
            self._say("onPreset", name)
        return True

    def listed(self, data):
        """GET presets."""
        presets = data.get("presets") if isinstance(data, dict) else None
        names = [entry.get("name") for entry in presets if isinstance(entry, dict)] if isinstance(presets, list) else []
        self.presets = [name for name in names if isinstance(name, str) and name != ""]

    def lost(self):
        """Nobody tells anything any more: what is known is old."""
        self._stats.clear()
        self._beat = None

    def graph_nodes(self):
        """Ids of the nodes of the graph, stages first; controllers are none."""
        return [name for role in ROLES for name, node in self.nodes.items() if node.get("role") == role]

    def read_outs(self):
        """(key, value) of all read-outs, also the component's own."""
        for name in self.graph_nodes():
            node, stats = self.nodes[name], self._stats.get(name, {})
            yield "@%s/state" % name, _text(node["status"].get("state"))
            yield "@%s/rate" % name, _rate(stats)
            yield "@%s/latency" % name, _age(stats)
            yield "@%s/error" % name, _trouble(node)
        shown = self.shown()
        stats = self._stats.get(shown, {})
        yield "@rate", _rate(stats)
        yield "@latency", _age(stats)

    def shown(self):
        """The node whose picture the audience sees: the first sink that is not TouchDesigner's own, else the last stage."""
        of = lambda role: [name for name in self.graph_nodes() if self.nodes[name].get("role") == role]  # noqa: E731
        sinks = [name for name in of("sink") if name != "touchdesigner"]
        return (sinks or of("sink") or of("stage")[-1:] or of("source") or [""])[0]


def _is_node(node):
    return isinstance(node, dict) and isinstance(node.get("id"), str) and isinstance(node.get("status"), dict)


def _trouble(node):
    status, fault = node["status"], node.get("fault")
    now = _text(status.get("message")) if status.get("code") is not None else ""
    return now or (_text(fault.get("message")) if isinstance(fault, dict) else "")


def _rate(stats):
    return round(_number(stats.get("rateOutHz")) or 0.0, 1)


def _age(stats):
    recent = stats.get("recent")
    age = recent.get("age") if isinstance(recent, dict) else None
    return round(_number(age.get("p50")) or 0.0, 1) if isinstance(age, dict) else 0.0


def _text(value):
    return value if isinstance(value, str) else ""


def _number(value):
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e18 else None
