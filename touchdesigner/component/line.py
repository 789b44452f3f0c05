"""The line to the daemon: a WebSocket DAT that is opened again when it is lost, and a session that goes on there.

Everything is moved by frame(), which is called once a frame and never waits. docs/reference/websocket.md of Reverie tells the
messages.
"""

import json

FIRST_WAIT, LONGEST_WAIT = 0.5, 8.0
OPEN_SECONDS = 6.0
QUIET_SECONDS = 10.0
PING_SECONDS = 5.0
LONGEST_MESSAGE = 8 * 2**20


class Line:
    """States: off, away (waits to try again), opening, greeting, up."""

    def __init__(self, dat, clock, on_up, on_message, on_lost):
        """clock() is in seconds; on_up(resumed) once it carries; on_lost(words)."""
        self._dat, self._clock = dat, clock
        self._on_up, self._on_message, self._on_lost = on_up, on_message, on_lost
        self.state = "off"
        self.bad_messages = 0
        self.session = None
        self._url = ""
        self._token = None
        self._seq = 0
        self._asked_to_resume = False
        self._wait = FIRST_WAIT
        self._at = 0.0
        self._heard_at = 0.0
        self._pinged = False
        self._next_id = 0

    @property
    def is_up(self):
        return self.state == "up"

    def start(self, url):
        """Connects to ws://…, and stays connected until stop()."""
        if url != self._url:
            self._token = None
        self._url, self._wait = url, FIRST_WAIT
        # Off in this frame and on in a later one: off and on at once may be nothing at all to the DAT.
        self._dat.par.active = False
        self.state, self._at = "away", self._clock()

    def stop(self):
        self.state = "off"
        self._token = None
        if self._dat.valid:  # it may be gone already where the component is being deleted
            self._dat.par.active = False

    def send(self, message):
        """The id by which its answer will be known; None where the line is not up."""
        if self.state != "up":
            return None
        return self._send(message)

    def frame(self):
        now = self._clock()
        if self.state == "away" and now >= self._at:
            self._open()
        elif self.state in ("opening", "greeting") and now >= self._at:
            self._lose("Nobody answers at %s" % self._url)
        elif self.state == "up" and now - self._heard_at > QUIET_SECONDS:
            if not self._pinged:
                self._pinged = True
                self._send({"type": "ping"})
            elif now - self._heard_at > QUIET_SECONDS + PING_SECONDS:
                self._lose("Reverie fell silent")

    def connected(self):
        if self.state == "opening":
            self.state = "greeting"

    def disconnected(self):
        if self.state in ("opening", "greeting", "up"):
            self._lose("Nobody answers at %s" % self._url if self.state != "up" else "The line to Reverie broke")

    def received(self, text):
        """One text message. What is none of a daemon's is counted and changes nothing."""
        if self.state not in ("opening", "greeting", "up"):
            return
        self._heard_at, self._pinged = self._clock(), False
        message = self._read(text)
        if message is None:
            self.bad_messages += 1
        elif message["type"] == "hello":
            self._greeted(message)
        elif self.state == "up":
            seq = message.get("seq")
            if isinstance(seq, int) and not isinstance(seq, bool):
                self._seq = max(self._seq, seq)
            self._on_message(message)

    def _open(self):
        self._dat.par.netaddress = self._url
        self._dat.par.port = port_of(self._url)
        self._dat.par.active = True
        self.state, self._at = "opening", self._clock() + OPEN_SECONDS
        self._asked_to_resume = False

    def _greeted(self, hello):
        token = hello.get("token")
        if not isinstance(token, str) or not isinstance(hello.get("session"), str):
            self.bad_messages += 1
            return
        if self.state == "up":
            return
        if self._token is not None and not self._asked_to_resume:
            self._asked_to_resume = True
            self._send({"type": "hello", "resume": self._token, "since": self._seq})
            return
        resumed = hello.get("resumed") is True
        if not resumed:
            self._seq = 0
        self._token, self.session = token, hello["session"]
        self.state, self._wait = "up", FIRST_WAIT
        self._on_up(resumed)

    def _send(self, message):
        self._next_id += 1
        text = json.dumps({**message, "id": self._next_id}, allow_nan=False)
        if self._dat.sendText(text) < 0:
            self._lose("The line to Reverie broke")
            return None
        return self._next_id

    def _lose(self, words):
        self._dat.par.active = False
        self.state, self._at = "away", self._clock() + self._wait
        self._wait = min(LONGEST_WAIT, 2 * self._wait)
        self._on_lost(words)

    def _read(self, text):
        if not isinstance(text, str) or len(text) > LONGEST_MESSAGE:
            return None
        try:
            message = json.loads(text, parse_constant=_no_number)
        except (ValueError, RecursionError):
            return None
        return message if isinstance(message, dict) and isinstance(message.get("type"), str) else None


def _no_number(word):
    raise ValueError(word + " is no JSON")


def port_of(url):
    """The port of ws://host:port/path; 80 where none is named."""
    authority = url.split("//", 1)[-1].split("/", 1)[0]
    port = authority.rsplit("]", 1)[-1].rpartition(":")[2]
    return int(port) if port.isdigit() else 443 if url.startswith("wss") else 80
