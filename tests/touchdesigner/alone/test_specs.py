import json
import random
import unittest

from studio import module, parameter

specs = module("specs")
JUNK = [None, True, 0, -1, 2**70, 1.5, float("nan"), float("inf"), "", "x", "/a/b", [], [None], {}, {"a": {}}, "é" * 300]


class SpecsTest(unittest.TestCase):
    def test_kinds(self):
        """Each type of value becomes the parameter that suits it, with label, range, tooltip and what reloads marked"""
        told = [
            parameter("/main/strength", description="How strong", ui={"label": "Strength", "load": False, "unit": "s"}),
            parameter("/main/width", "integer", 512, minimum=64, maximum=2048, ui={"label": "Width", "load": True}),
            parameter("/main/tint", "color", "#ff8000"),
            parameter("/main/palette", "enum", "ember", choices=["ember", "ice"]),
            parameter("/main/pulse", "trigger", 0),
            parameter("/main/steps", "list", [18, 26]),
            parameter("/paused", "boolean", False),
            parameter("/tempo/device", "string", ""),
        ]
        made, left_out = specs.show_specs(told, [])
        by_key = {spec.key: spec for spec in made}
        self.assertEqual(left_out, 0)
        self.assertEqual({key: spec.style for key, spec in by_key.items()}, {
            "/main/strength": "Float", "/main/width": "Int", "/main/tint": "RGB", "/main/palette": "Menu",
            "/main/pulse": "Pulse", "/main/steps": "Str", "/paused": "Toggle", "/tempo/device": "Str"})  # fmt: skip
        self.assertEqual(by_key["/main/width"].label, "Width (reloads)")
        self.assertEqual((by_key["/main/width"].low, by_key["/main/width"].high), (64, 2048))
        self.assertEqual(by_key["/main/strength"].help, "How strong\nIn s\n/main/strength")
        self.assertEqual(by_key["/paused"].page, "Show")
        self.assertEqual(by_key["/main/palette"].page, "main")

    def test_prompts(self):
        """Prompts stand as text and weight, with free slots behind those that are in use"""
        told = [parameter("/prompts", "list", [{"text": "gold", "weight": 2}]), parameter("/prompts/0/text", "string", "gold")]
        made, _ = specs.show_specs(told, [])
        keys = [spec.key for spec in made]
        self.assertEqual(keys[:4], ["/prompts/0/text", "/prompts/0/weight", "/prompts/1/text", "/prompts/1/weight"])
        self.assertNotIn("/prompts", keys)
        values = dict(specs.slot_values("/prompts", [{"text": "gold", "weight": 2}], range(2)))
        self.assertEqual(values["/prompts/0/weight"], 2)
        self.assertEqual(values["/prompts/1/text"], "")

    def test_back_and_forth(self):
        """A value survives the way into parameters and out again, in every type"""
        for kind, value, more in [
            ("number", 0.1, {}), ("integer", 7, {}), ("boolean", True, {}), ("string", "né,t", {}), ("color", "#0180ff", {}),
            ("enum", "ice", {"choices": ["ember", "ice"]}), ("list", [18, "a", {"b": 1}], {}),
        ]:  # fmt: skip
            (spec,), _ = specs.show_specs([parameter("/main/x", kind, value, **more)], [])
            self.assertTrue(specs.is_fit(spec, value))
            back = specs.from_parts(spec, specs.to_parts(spec, value))
            self.assertEqual((back, type(back)), (value, type(value)))

    def test_bounds(self):
        """What an expression drives beyond its range is sent at its bound; NaN and infinity are refused in words"""
        (spec,), _ = specs.show_specs([parameter("/main/x")], [])
        self.assertEqual(specs.from_parts(spec, [7.0]), 1.0)
        for bad in (float("nan"), float("inf")):
            self.assertRaisesRegex(ValueError, "X: NaN", specs.from_parts, spec, [bad])

    def test_hand_typed_list(self):
        """A list may be typed as JSON or with commas"""
        (spec,), _ = specs.show_specs([parameter("/main/x", "list", [])], [])
        self.assertEqual(specs.from_parts(spec, ["18, 26.5, abc"]), [18, 26.5, "abc"])
        self.assertEqual(specs.from_parts(spec, ['["a", 1]']), ["a", 1])
        self.assertEqual(specs.from_parts(spec, [""]), [])

    def test_nonsense(self):
        """Whatever a daemon sends as parameters, a page is made of what makes sense and the rest is counted"""
        seed = random.randrange(2**32)
        rng = random.Random(seed)
        for _ in range(400):
            entry = parameter("/main/x", rng.choice(list(specs.STYLES)))
            for key in rng.sample(list(entry), rng.randrange(1, 5)):
                entry[key] = rng.choice(JUNK)
            entry = rng.choice([entry, rng.choice(JUNK)])
            made, left_out = specs.show_specs([entry, parameter("/main/sound")], [])
            self.assertIn("/main/sound", [spec.key for spec in made], (seed, entry))
            for spec in made:
                json.dumps(spec.label)
                for value in JUNK:
                    if spec.is_value and specs.is_fit(spec, value):
                        specs.from_parts(spec, specs.to_parts(spec, value))

    def test_too_many(self):
        """A show with thousands of addresses fills its pages and says what is left out"""
        made, left_out = specs.show_specs([parameter("/main/x%d" % index) for index in range(3000)], ["main"])
        self.assertEqual(left_out, 3000 - specs.MOST)
        self.assertLess(len(made), specs.MOST + 10)
