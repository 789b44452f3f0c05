"""TOPs and CHOPs: TOP Class, scriptTOP Class, OscoutCHOP, Constant CHOP."""

import numpy

from .documented import TdError, doc, fact
from .ops import OP

TOP_PAGE, SCRIPT = "TOP Class", "scriptTOP Class"
BLACK = numpy.zeros((2, 2, 4), numpy.float32)


class TOP(OP):
    """Its picture is [height, width, channels] float32, top row first; how arrays turn it is a switch of World."""

    def __init__(self, *words):
        super().__init__(*words)
        self._picture, self._download = None, None

    def _shown(self):
        if self._kind_name == "inTOP":
            links = self._parent._in[0]._links
            return links[0]._owner._shown() if links else BLACK
        if self._kind_name in ("nullTOP", "outTOP", "ndioutTOP", "syphonspoutoutTOP"):
            inputs = [link._owner for link in self._in[0]._links]
            return inputs[0]._shown() if inputs else BLACK
        return BLACK if self._picture is None else self._picture

    def _turned(self, array):
        return array[::-1] if self._world.bottom_up else array

    width = fact(TOP_PAGE, get=lambda self: self._shown().shape[1])
    height = fact(TOP_PAGE, get=lambda self: self._shown().shape[0])

    @doc(TOP_PAGE)
    def numpyArray(self, delayed=False, writable=False):
        now = numpy.ascontiguousarray(self._turned(self._shown())).astype(numpy.float32)
        if not delayed:
            return now
        before, self._download = self._download, now
        return before

    @doc(TOP_PAGE)
    def sample(self, x=None, y=None, z=None, u=None, v=None, w=None):
        if u is None or v is None:
            raise TdError("the stand-in samples by u and v: where y begins is not documented")
        picture = self._shown()
        height, width = picture.shape[:2]
        row = height - 1 - min(height - 1, int(v * height))  # v is 0 at the bottom
        return tuple(float(part) for part in picture[row, min(width - 1, int(u * width))])


class ScriptTOP(TOP):
    def __init__(self, *words):
        super().__init__(*words)
        self._cooking = False
        self._cooks = 0

    def _cook(self):
        if self._cooking:
            raise TdError("a cook dependency loop")
        self._cooking = True
        self._cooks += 1
        try:
            dat = self._pars["callbacks"]._evaluated()
            if dat is not None:
                self._world.guarded(dat._loaded().onCook, self)
        finally:
            self._cooking = False

    @doc(SCRIPT)
    def copyNumpyArray(self, array):
        outside = "modoutsidecook" in self._pars and self._pars["modoutsidecook"]._value
        if not self._cooking and not outside:
            raise TdError("copyNumpyArray is for onCook")
        if not isinstance(array, numpy.ndarray) or array.ndim != 3 or not 1 <= array.shape[2] <= 4:
            raise TdError("an array [height, width, 1 to 4] is wanted")
        if array.dtype not in (numpy.uint8, numpy.uint16, numpy.float32):
            raise TdError("uint8, uint16 or float32 is wanted, not %s" % array.dtype)
        if self._world.td.licenses.isNonCommercial and max(array.shape[:2]) > 1280:
            raise TdError("the Non-Commercial licence shows 1280 pixels")
        full = {numpy.dtype(numpy.uint8): 255.0, numpy.dtype(numpy.uint16): 65535.0}.get(array.dtype, 1.0)
        self._picture = (self._turned(array) / full).astype(numpy.float32)


class CHOP(OP):
    """Channels by name; of an OSC Out CHOP those of its input."""

    def __init__(self, *words):
        super().__init__(*words)
        self._channels = {}

    def _frame(self):
        if self._kind_name != "oscoutCHOP" or not self._pars["active"]._value or not self._pars["cookalways"]._value:
            return
        for link in self._in[0]._links:
            for name, value in link._owner._channels.items():
                self._world.network.osc(self._pars["netaddress"]._value, self._pars["port"]._value, "/" + name, [float(value)])
