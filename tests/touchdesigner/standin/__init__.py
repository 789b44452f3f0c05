"""A stand-in for TouchDesigner's Python API, for CPython without TouchDesigner.

It stands for what Derivative's documentation says of the members that the component uses, and for nothing else: each member
names its page, and one that is not here fails. It cannot show that the documentation is right, how fast anything is, what a
picture looks like, or what a build does that no page tells. What the pages leave open is a switch of World.
"""

from .world import World

__all__ = ["World"]
