"""OSC beside the WebSocket: an OSC Out CHOP behind a CHOP of the artist's, and an OSC In CHOP that hears what changes.

The daemon clamps what comes so, and takes hundreds of channels a frame; only numbers travel.
"""

RENEW_SECONDS = 20.0
OUT, TAG = "reverie_osc", "reverie"


class Osc:
    def __init__(self, owner, clock):
        self._owner, self._clock = owner, clock
        self._out = None
        self._hear_at, self._renewed_at = 0, None

    def play(self, chop, host, port, hear_at):
        """Sends the channels of `chop` (None: nothing) to host:port, and hears changes at the port `hear_at`."""
        self.stop()
        left = None if chop is None else chop.parent().op(OUT)
        if left is not None and TAG in left.tags:
            left.destroy()  # of an earlier life of this component
        if chop is not None:
            out = chop.parent().create("oscoutCHOP", OUT)
            out.tags.add(TAG)
            out.par.netaddress, out.par.port = host, port
            _choose(out.par.format, "sample")
            out.par.cookalways = True
            out.inputConnectors[0].connect(chop)
            out.nodeX, out.nodeY = chop.nodeX + 200, chop.nodeY
            self._out = out
        heard = self._owner.create("oscinCHOP", "heard")
        heard.par.port = hear_at
        asker = self._owner.create("oscoutDAT", "asker")
        asker.par.address, asker.par.port = host, port
        self._hear_at, self._renewed_at = hear_at, None

    def frame(self):
        """The daemon forgets who does not renew."""
        asker = self._owner.op("asker")
        if asker is None or (self._renewed_at is not None and self._clock() - self._renewed_at < RENEW_SECONDS):
            return
        self._renewed_at = self._clock()
        asker.sendOSC("/reverie/subscribe", [self._hear_at])

    def stop(self):
        if self._out is not None and self._out.valid:
            self._out.destroy()
        self._out = None
        for name in ("heard", "asker"):
            found = self._owner.op(name)
            if found is not None:
                found.destroy()


def _choose(par, label):
    """A menu's entry by what the artist reads, as the names behind are nowhere documented."""
    for index, text in enumerate(par.menuLabels):
        if text.lower() == label:
            par.menuIndex = index
