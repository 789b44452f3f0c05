"""Pictures both ways: which operators stand inside the component, and what goes through them each frame."""

import td

RECEIVERS = {
    "ndi": ("ndiinTOP", "name"),
    "spout": ("syphonspoutinTOP", "sendername"),
    "web": ("webrenderTOP", "url"),
    "stream": ("videostreaminTOP", "url"),
}
SENDERS = {"ndi": ("ndioutTOP", "name"), "spout": ("syphonspoutoutTOP", "sendername")}
FREE_LICENCE_SIDE = 1280  # the longest side of any TOP there (TOP, Non-Commercial)
MARK = 8


class Pictures:
    """`modules` has routes, sender and reverie_shm; `value(key)` reads a parameter of the component, `say(key, text)` writes one."""

    def __init__(self, owner, modules, value, say, on_trouble):
        self._owner, self._modules, self._value, self._say = owner, modules, value, say
        self._on_trouble = on_trouble
        self._received, self._sent = "off", "off"
        self._reader = None
        self._sender = None
        self._frame = None
        self._marked = False
        self._bypass = None
        self._names = ("", "")
        self._trouble = ""

    def is_wired(self):
        """Whether something is connected to the component's input."""
        return any(list(connector.connections) for connector in self._owner.inputConnectors)

    def receive_by(self, route, name, base, node):
        """`base` is the daemon's address, `node` whose picture a page or stream shows."""
        place = {"web": "%s/obs/output?node=%s", "stream": "%s/stream/%s.ts"}.get(route, "%s%s") % (
            (base, node) if route in ("web", "stream") else (name, "")
        )
        if (route, place) == (self._received, self._names[0]):
            return
        self._received, self._names = route, (place, self._names[1])
        self._close_reader()
        self._remove("received")
        if route == "shm":
            self._reader = self._modules["reverie_shm"].Reader(name)
        elif route in RECEIVERS:
            self._create("received", *RECEIVERS[route], place)
        self._say("@receivestate", route)
        self._wire(True)

    def send_by(self, route, name):
        if (route, name) == (self._sent, self._names[1]):
            return
        self._sent, self._names = route, (self._names[0], name)
        self._close_sender()
        self._remove("sender")
        if route == "shm":
            self._sender = self._modules["sender"].Sender(self._modules["reverie_shm"], name, self._bottom_up())
        elif route in SENDERS:
            top = self._create("sender", *SENDERS[route], name)
            top.inputConnectors[0].connect(self._owner.op("sent"))
        self._say("@sendstate", route)

    def rows_changed(self):
        """The setting of the row order is another one: what is being sent says so anew."""
        if self._sender is not None:
            name = self._names[1]
            self._sent = ""
            self.send_by("shm", name)

    def frame_start(self):
        """A new picture is no reason for a Script TOP to cook, so it is asked to."""
        self._wire(False)
        if self._reader is None:
            return
        try:
            frame = self._reader.read()
        except (self._modules["reverie_shm"].RingError, OSError) as error:
            return self._tell("Receiving: %s" % error)
        if frame is not None:
            self._frame = frame
            self._owner.op("picture").cook(force=True)

    def frame_end(self):
        """Asks for the input though nobody may look at it; a frame late, so that the GPU is not held up."""
        if self._sender is None:
            return
        array = self._owner.op("sent").numpyArray(delayed=True)
        if array is not None and array.ndim in (2, 3) and array.size > 0:
            self._sender.put(_rgba(array))
        if self._sender.trouble != "":
            self._tell("Sending: %s" % self._sender.trouble)

    def cook(self, top):
        """In the Script TOP's onCook."""
        if self._marked:
            top.copyNumpyArray(marked_picture())
        elif self._frame is not None:
            array = self._frame.array(bottom_up=self._bottom_up())
            top.copyNumpyArray(fitted(array, FREE_LICENCE_SIDE if td.licenses.isNonCommercial else None))

    def calibrate(self):
        """Writes a picture whose first row is red, and looks for it at the bottom and at the top. Answers the row order or None."""
        top = self._owner.op("picture")
        self._marked = True
        try:
            top.cook(force=True)
            bottom, above = (top.sample(u=0.5, v=v) for v in (0.5 / MARK, 1 - 0.5 / MARK))
        finally:
            self._marked = False
        if _is_red(bottom) == _is_red(above):
            self._tell("Calibrating: the mark was found nowhere")
            return None
        top.cook(force=True)
        return _is_red(bottom)

    def close(self):
        self._close_reader()
        self._close_sender()

    def off(self):
        """No route: as after Stop."""
        self.receive_by("off", "", "", "")
        self.send_by("off", "")

    def _wire(self, anew):
        """The output is what was received, or the input while bypassed."""
        bypass = bool(self._value("@bypass"))
        if bypass == self._bypass and not anew:
            return
        self._bypass = bypass
        shown = self._owner.op("received") if self._received in RECEIVERS else self._owner.op("picture")
        self._owner.op("out1").inputConnectors[0].connect(self._owner.op("sent") if bypass or shown is None else shown)

    def _create(self, name, kind, par, value):
        top = self._owner.create(kind, name)
        setattr(top.par, par, value)
        top.nodeX, top.nodeY = (200, -150) if name == "received" else (200, -450)
        return top

    def _remove(self, name):
        top = self._owner.op(name)
        if top is not None:
            top.destroy()

    def _close_reader(self):
        self._frame = None
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _close_sender(self):
        if self._sender is not None:
            self._sender.close()
            self._sender = None

    def _bottom_up(self):
        return bool(self._value("@bottomup"))

    def _tell(self, words):
        """Once, not sixty times a second."""
        if words != self._trouble:
            self._trouble = words
            self._on_trouble(words)


def marked_picture():
    """Red in the first row of the array, black in all others."""
    import numpy

    picture = numpy.zeros((MARK, MARK, 4), dtype=numpy.uint8)
    picture[:, :, 3] = 255
    picture[0, :, 0] = 255
    return picture


def fitted(array, side):
    """Every so-manieth pixel where a picture is larger than the licence shows."""
    import numpy

    longest = max(array.shape[:2])
    if side is None or longest <= side:
        return array
    step = -(-longest // side)
    return numpy.ascontiguousarray(array[::step, ::step])


def _rgba(array):
    """Two channels are luminance and alpha (TOP pixel formats); the other counts are what write_array takes."""
    if array.ndim == 3 and array.shape[2] == 2:
        import numpy

        return numpy.concatenate([array[:, :, :1]] * 3 + [array[:, :, 1:]], axis=2)
    return array


def _is_red(pixel):
    return pixel[0] > 0.5 and pixel[1] < 0.5
