import ast
import random
import unittest

import numpy
from studio import ROOT, Studio, component_files, module, node, parameter

routes, sender = module("routes"), module("sender")
GRAPH = {
    "nodes": [
        {"id": "in", "type": "source", "adapter": "test-pattern", "config": {"counter": False}},
        {"id": "main", "type": "stage", "pipeline": "dream"},
        {"id": "out", "type": "sink", "adapter": "stills", "config": {}},
    ],
    "links": [
        {"from": "in", "fromPort": "video", "to": "main", "toPort": "video"},
        {"from": "main", "fromPort": "video", "to": "out", "toPort": "video"},
    ],
}
WORKING = ["shm", "ndi", "spout"]


class RoutesTest(unittest.TestCase):
    def test_automatic(self):
        """Automatic takes shared memory on one machine, NDI between two, and the page where neither works"""
        choose = lambda local, adapters: routes.receive_route("auto", routes.Facts(local, adapters, GRAPH))  # noqa: E731
        ways = [choose(True, WORKING), choose(True, []), choose(False, WORKING), choose(False, [])]
        self.assertEqual(ways, ["shm", "shm", "ndi", "web"])
        self.assertEqual(routes.send_route("auto", routes.Facts(True, WORKING, GRAPH), False), "off")

    def test_sink(self):
        """The picture that the audience sees is given out by one sink more, which goes when it is not wanted"""
        facts = routes.Facts(True, WORKING, GRAPH)
        patch = routes.sink_patch("shm", "touch-out", facts)
        self.assertEqual(patch["nodes"], [{"id": "touchdesigner", "type": "sink", "adapter": "shm", "config": {"name": "touch-out"}}])
        self.assertEqual(patch["links"][-1], {"from": "main", "fromPort": "video", "to": "touchdesigner", "toPort": "video"})
        after = routes.Facts(True, WORKING, {"nodes": GRAPH["nodes"] + patch["nodes"], "links": patch["links"]})
        self.assertIsNone(routes.sink_patch("shm", "touch-out", after))
        self.assertEqual(routes.sink_patch("web", "touch-out", after), {"removeNodes": ["touchdesigner"]})

    def test_nonsense(self):
        """A graph that makes no sense is no graph, and decides nothing"""
        rng = random.Random(7)
        junk = [None, 3, "x", [], [None], {}, [{"id": 3}], [{"id": "a", "type": []}]]
        for _ in range(200):
            facts = routes.Facts(True, WORKING, {"nodes": rng.choice(junk), "links": rng.choice(junk)})
            routes.sink_patch("shm", "n", facts)
            routes.source_patch("shm", "n", facts)
            list(routes.working_adapters(rng.choice([{"adapters": rng.choice(junk)}, None])))


class Memory:
    """Stands for reverie_shm: keeps what was written; the first writer can be refused. It shows nothing of files."""

    RingError = type("RingError", (Exception,), {})

    def __init__(self, refusals=0):
        self.written, self.refusals, self.bottom_up = [], refusals, None

    def Writer(self, name, bottom_up=False):  # noqa: N802 - as in reverie_shm
        if self.refusals > 0:
            self.refusals -= 1
            raise self.RingError("another writer has it")
        self.bottom_up = bottom_up
        return self

    def write_array(self, array):
        self.written.append(array)

    def close(self):
        return


class PicturesTest(unittest.TestCase):
    def connected(self, **switches):
        studio = Studio(**switches)
        studio.connect(parameters=[parameter("/main/strength")])
        studio.say({"type": "event", "seq": 4, "name": "status", "data": {"nodes": [node("main"), node("out", "sink")]}})
        studio.rest("adapters", {"adapters": [{"id": "shm", "probe": {"available": True}}, {"id": "ndi", "probe": {"available": True}}, {"id": "spout", "probe": {"available": True}}]})
        studio.comp.par.Receive = "off"
        studio.frame(2)
        studio.rest("graph", GRAPH)
        self.addCleanup(lambda: (studio.reverie.stop(), self.assertEqual(studio.world.errors, [])))
        return studio

    def test_operators(self):
        """NDI, Syphon or Spout, web page and stream are operators with the right name or address, wired through"""
        studio = self.connected()
        for route, kind, par, value in [
            ("ndi", "ndiinTOP", "name", "touch-out"), ("spout", "syphonspoutinTOP", "sendername", "touch-out"),
            ("web", "webrenderTOP", "url", "http://127.0.0.1:8000/obs/output?node=out"),
            ("stream", "videostreaminTOP", "url", "http://127.0.0.1:8000/stream/out.ts"),
        ]:  # fmt: skip
            studio.comp.par.Receive = route
            studio.frame(2)
            studio.rest("graph", GRAPH)
            made = studio.comp.op("received")
            self.assertEqual((made.OPType, getattr(made.par, par).eval()), (kind, value))
            self.assertIs(studio.comp.op("out1").inputs[0], made)
        for route, kind, par in [("ndi", "ndioutTOP", "name"), ("spout", "syphonspoutoutTOP", "sendername")]:
            studio.comp.par.Send = route
            studio.frame(2)
            studio.rest("graph", GRAPH)
            made = studio.comp.op("sender")
            self.assertEqual((made.OPType, getattr(made.par, par).eval()), (kind, "touch-in"))
            self.assertIs(made.inputs[0], studio.comp.op("sent"))

    def test_others_choice(self):
        """A source that somebody chooses on the panel while the input is sent is not taken back from them"""
        studio = self.connected()
        studio.comp.par.Send = "ndi"
        studio.frame(2)
        patches = lambda: [each for each in studio.paper.requests if each[2] == "PATCH"]  # noqa: E731
        self.assertEqual(len(patches()), 1)
        studio.rest("graph", {**GRAPH, "nodes": [{"id": "in", "type": "source", "adapter": "capture", "config": {}}, *GRAPH["nodes"][1:]]})
        studio.frame(3)
        studio.comp.par.Send = "off"
        studio.frame(3)
        self.assertEqual(len(patches()), 1)

    def test_refused_graph(self):
        """A graph that the daemon refuses is said, and not asked for again and again"""
        studio = self.connected()
        studio.comp.par.Receive = "ndi"
        studio.frame(2)
        asked = lambda: [each for each in studio.paper.requests if each[2] == "PATCH"]  # noqa: E731
        dat, number, *_ = asked()[-1]
        dat._answered(number, 422, "no", b'{"error":{"message":"not so"}}')
        self.assertEqual(studio.par("Error").eval(), "not so")
        studio.rest("graph", GRAPH)
        studio.frame(30)
        self.assertEqual(len(asked()), 1)

    def test_asked_again(self):
        """A daemon that does not answer what there is, is asked again until it does"""
        studio = self.connected()
        asked = lambda: [each for each in studio.paper.requests if each[3].endswith("/adapters")]  # noqa: E731
        for count in (2, 3):
            studio.reverie.ways.forget() if count == 2 else None
            studio.reverie.ways.refresh() if count == 2 else None
            dat, number, *_ = asked()[-1]
            dat._answered(number, 0, "timeout", b"")
            studio.frame(2)
            self.assertEqual(len(asked()), count)
            studio.frame(6, seconds=1)
        self.assertEqual(len(asked()), 4)

    def test_free_licence(self):
        """A picture that is larger than the free licence shows is shown smaller; others are shown whole"""
        for free, width in ((True, 960), (False, 1920)):
            studio = self.connected(free=free)
            top = studio.comp.op("picture")
            frame = type("Frame", (), {"array": lambda self, bottom_up: numpy.full((1080, 1920, 4), 9, numpy.uint8)})()
            studio.reverie.pictures._frame = frame
            top.cook(force=True)
            self.assertEqual(top.width, width)

    def test_calibrate_fails(self):
        """Where the mark cannot be found the setting stays, and that is said"""
        studio = self.connected()
        studio.comp.op("picture_callbacks").text = "def onCook(scriptOp):\n    pass\n"
        studio.par("Calibrate").pulse()
        studio.frame(2)
        self.assertIn("Calibrating", studio.par("Error").eval())
        self.assertTrue(studio.par("Bottomup").eval())

    def test_sender(self):
        """The newest picture wins, a refused writer is tried again with the next, and what was left out is counted"""
        memory = Memory(refusals=1)
        out = sender.Sender(memory, "n", True)
        wait = lambda holds: [None for _ in range(2000) if not holds() and not __import__("time").sleep(0.002)]  # noqa: E731
        out.put("first")
        wait(lambda: out.trouble != "")
        self.assertEqual(out.trouble, "another writer has it")
        for index in range(50):
            out.put(index)
        wait(lambda: memory.written[-1:] == [49])
        self.assertEqual(memory.written[-1], 49)
        self.assertEqual((out.sent + out.dropped, memory.bottom_up, out.trouble), (50, True, ""))
        out.close()

    def test_old_python(self):
        """Everything that runs inside TouchDesigner is Python as 3.9 reads it"""
        files = {**component_files(), "install": (ROOT / "touchdesigner" / "install.py").read_text(encoding="utf-8")}
        for name, text in files.items():
            ast.parse(text, name, feature_version=(3, 9))
