"""Addresses of Reverie and names of TouchDesigner's parameters, both ways.

TouchDesigner wants a capital first and then small letters and digits (Page Class): /main/noise_scale is Mainnoisescale. Two
addresses that come out the same get numbers (Mainwarpspeed, Mainwarpspeedx2). A name once given stays with its address as long
as the component lives, so that what an artist exported or referenced still finds it.
"""

LONGEST = 40
COLOR_ENDINGS = ("r", "g", "b", "a")


def plain_name(key):
    """The name a key would have if it were alone."""
    letters = "".join(sign for sign in key.lower() if sign in "abcdefghijklmnopqrstuvwxyz0123456789")
    if letters == "" or letters[0].isdigit():
        letters = "n" + letters
    return letters[:LONGEST].capitalize()


class Names:
    """One name for each key; a key is an address, or a word of the component's own that begins with @."""

    def __init__(self, kept=None):
        """kept: what kept() answered in an earlier life; whatever of it is no name is left out."""
        self._given = {}
        self._keys = {}
        if not isinstance(kept, dict):
            kept = {}
        for key, entry in kept.items():
            if not isinstance(entry, (list, tuple)) or len(entry) != 2 or not _is_name(entry[0]):
                continue
            name, is_color = entry[0], bool(entry[1])
            if not any(other in self._keys for other in _taken_by(name, is_color)):
                self._give(key, name, is_color)

    def name(self, key, is_color=False):
        """The name of this key, given now where it has none."""
        given = self._given.get(key)
        if given is not None and given[1] == is_color:
            return given[0]
        if given is not None:
            self._take(key)
        start, count = plain_name(key), 1
        name = start
        while any(other in self._keys for other in _taken_by(name, is_color)):
            count += 1
            name = "%sx%d" % (start, count)
        self._give(key, name, is_color)
        return name

    def key(self, name):
        """Whose name it is, also the name of a colour's component; None where it is nobody's."""
        return self._keys.get(name)

    def kept(self):
        """All that was given, for storage."""
        return {key: [name, is_color] for key, (name, is_color) in self._given.items()}

    def _give(self, key, name, is_color):
        self._given[key] = (name, is_color)
        for taken in _taken_by(name, is_color):
            self._keys[taken] = key

    def _take(self, key):
        name, is_color = self._given.pop(key)
        for taken in _taken_by(name, is_color):
            self._keys.pop(taken, None)


def _taken_by(name, is_color):
    """A colour called Maintint is four parameters: Maintintr, Maintintg, Maintintb, and Maintinta where it has alpha."""
    return [name] + [name + ending for ending in COLOR_ENDINGS] if is_color else [name]


def _is_name(text):
    return (
        isinstance(text, str)
        and 1 <= len(text) <= LONGEST + 8
        and text.isascii()
        and text.isalnum()
        and text[0].isalpha()
        and text == text.capitalize()
    )
