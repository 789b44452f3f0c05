"""Which way pictures and OSC go between this component and its daemon: asks the daemon what there is, chooses, and asks it for the
graph that is needed."""

BEFORE = "source_before"
AGAIN_SECONDS = 5.0


class Ways:
    def __init__(self, reverie):
        self._reverie, self._owner = reverie, reverie.owner
        self._routes = reverie.part.routes
        self.forget()

    def forget(self):
        """Nothing is known of the daemon, and everything is asked of it anew."""
        self._adapters, self._graph, self._osc_place = None, {}, None
        self._claimed, self._refused = None, None
        self._again_at = None

    def refresh(self):
        self._again_at = None
        rest = self._reverie.rest
        rest.get("adapters", self._take_adapters, self._ask_again)
        rest.get("graph", self.graph_is, self._ask_again)
        rest.get("osc", self._take_osc, self._ask_again)

    def frame(self):
        """A daemon that did not answer, busy as it may be, is asked again."""
        if self._again_at is not None and self._reverie.clock() >= self._again_at and self._reverie.line.is_up:
            self.refresh()

    def graph_is(self, graph):
        self._graph = graph if isinstance(graph, dict) else {}
        self.choose()

    def choose(self):
        """Chooses the ways of pictures, and asks for the graph that they need."""
        reverie = self._reverie
        # A daemon that looks for adapters for the first time may take long; on one machine nothing depends on them.
        is_known = self._adapters is not None or reverie.is_local
        if not is_known or not self._graph or not reverie.line.is_up:
            return
        facts = self._routes.Facts(reverie.is_local, self._adapters or (), self._graph)
        receive = self._routes.receive_route(reverie.setting("@receive"), facts)
        send = self._routes.send_route(reverie.setting("@send"), facts, reverie.pictures.is_wired())
        name, sent_as = str(reverie.setting("@receivename")), str(reverie.setting("@sendname"))
        reverie.pictures.receive_by(receive, name, reverie.rest.base, reverie.show.shown())
        reverie.pictures.send_by(send, sent_as)
        patch = self._routes.sink_patch(receive, name, facts) or self._source_patch(send, sent_as, facts)
        # What was refused once is refused again: only another wish is worth asking for.
        if patch is None or patch == self._refused:
            return
        self._graph = {}  # nothing is decided on a graph that is about to be another one
        reverie.rest.patch("graph", patch, self.graph_is, lambda: self._was_refused(patch))

    def play_osc(self):
        reverie = self._reverie
        if self._osc_place is None or not reverie.setting("@osc"):
            reverie.osc.stop()
        else:
            reverie.osc.play(reverie.setting("@oscchop"), *self._osc_place, int(reverie.setting("@oscport")))

    def _ask_again(self):
        self._again_at = self._reverie.clock() + AGAIN_SECONDS

    def _was_refused(self, patch):
        self._refused = patch
        self._reverie.rest.get("graph", self.graph_is, self._ask_again)

    def _source_patch(self, send, name, facts):
        """Lets Reverie play the input, and what it played before when the input is sent no more. A source that somebody chose
        meanwhile stays."""
        source = self._routes.first_source(facts)
        before = self._owner.fetch(BEFORE, None, search=False)
        if send != "off":
            if self._claimed == (send, name):
                return None
            self._claimed = (send, name)
            patch = self._routes.source_patch(send, name, facts)
            if patch is not None and before is None:
                kept = {key: source.get(key) for key in ("id", "adapter", "config")}
                self._owner.store(BEFORE, {**kept, "type": "source"})
            return patch
        self._claimed = None
        if before is None:
            return None
        self._owner.unstore(BEFORE)
        is_ours = source is not None and source["id"] == before["id"] and self._routes.is_sent(source, name)
        return {"nodes": [before]} if is_ours else None

    def _take_adapters(self, body):
        self._adapters = list(self._routes.working_adapters(body))
        self.choose()

    def _take_osc(self, body):
        heard = body.get("listening") if isinstance(body, dict) else None
        port = str(heard).rpartition(":")[2]
        if port.isdigit():
            host = self._reverie.rest.base.split("//")[-1].rsplit(":", 1)[0].strip("[]")
            if self._osc_place != (host, int(port)):
                self._osc_place = (host, int(port))
                self.play_osc()
