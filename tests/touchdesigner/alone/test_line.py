import json
import random
import unittest

from studio import Studio, hello, node, parameter, until

FIRST = [parameter("/main/strength"), parameter("/preset", "string", "")]
TYPES = ["hello", "values", "event", "snapshot", "ack", "error", "nonsense"]
NAMES = ["status", "node", "fault", "graph", "stats", "tempo", "log"]
JUNK = [None, True, -1, 1e300, 2**80, "", "x", "/main/strength", [], [None, 3, {}], {}, {"a": []}, [[[]]], {"nodes": [{}]}]


class LineTest(unittest.TestCase):
    def setUp(self):
        self.studio = Studio()
        self.studio.connect(parameters=FIRST)

    def tearDown(self):
        self.assertEqual(self.studio.world.errors, [])

    def drop(self):
        self.studio.paper.say(self.studio.line, "closed")
        self.studio.frame()

    def test_resumes(self):
        """After a drop it opens the line again and takes its session up, with what was moved meanwhile"""
        studio = self.studio
        studio.say({"type": "event", "seq": 41, "name": "catalog", "data": {}})
        self.drop()
        self.assertEqual(studio.par("State").eval(), "reconnecting")
        studio.comp.par.Mainstrength = 0.9
        studio.frame(3)
        until(studio, lambda: studio.reverie.line.state == "opening" and studio.line.is_open)
        studio.paper.say(studio.line, "open")
        studio.say(hello("ws:2", "secret-2"))
        self.assertEqual(studio.last("hello")["resume"], "secret-1")
        self.assertEqual(studio.last("hello")["since"], 41)
        studio.say(hello("ws:1", "secret-1", resumed=True))
        studio.frame(2)
        self.assertEqual(studio.last("set")["values"], {"/main/strength": 0.9})
        self.assertEqual(studio.sent("subscribe"), [])

    def test_new_daemon(self):
        """A daemon that was started again is told anew what to send, and what was moved meanwhile arrives"""
        studio = self.studio
        self.drop()
        studio.comp.par.Mainstrength = 0.9
        studio.frame(3)
        studio.connect(session="ws:7", token="other", parameters=FIRST)
        studio.frame(2)
        self.assertEqual(len(studio.sent("subscribe")), 1)
        self.assertEqual(studio.last("set")["values"], {"/main/strength": 0.9})
        self.assertEqual(studio.par("Mainstrength").eval(), 0.9)

    def test_growing_wait(self):
        """While nobody answers it waits longer each time, at most eight seconds, and never stops trying"""
        studio, times = self.studio, []
        for _ in range(8):
            before = len(studio.paper.lines)
            self.drop()
            since = studio.clock()
            until(studio, lambda: len(studio.paper.lines) > before)  # noqa: B023
            times.append(studio.clock() - since)
        self.assertEqual(sorted(times), times)
        self.assertLess(times[0], 0.6)
        self.assertAlmostEqual(times[-1], 8, delta=0.1)

    def test_silence(self):
        """A daemon that falls silent without closing the line is asked, and then given up"""
        studio = self.studio
        studio.frame(11, seconds=1)
        self.assertEqual(len(studio.sent("ping")), 1)
        studio.say({"type": "ack", "of": "ping", "id": 1})
        self.assertEqual(studio.reverie.line.state, "up")
        studio.frame(17, seconds=1)
        self.assertFalse(studio.paper.lines[0].is_open)

    def test_cannot_send(self):
        """A line that takes nothing any more is lost, and nothing of what was moved with it"""
        studio = self.studio
        studio.line.works = False
        studio.comp.par.Mainstrength = 0.7
        studio.frame(2)
        self.assertEqual(studio.par("State").eval(), "reconnecting")
        studio.connect(session="ws:9", token="t", parameters=FIRST)
        studio.frame(2)
        self.assertEqual(studio.last("set")["values"], {"/main/strength": 0.7})

    def test_pings(self):
        """It answers the WebSocket's own pings"""
        self.studio.paper.say(self.studio.line, "ping", b"are you there")
        self.studio.frame()
        self.assertEqual(self.studio.line.pongs, [b"are you there"])

    def test_stop(self):
        """Stop lets go and stays so; Start connects again"""
        studio = self.studio
        studio.par("Stop").pulse()
        studio.frame(300)
        self.assertEqual((studio.par("State").eval(), len(studio.paper.lines), studio.line.is_open), ("stopped", 1, False))
        studio.par("Start").pulse()
        studio.connect(parameters=FIRST)
        self.assertEqual(studio.par("State").eval(), "live")

    def test_address(self):
        """Another address is another daemon: the old session is not offered to it"""
        studio = self.studio
        studio.comp.par.Address = "127.0.0.1:9000"
        studio.frame(3)
        self.assertEqual(studio.line.url, "ws://127.0.0.1:9000/api/v1/ws")
        studio.connect(session="ws:1", token="t", parameters=FIRST)
        self.assertEqual(studio.sent("hello"), [])

    def test_hostile(self):
        """Whatever a daemon says, the component goes on, and counts what is no message"""
        studio = self.studio
        seed = random.randrange(2**32)
        rng = random.Random(seed)
        for text in ["", "null", "[]", "{", '{"type":3}', '{"type":"values","seq":NaN}', "[" * 100000, '{"type":"hello"}']:
            studio.say(text)
        self.assertGreaterEqual(studio.reverie.line.bad_messages, 8)
        for _ in range(300):
            message = {"type": rng.choice(TYPES), "name": rng.choice(NAMES), "seq": rng.choice(JUNK), "id": rng.choice(JUNK)}
            for key in ("data", "changes", "parameters", "complete", "results", "rejected", "error", "token", "session"):
                message[key] = rng.choice(JUNK)
            if rng.random() < 0.5:
                message["data"] = {key: rng.choice(JUNK) for key in ("nodes", "bpm", "beat", "beatsPerBar", "timeUs", "state", "links", "id", "status")}
            if rng.random() < 0.5:
                message["changes"] = [{"address": rng.choice(JUNK), "value": rng.choice(JUNK)}, {"address": "/main/strength", "value": rng.choice(JUNK)}]
            studio.paper.say(studio.line, "text", json.dumps(message))
            studio.frame()
            self.assertEqual(studio.world.errors, [], (seed, message))
        studio.tell(FIRST)
        studio.value("/main/strength", 0.125)
        self.assertEqual(studio.par("Mainstrength").eval(), 0.125)

    def test_callbacks(self):
        """onState, onFault, onPreset and onBeat are called, and one that fails is named and stops nothing"""
        studio = self.studio
        studio.comp.op("callbacks").text = (
            "heard = []\n"
            "def onState(node, state, message): heard.append(('state', node, state))\n"
            "def onFault(node, code, message, remedy): heard.append(('fault', node, code)); 1 / 0\n"
            "def onPreset(name): heard.append(('preset', name))\n"
            "def onBeat(beat, bar): heard.append(('beat', beat, bar))\n"
        )
        studio.say({"type": "event", "seq": 5, "name": "node", "data": node("main", state="stalled")})
        studio.say({"type": "event", "seq": 6, "name": "fault", "data": {"node": "main", "code": "E_X", "message": "m", "remedy": None}})
        self.assertIn("onFault in callbacks", studio.par("Error").eval())
        studio.value("/preset", "Neon Rain")
        studio.say({"type": "event", "seq": 8, "name": "tempo", "data": {"bpm": 120, "beat": 6.9, "beatsPerBar": 4, "timeUs": 0}})
        studio.frame(70)
        heard = studio.comp.op("callbacks").module.heard
        self.assertEqual(heard, [("state", "main", "stalled"), ("fault", "main", "E_X"), ("preset", "Neon Rain"), ("beat", 3, 1), ("beat", 0, 2), ("beat", 1, 2)])

    def test_presets(self):
        """The menu lists presets, the pulse recalls the one it shows, and a recall from elsewhere moves the menu"""
        studio = self.studio
        studio.rest("presets", {"presets": [{"name": "Aurora"}, {"name": "Neon Rain"}, {"name": 3}], "last": None})
        self.assertEqual(studio.par("Preset").menuNames, ["Aurora", "Neon Rain"])
        studio.comp.par.Preset = "Neon Rain"
        studio.frame(2)
        self.assertEqual(studio.sent("command"), [])
        studio.par("Recall").pulse()
        studio.frame(2)
        self.assertEqual(studio.last("command")["commands"], [{"kind": "preset", "preset": "Neon Rain"}])
        studio.value("/preset", "Aurora")
        self.assertEqual(studio.par("Preset").eval(), "Aurora")

    def test_early_hand(self):
        """What is moved between the return of a daemon and its first values is not lost"""
        studio = self.studio
        self.drop()
        until(studio, lambda: studio.reverie.line.state == "opening" and studio.line.is_open)
        studio.paper.say(studio.line, "open")
        studio.say(hello("ws:2", "other"))
        studio.say(hello("ws:2", "other"))
        studio.comp.par.Mainstrength = 0.9
        studio.frame(2)
        studio.tell(FIRST)
        self.assertEqual(studio.last("set")["values"], {"/main/strength": 0.9})
        self.assertEqual(studio.par("Mainstrength").eval(), 0.9)
