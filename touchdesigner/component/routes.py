"""Which way pictures go, and how the daemon's graph is to look for it. Decisions only: nothing here touches TouchDesigner."""

SINK = "touchdesigner"


class Facts:
    """What decides: whether the daemon runs on this machine, which of its adapters work, what its graph is."""

    def __init__(self, is_local, adapters, graph):
        self.is_local, self.adapters = is_local, set(adapters)
        nodes, links = graph.get("nodes"), graph.get("links")
        self.nodes = [node for node in nodes if _is_node(node)] if isinstance(nodes, list) else []
        self.links = [link for link in links if isinstance(link, dict)] if isinstance(links, list) else []

    def has(self, route):
        """Shared memory needs nothing but one machine; what else works, the daemon says."""
        return self.is_local if route == "shm" else route in self.adapters

    def of(self, role):
        return [node for node in self.nodes if node["type"] == role]


def working_adapters(body):
    """Ids out of GET adapters."""
    listed = body.get("adapters") if isinstance(body, dict) else None
    for entry in listed if isinstance(listed, list) else []:
        probe = entry.get("probe") if isinstance(entry, dict) else None
        if isinstance(probe, dict) and probe.get("available") is True and isinstance(entry.get("id"), str):
            yield entry["id"]


def receive_route(choice, facts):
    """Shared memory works with every licence; NDI reaches other machines; the page always is there."""
    if choice != "auto":
        return choice
    return next((route for route in ("shm", "ndi") if facts.has(route)), "web")


def send_route(choice, facts, is_wired):
    if choice != "auto":
        return choice
    return next((route for route in ("shm", "ndi") if facts.has(route)), "off") if is_wired else "off"


def sink_patch(route, name, facts):
    """The change of the graph that gives the picture out by this route; None where it is so already."""
    ours = next((node for node in facts.of("sink") if node["id"] == SINK), None)
    if route not in ("shm", "ndi", "spout"):
        return None if ours is None else {"removeNodes": [SINK]}
    if ours is not None and ours.get("adapter") == route and _name_of(ours) == name:
        return None
    node = {"id": SINK, "type": "sink", "adapter": route, "config": {"name": name}}
    if ours is not None:
        return {"nodes": [node]}
    feed = _shown(facts)
    if feed is None:
        return None
    return {"nodes": [node], "links": [*facts.links, {**feed, "to": SINK, "toPort": "video"}]}


def source_patch(route, name, facts):
    """The change that lets the first source play what comes by this route; None where it is so already, or there is no source."""
    source = first_source(facts)
    if source is None or (source.get("adapter") == route and _name_of(source) == name):
        return None
    return {"nodes": [{"id": source["id"], "type": "source", "adapter": route, "config": {"name": name}}]}


def is_sent(source, name):
    """Whether a source plays what a component sends under this name."""
    return source.get("adapter") in ("shm", "ndi", "spout") and _name_of(source) == name


def first_source(facts):
    return next(iter(facts.of("source")), None)


def _shown(facts):
    """Where the picture comes from that the audience sees: what feeds the first sink, else the last stage or source."""
    for sink in facts.of("sink"):
        for link in facts.links:
            if link.get("to") == sink["id"]:
                return {"from": link.get("from"), "fromPort": link.get("fromPort", "video")}
    last = (facts.of("stage") or facts.of("source"))[-1:]
    return {"from": last[0]["id"], "fromPort": "video"} if last else None


def _name_of(node):
    config = node.get("config")
    return config.get("name") if isinstance(config, dict) else None


def _is_node(node):
    return isinstance(node, dict) and isinstance(node.get("id"), str) and isinstance(node.get("type"), str)
