import random
import re
import unittest

from studio import module

names = module("names")
RULE = re.compile(r"^[A-Z][a-z0-9]*$")


class NamesTest(unittest.TestCase):
    def test_rule(self):
        """An address becomes a capital and small letters and digits, as TouchDesigner wants it"""
        for address, name in [
            ("/main/noise_scale", "Mainnoisescale"),
            ("/main/prompts/0/text", "Mainprompts0text"),
            ("/paused", "Paused"),
            ("/2nd/x", "N2ndx"),
            ("/ünï/ö", "Nn"),
        ]:
            self.assertEqual(names.Names().name(address), name if address != "/ünï/ö" else "N")

    def test_injective(self):
        """Every address has a name of its own, colours and their parts too, and leads back, whatever the addresses are"""
        seed = random.randrange(2**32)
        rng = random.Random(seed)
        for _ in range(60):
            given = names.Names()
            keys = {
                "/" + "".join(rng.choice("ab_-/rgA1é") for _ in range(rng.randrange(0, 50))): rng.random() < 0.3
                for _ in range(60)
            }
            held = {}
            for key, is_color in keys.items():
                name = given.name(key, is_color)
                self.assertRegex(name, RULE, seed)
                for part in [name + end for end in ("r", "g", "b")] if is_color else [name]:
                    self.assertNotIn(part, held, seed)
                    held[part] = key
                    self.assertEqual(given.key(part), key, seed)

    def test_stays(self):
        """A name once given stays with its address, also in a project that was saved and opened again"""
        first = names.Names()
        first.name("/main/warp-speed")
        self.assertEqual(first.name("/main/warp_speed"), "Mainwarpspeedx2")
        later = names.Names(first.kept())
        self.assertEqual(later.name("/main/warp_speed"), "Mainwarpspeedx2")
        self.assertEqual(later.name("/main/warpspeed"), "Mainwarpspeedx3")

    def test_color_parts(self):
        """A parameter that is called like a part of a colour gets out of its way"""
        given = names.Names()
        self.assertEqual(given.name("/main/tint", True), "Maintint")
        self.assertEqual(given.name("/main/tintr"), "Maintintrx2")

    def test_storage(self):
        """What is no list of names in storage is left out"""
        for kept in [None, 7, [], {"/a": 1}, {"/a": ["no name", False]}, {"/a": ["Same", False], "/b": ["Same", False]}]:
            self.assertRegex(names.Names(kept).name("/b"), RULE)
