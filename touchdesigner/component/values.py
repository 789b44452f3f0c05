"""Values both ways, the newest of each, once a frame.

`known` is what both sides have last agreed on. What TouchDesigner reports as changed is compared with it, so that a value that
came from the daemon is not sent back, whenever the change is reported. One message is on its way at a time: while the daemon has
not answered, newer values take the place of those that wait.
"""

MOST_AT_ONCE = 400
ANSWER_SECONDS = 5.0


class Values:
    """Values of the pages' parameters. `parts` are the modules specs and pages."""

    def __init__(self, pages, specs, is_driven, line, clock, on_trouble):
        self._pages, self._specs, self._is_driven = pages, specs, is_driven
        self._line, self._clock, self._on_trouble = line, clock, on_trouble
        self._known = {}
        self._incoming = {}
        self._moved = set()
        self._driven = set()
        self._outgoing = {}
        self._flying = None

    def built(self):
        """The pages were built: finds out anew what the artist drives."""
        self._driven = set()
        for spec in self._pages.specs.values():
            self.drive_changed(spec)
        for key in list(self._known):
            if key not in self._pages.specs:
                del self._known[key]

    def drive_changed(self, spec):
        """An expression, export or binding came or went."""
        if not spec.is_value:
            return
        if any(self._is_driven(par) for par in self._pages.pars(spec)):
            self._driven.add(spec.key)
        else:
            self._driven.discard(spec.key)
        self._moved.add(spec.key)

    def moved(self, spec):
        """TouchDesigner says that a value has changed."""
        if spec.is_value:
            self._moved.add(spec.key)

    def came(self, address, value, is_whole):
        """A value from the daemon; is_whole where all values come, as after connecting."""
        self._incoming[address] = (value, is_whole)

    def take_in(self):
        """Writes what came, before anything is drawn."""
        incoming, self._incoming = self._incoming, {}
        for address, (value, is_whole) in incoming.items():
            spec = self._pages.specs.get(address)
            if spec is None or not spec.is_value or not self._specs.is_fit(spec, value):
                continue
            if address in self._outgoing or (self._flying is not None and address in self._flying[1]):
                continue  # it is older than what is on its way from here
            if address in self._driven:
                # Its driver has the word when all is told; later, who moved it last.
                if is_whole:
                    self._known[address] = value
                continue
            if not is_whole and address in self._moved and self._differs(spec):
                continue  # moved here in the same frame: that is newer
            self._write(spec, value)

    def give_out(self):
        """Reads what moved, and sends it when nothing is on its way."""
        moved, self._moved = self._moved | self._driven, set()
        for key in moved:
            spec = self._pages.specs.get(key)
            if spec is None or not self._differs(spec):
                continue
            value = self._read(spec)
            self._known[key] = value
            self._outgoing[key] = value
        if self._flying is not None and self._clock() - self._flying[2] > ANSWER_SECONDS:
            self._return(self._flying[1])
            self._flying = None
        if self._outgoing and self._flying is None and self._line.is_up:
            self._send()

    def answered(self, message):
        """The daemon's answer to a set, or its refusal of one. True where it was ours."""
        if self._flying is None or message.get("id") != self._flying[0]:
            return False
        values, self._flying = self._flying[1], None
        rejected = message.get("rejected")
        refused = [entry for entry in rejected if isinstance(entry, dict)] if isinstance(rejected, list) else []
        if message.get("type") == "error":
            refused = [{"address": key, "error": message.get("error")} for key in values]
        for entry in refused:
            error = entry.get("error")
            words = error.get("message") if isinstance(error, dict) else "refused"
            self._on_trouble("%s: %s" % (entry.get("address"), words))
        addresses = [entry.get("address") for entry in refused]
        addresses = [address for address in addresses if isinstance(address, str) and address in values]
        if addresses:
            self._line.send({"type": "snapshot", "patterns": addresses[:100]})
        return True

    def lost(self):
        """The line broke: what was not answered is sent again, under what moved since."""
        if self._flying is not None:
            self._return(self._flying[1])
            self._flying = None

    def fresh(self):
        """A session that knows nothing of before: values will come whole."""
        # What was known stays until the new values come: a hand that moves before them is seen against it.
        self._outgoing = {key: value for key, value in self._outgoing.items() if key not in self._driven}

    def _send(self):
        keys = list(self._outgoing)[:MOST_AT_ONCE]
        values = {key: self._outgoing.pop(key) for key in keys}
        sent = self._line.send({"type": "set", "values": values})
        if sent is None:
            self._return(values)
        else:
            self._flying = (sent, values, self._clock())

    def _return(self, values):
        self._outgoing = {**values, **self._outgoing}

    def _differs(self, spec):
        if spec.key not in self._known and spec.key not in self._driven:
            return False  # nothing is known of the daemon's value yet: it comes first, but for what is driven
        value = self._read(spec)
        return value is not None and value != self._known.get(spec.key)

    def _read(self, spec):
        pars = self._pages.pars(spec)
        if not pars:
            return None
        try:
            return self._specs.from_parts(spec, [par.eval() for par in pars])
        except (ValueError, TypeError, OverflowError) as error:
            self._on_trouble(str(error))
            return None

    def _write(self, spec, value):
        pars = self._pages.pars(spec)
        if not pars:
            return
        for par, part in zip(pars, self._specs.to_parts(spec, value)):
            if par.eval() != part:
                par.val = part
        read = self._read(spec)
        self._known[spec.key] = value if read is None else read
