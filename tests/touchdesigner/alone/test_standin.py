import threading
import unittest

import numpy
from standin import World, dats, documented, ops, pars, tops, world
from standin.network import Paper


class StandinTest(unittest.TestCase):
    def setUp(self):
        self.world = World(Paper())
        self.comp = self.world.project.create("baseCOMP", "box")

    def test_pages_named(self):
        """Every member of the stand-in names the page that documents it"""
        kinds = [pars.Par, pars.ParGroup, pars.Page, ops.OP, ops.COMP, ops.Connector, dats.DAT, dats.WebSocketDAT,
                 dats.WebClientDAT, dats.OscOutDAT, tops.TOP, tops.ScriptTOP, tops.CHOP, world.Run, world.Ui, world.Undo,
                 world.Panes, world.Pane, world.Licenses]  # fmt: skip
        for kind in kinds:
            self.assertEqual(documented.undocumented(kind), [])

    def test_unknown(self):
        """What is not documented fails, to read, to set, to call and to create"""
        page = self.comp.appendCustomPage("Page")
        par = page.appendFloat("Depth")[0]
        for wrong in [
            lambda: self.comp.error, lambda: setattr(self.comp, "colour", 1), lambda: self.comp.par.Nothing,
            lambda: par.tuplet, lambda: setattr(par, "value", 1), lambda: page.appendSlider("A"),
            lambda: page.appendFloat("noise_scale"), lambda: page.appendFloat("TwoWords"),
            lambda: self.comp.create("slowTOP"), lambda: self.comp.create("selectTOP"), lambda: self.world.td.project,
            lambda: page.appendFloat("Depth", replace=False), lambda: setattr(self.comp.par, "ext0objects", ""),
        ]:  # fmt: skip
            self.assertRaises((documented.TdError, AttributeError), wrong)
        self.assertIsNone(self.comp.par["Nothing"])

    def test_constant(self):
        """Setting a value ends an expression, as it does in TouchDesigner"""
        par = self.comp.appendCustomPage("Page").appendFloat("Depth")[0]
        par.expr = "0.25 * 2"
        self.assertEqual((par.eval(), par.mode), (0.5, pars.ParMode.EXPRESSION))
        par.val = 1
        self.assertEqual((par.eval(), par.mode), (1.0, pars.ParMode.CONSTANT))

    def test_main_thread(self):
        """An operator that is touched from another thread fails"""
        caught = []

        def touch():
            try:
                self.comp.name
            except documented.TdError as error:
                caught.append(str(error))

        thread = threading.Thread(target=touch)
        thread.start()
        thread.join()
        self.assertEqual(len(caught), 1)

    def test_gone(self):
        """What was destroyed fails when it is used"""
        par = self.comp.appendCustomPage("Page").appendFloat("Depth")[0]
        par.parGroup.destroy()
        self.assertRaises(documented.TdError, par.eval)
        self.comp.destroy()
        self.assertRaises(documented.TdError, lambda: self.comp.name)

    def test_arrays(self):
        """A Script TOP takes arrays of the documented kinds, and while it cooks"""
        top = self.comp.create("scriptTOP", "script")
        good = numpy.zeros((2, 2, 4), numpy.uint8)
        self.assertRaises(documented.TdError, top.copyNumpyArray, good)
        taken = []
        for array in (good, good[0], good.astype(numpy.float64), numpy.zeros((2, 2, 5), numpy.uint8)):
            self.world.errors.clear()
            callbacks = self.comp.op("script_callbacks")
            callbacks.text = "def onCook(scriptOp):\n    scriptOp.copyNumpyArray(array)\n"
            callbacks.module.array = array
            top.cook(force=True)
            taken.append(self.world.errors == [])
        self.assertEqual(taken, [True, False, False, False])
        self.assertIsNone(top.numpyArray(delayed=True))
        self.assertEqual(top.numpyArray(delayed=True).dtype, numpy.float32)
