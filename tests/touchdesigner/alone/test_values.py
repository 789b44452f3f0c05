import unittest

from studio import Studio, parameter

FIRST = [parameter("/main/strength"), parameter("/main/warp", value=0.2), parameter("/main/pulse", "trigger", 0), parameter("/main/name", "string", "a")]  # fmt: skip


class ValuesTest(unittest.TestCase):
    def setUp(self):
        self.each = []
        for first in (False, True):
            studio = Studio(changes_first=first)
            studio.connect(parameters=FIRST)
            self.each.append(studio)

    def tearDown(self):
        for studio in self.each:
            self.assertEqual(studio.world.errors, [])

    def test_once_a_frame(self):
        """However often a parameter moves within a frame, the daemon hears the last of it, in one message with the others"""
        for studio in self.each:
            for value in (0.1, 0.2, 0.3):
                studio.comp.par.Mainstrength = value
            studio.comp.par.Mainwarp = 0.9
            studio.frame(2)
            self.assertEqual([each["values"] for each in studio.sent("set")], [{"/main/strength": 0.3, "/main/warp": 0.9}])

    def test_latest_wins(self):
        """While the daemon has not answered nothing more is sent, and then the newest value"""
        for studio in self.each:
            for step in range(30):
                studio.comp.par.Mainstrength = step / 100
                studio.frame()
            self.assertEqual(len(studio.sent("set")), 1)
            studio.answer()
            studio.frame()
            self.assertEqual(studio.last("set")["values"], {"/main/strength": 0.29})
            studio.answer()
            studio.frame(5)
            self.assertEqual(len(studio.sent("set")), 2)

    def test_no_echo(self):
        """What comes from the daemon is shown and not sent back"""
        for studio in self.each:
            for value in (0.3, 0.6, 1 / 3):
                studio.value("/main/strength", value)
                studio.frame(3)
                self.assertEqual(studio.par("Mainstrength").eval(), value)
            self.assertEqual(studio.sent("set"), [])

    def test_own_hand_first(self):
        """A value that is on its way is not undone by an older one that comes meanwhile"""
        for studio in self.each:
            studio.comp.par.Mainstrength = 0.9
            studio.frame(2)
            studio.value("/main/strength", 0.1)
            self.assertEqual(studio.par("Mainstrength").eval(), 0.9)
            studio.answer()
            studio.value("/main/strength", 0.2)
            self.assertEqual(studio.par("Mainstrength").eval(), 0.2)

    def test_driven(self):
        """An expression plays the daemon every frame that it moves, and what comes never ends it"""
        for studio in self.each:
            studio.comp.store("level", 0.4)
            strength = studio.par("Mainstrength")
            strength.expr = "me.fetch('level')"
            studio.frame(3)
            studio.answer()
            studio.value("/main/strength", 0.1)
            self.assertEqual((strength.mode.name, strength.eval()), ("EXPRESSION", 0.4))
            studio.comp.store("level", 0.8)
            studio.frame(3)
            self.assertEqual(studio.last("set")["values"], {"/main/strength": 0.8})
            studio.answer()
            sent = len(studio.sent("set"))
            studio.value("/main/strength", 0.1, whole=True)
            studio.frame(3)
            self.assertEqual(len(studio.sent("set")), sent + 1, "after all values came its driver has the word")

    def test_refused(self):
        """A refusal is said in words, and the parameter goes back to what the daemon has"""
        for studio in self.each:
            studio.comp.par.Mainname = "z"
            studio.frame(2)
            refusal = {"address": "/main/name", "error": {"code": "E_VALUE", "message": "not that one"}}
            studio.say({"type": "ack", "of": "set", "id": studio.last("set")["id"], "applied": [], "scheduled": [], "rejected": [refusal]})
            self.assertEqual(studio.par("Error").eval(), "/main/name: not that one")
            asked = studio.last("snapshot")
            self.assertEqual(asked["patterns"], ["/main/name"])
            studio.say({"type": "snapshot", "id": asked["id"], "parameters": [FIRST[3]]})
            self.assertEqual(studio.par("Mainname").eval(), "a")

    def test_pulses(self):
        """Every pulse counts, also several within one frame"""
        for studio in self.each:
            for _ in range(3):
                studio.par("Mainpulse").pulse()
            studio.frame(2)
            fired = [each["commands"] for each in studio.sent("command")]
            self.assertEqual(fired, [[{"kind": "trigger", "address": "/main/pulse"}]] * 3)
