import unittest

from studio import Studio, hello, node, parameter

DREAM = [parameter("/main/strength"), parameter("/main/tint", "color", "#ff8000"), parameter("/main/palette", "enum", "ember", choices=["ember", "ice"]), parameter("/main/pulse", "trigger", 0), parameter("/paused", "boolean", False)]  # fmt: skip
OTHER = [parameter("/main/amount"), parameter("/paused", "boolean", False)]
SWITCHES = [dict(profile=profile, changes_first=first) for profile in (2022, 2023, 2025) for first in (False, True)]


class PagesTest(unittest.TestCase):
    def studio(self, **switches):
        studio = Studio(**switches)
        studio.connect(parameters=DREAM)
        self.addCleanup(lambda: self.assertEqual(studio.world.errors, []))
        return studio

    def test_builds(self):
        """A page for each node, with range, menu, tooltip and read-outs, in every version of TouchDesigner from 2022 on"""
        for switches in SWITCHES:
            with self.subTest(switches):
                studio = self.studio(**switches)
                self.assertEqual([page.name for page in studio.comp.customPages], ["Reverie", "main", "Show", "Pictures", "OSC"])
                strength = studio.par("Mainstrength")
                self.assertEqual((strength.page.name, strength.min, strength.max, strength.clampMax), ("main", 0, 1, True))
                self.assertEqual(studio.par("Mainpalette").menuNames, ["ember", "ice"])
                self.assertIn("/main/strength", strength.help)
                self.assertAlmostEqual(studio.par("Maintintg").eval(), 128 / 255)
                self.assertTrue(studio.par("Mainstate").readOnly)

    def test_keeps(self):
        """With another pipeline pages are other ones, and what an artist drives waits and works again when its address is back"""
        studio = self.studio()
        mode = studio.world.td.ParMode
        studio.par("Mainstrength").expr = "0.1 + 0.2"
        source = [0.7]
        studio.par("Maintintr")._export(lambda: source[0])
        studio.comp.appendCustomPage("Mine").appendFloat("Own")[0].val = 3
        studio.frame(3)
        studio.tell(OTHER)
        self.assertIsNone(studio.comp.par["Mainpalette"])
        self.assertEqual(studio.par("Mainamount").eval(), 0.5)
        self.assertFalse(studio.par("Mainstrength").enable)
        self.assertIn("not in this pipeline", studio.par("Mainstrength").label)
        studio.tell(DREAM)
        strength = studio.par("Mainstrength")
        self.assertEqual((strength.mode, strength.expr, strength.enable, strength.label), (mode.EXPRESSION, "0.1 + 0.2", True, "Strength"))
        self.assertEqual((studio.par("Maintintr").mode, studio.par("Maintintr").eval()), (mode.EXPORT, 0.7))
        self.assertEqual(studio.par("Own").eval(), 3)
        self.assertIsNone(studio.comp.par["Mainamount"])

    def test_binding(self):
        """A binding stays through a change of pipeline, and so does a parameter that others are bound to"""
        studio = self.studio()
        mine = studio.comp.appendCustomPage("Mine").appendFloat("Own")[0]
        mine.val = 0.9
        strength = studio.par("Mainstrength")
        strength.bindExpr, strength.mode = "me.par.Own", studio.world.td.ParMode.BIND
        other = studio.comp.customPages[-1].appendStr("Follower")[0]
        other.bindExpr, other.mode = "me.par.Mainpalette", studio.world.td.ParMode.BIND
        studio.frame(2)
        studio.tell(OTHER)
        studio.tell(DREAM)
        self.assertEqual(studio.par("Mainstrength").eval(), 0.9)
        self.assertEqual(studio.par("Mainstrength").mode, studio.world.td.ParMode.BIND)
        self.assertEqual(studio.par("Mainpalette").eval(), "ember")

    def test_style_changes(self):
        """An address that comes back as another type has another parameter, with the expression it had"""
        studio = self.studio()
        studio.par("Mainstrength").expr = "1"
        studio.tell([parameter("/main/strength", "integer", 2, minimum=0, maximum=5), parameter("/main/tint")])
        self.assertEqual((studio.par("Mainstrength").style, studio.par("Mainstrength").expr), ("Int", "1"))
        self.assertEqual(studio.par("Maintint").style, "Float")
        self.assertIsNone(studio.comp.par["Maintintr"])

    def test_again(self):
        """Installing again brings new code and keeps parameters, expressions, wires and callbacks"""
        studio = self.studio()
        studio.par("Mainstrength").expr = "0.25"
        studio.comp.op("callbacks").text = "# mine"
        studio.comp.op("names").text += "\n# old"
        before = studio.comp
        studio.install()
        self.assertIs(studio.comp, before)
        self.assertEqual(len([each for each in studio.world.project._children if each.startswith("reverie")]), 1)
        self.assertEqual(studio.par("Mainstrength").expr, "0.25")
        self.assertEqual(studio.comp.op("callbacks").text, "# mine")
        self.assertNotIn("# old", studio.comp.op("names").text)
        studio.connect(parameters=DREAM)
        self.assertEqual(studio.par("State").eval(), "live")

    def test_no_daemon(self):
        """A project that opens without a daemon has its pages and values as they were"""
        studio = self.studio()
        studio.comp.par.Mainstrength = 0.125
        studio.frame(3)
        studio.install()
        studio.frame(30)
        self.assertEqual(studio.par("Mainstrength").eval(), 0.125)
        self.assertEqual([page.name for page in studio.comp.customPages], ["Reverie", "main", "Show", "Pictures", "OSC"])
        studio.connect(parameters=OTHER)
        self.assertIsNone(studio.comp.par["Mainstrength"])

    def test_inside(self):
        """Pasted while the component itself is open, it is not built into itself"""
        studio = self.studio()
        studio.world.td.ui.panes.current._owner = studio.comp
        studio.install()
        self.assertIsNone(studio.comp.op("reverie"))

    def test_beside_stdlib(self):
        """No operator is called like a module of Python, which it would take the place of"""
        import sys

        studio = self.studio()
        self.assertEqual(set(studio.comp._children) & set(sys.stdlib_module_names), set())

    def test_copied_node_names(self):
        """Nodes that are called like pages of ours have pages of their own"""
        studio = Studio()
        studio.connect(parameters=[parameter("/show/strength")])
        studio.say({"type": "event", "seq": 9, "name": "status", "data": {"nodes": [node("show"), node("main")]}})
        self.assertEqual(studio.par("Showstrength").page.name, "show node")
        studio.say(hello())
        self.assertEqual(studio.world.errors, [])
