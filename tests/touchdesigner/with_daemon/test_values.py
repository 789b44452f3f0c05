import json
import unittest

from stage import Cable, Stage, play, rest, value_of


class ValuesTest(unittest.TestCase):
    def setUp(self):
        self.stage = Stage("dream")
        self.comp = self.stage.comp

    def tearDown(self):
        self.stage.end()
        self.assertEqual(self.stage.world.errors, [])

    def test_pages(self):
        """The pasted line builds a page for each node of the show that plays, with its values, presets and read-outs"""
        stage = self.stage
        self.assertEqual(
            [page.name for page in self.comp.customPages],
            ["Reverie", "Prompt", "main", "in", "out", "Show", "Pictures", "OSC"],
        )
        listed = {each["address"]: each for each in rest("GET", "parameters")["parameters"]}
        for address, entry in listed.items():
            if entry["type"] in ("list", "trigger") or address == "/preset":
                continue
            par = self.comp.par[stage.reverie.names.name(address)]
            self.assertEqual(par.eval(), entry["value"], address)
            if entry["choices"]:
                self.assertEqual(par.menuNames, entry["choices"])
        stage.until(lambda: "Neon Rain" in self.comp.par.Preset.menuNames, "presets")
        stage.until(lambda: stage.par("Mainrate") > 0 and stage.par("Rate") > 0, "rates")
        stage.until(lambda: stage.par("Mainstate") == "live", "the stage to be live")

    def test_both_ways(self):
        """What is moved on either side is seen on the other: numbers, menus, texts, switches, buttons"""
        stage = self.stage
        self.comp.par.Mainstrength = 0.125
        self.comp.par.Mainpalette = "ice"
        self.comp.par.Prompts1text = "deep ocean"
        self.comp.par.Prompts1weight = 0.5
        stage.until(lambda: value_of("/main/strength")["value"] == 0.125, "the daemon to hear strength")
        stage.until(lambda: value_of("/main/palette")["value"] == "ice", "the daemon to hear the palette")
        stage.until(lambda: {"text": "deep ocean", "weight": 0.5} in value_of("/prompts")["value"], "the prompt")
        rest("PATCH", "parameters", {"/main/strength": 0.875, "/main/seed": 42, "/paused": True, "/prompt": "gold"})
        stage.until(lambda: stage.par("Mainstrength") == 0.875 and stage.par("Mainseed") == 42, "values of the daemon")
        stage.until(lambda: stage.par("Paused") is True and stage.par("Prompts0text") == "gold", "pause and prompt")
        stage.until(lambda: stage.par("Prompts1text") == "", "the second prompt to be gone")
        self.assertEqual(value_of("/main/strength")["setBy"].split(":")[0], "rest")
        before = value_of("/main/pulse")["value"]
        self.comp.par.Mainpulse.pulse()
        self.comp.par.Mainpulse.pulse()
        stage.until(lambda: value_of("/main/pulse")["value"] == before + 2, "two pulses")

    def test_refused(self):
        """What the daemon refuses is said in its words, and the parameter shows again what is true"""
        stage = self.stage
        self.comp.par.Tempodevice = "x" * 300
        stage.until(lambda: "/tempo/device" in stage.par("Error"), "the refusal")
        stage.until(lambda: stage.par("Tempodevice") == value_of("/tempo/device")["value"], "the true value")

    def test_presets(self):
        """Presets are recalled by menu and pulse, and a recall from elsewhere calls onPreset"""
        stage = self.stage
        self.comp.op("callbacks").text = "heard = []\ndef onPreset(name):\n    heard.append(name)\n"
        stage.until(lambda: "Neon Rain" in self.comp.par.Preset.menuNames, "presets")
        self.comp.par.Preset = "Neon Rain"
        self.comp.par.Recall.pulse()
        stage.until(lambda: value_of("/preset")["value"] == "Neon Rain", "the recall")
        rest("POST", "commands", {"commands": [{"kind": "preset", "preset": "Aurora Drift"}]})
        stage.until(lambda: stage.par("Preset") == "Aurora Drift", "the menu to follow")
        self.assertEqual(self.comp.op("callbacks").module.heard[-1], "Aurora Drift")

    def test_drop(self):
        """After a cut cable the same session goes on, with what was moved on both sides meanwhile"""
        stage, cable = self.stage, Cable()
        self.comp.par.Address = "http://127.0.0.1:%d" % cable.port
        stage.until(lambda: not stage.reverie.line.is_up, "another line")
        stage.until(lambda: stage.reverie.line.is_up, "the line by the cable")
        session = stage.reverie.line.session
        cable.cut()
        stage.until(lambda: stage.par("State") == "reconnecting", "the loss")
        self.comp.par.Mainwarp = 0.75
        rest("PATCH", "parameters", {"/main/strength": 0.0625})
        stage.frames(0.5)
        cable.mend()
        stage.until(lambda: stage.reverie.line.is_up, "the return")
        stage.until(lambda: value_of("/main/warp")["value"] == 0.75, "what was moved here")
        stage.until(lambda: stage.par("Mainstrength") == 0.0625, "what was moved there")
        self.assertEqual(value_of("/main/warp")["setBy"], session)
        self.assertEqual(stage.reverie.line.bad_messages, 0)

    def test_pipeline(self):
        """Another pipeline rebuilds the page, and what an artist drives plays again when the first one is back"""
        stage = self.stage
        level = [0.25]
        self.comp.par.Mainstrength._export(lambda: level[0])
        self.comp.par.Mainwarp.expr = "0.5 + 0.125"
        stage.until(lambda: value_of("/main/warp")["value"] == 0.625, "the expression to play")
        stage.until(lambda: value_of("/main/strength")["value"] == 0.25, "the export to play")
        play("wide")
        stage.until(lambda: stage.par("Mainfader199") is not None, "the other page")
        self.assertIsNone(self.comp.par["Mainpalette"])
        level[0] = 0.375
        play("dream")
        stage.until(lambda: self.comp.par["Mainpalette"] is not None, "the first page")
        stage.until(lambda: value_of("/main/strength")["value"] == 0.375, "the export to play again")
        self.assertEqual((self.comp.par.Mainwarp.expr, self.comp.par.Mainstrength.mode.name), ("0.5 + 0.125", "EXPORT"))
        self.assertTrue(self.comp.par.Mainstrength.enable)

    def test_beat(self):
        """onBeat counts the daemon's beats, bar by bar"""
        stage = self.stage
        self.comp.op("callbacks").text = "heard = []\ndef onBeat(beat, bar):\n    heard.append((beat, bar))\n"
        rest("PATCH", "parameters", {"/tempo": 240})
        heard = self.comp.op("callbacks").module.heard
        stage.until(lambda: len(heard) >= 8, "eight beats")
        tempo = rest("GET", "tempo")
        last = heard[-1][1] * 4 + heard[-1][0]
        self.assertLess(abs(tempo["beat"] - last), 2, json.dumps([tempo, heard]))


class OscTest(unittest.TestCase):
    def setUp(self):
        self.stage = Stage("wide")
        self.comp = self.stage.comp

    def tearDown(self):
        self.stage.end()
        self.assertEqual(self.stage.world.errors, [])

    def test_channels(self):
        """Two hundred channels play the daemon by OSC at sixty a second, and every last value arrives"""
        stage = self.stage
        chop = stage.world.project.create("constantCHOP", "faders")
        chop._channels = {"reverie/main/fader_%d" % index: 0.0 for index in range(200)}
        self.comp.par.Oscchop, self.comp.par.Osc = chop, True
        stage.until(lambda: stage.world.project.op("reverie_osc") is not None, "the OSC Out CHOP")
        self.assertEqual(stage.world.project.op("reverie_osc").par.format.eval(), "sample")
        for step in range(180):
            for index in range(200):
                chop._channels["reverie/main/fader_%d" % index] = ((step * 7 + index) % 201) / 256
            stage.frames(0.001)
        last = dict(chop._channels)
        self.assertGreaterEqual(stage.wire.packets, 180 * 200)
        heard = lambda: {  # noqa: E731
            each["address"][1:]: each["value"]
            for each in rest("GET", "parameters")["parameters"]
            if "fader" in each["address"]
        }
        wanted = {name.replace("reverie/", ""): value for name, value in last.items()}
        stage.until(lambda: heard() == wanted, "every last value")
        stage.until(lambda: all(stage.par("Mainfader%d" % index) == wanted["main/fader_%d" % index] for index in range(200)), "the page to follow")
        asked = next(each for each in rest("GET", "status")["nodes"] if each["id"] == "osc")
        self.assertEqual(asked["info"]["malformed"], 0)
        self.assertEqual([each["port"] if isinstance(each, dict) and "port" in each else 9100 for each in asked["info"]["feedback"]["subscribers"]], [9100])
        self.comp.par.Osc = False
        stage.frames(0.1)
        self.assertIsNone(stage.world.project.op("reverie_osc"))

