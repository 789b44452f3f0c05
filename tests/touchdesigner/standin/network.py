"""Who carries the stand-in's messages: a double for tests of one part, and real sockets for tests with a daemon."""

import queue
import socket
import struct
import threading
import urllib.error
import urllib.request


class Paper:
    """Carries nothing: writes down what was sent, and hands in what a test says."""

    def __init__(self):
        self.lines, self.requests, self.packets = [], [], []
        self._news = []

    def open(self, dat, url):
        line = PaperLine(dat, url)
        self.lines.append(line)
        return line

    def request(self, dat, number, url, method, header, data, timeout):
        self.requests.append((dat, number, method, url, data))

    def osc(self, host, port, address, values):
        self.packets.append((host, port, address, values))
        return b""

    def say(self, line, what, data=None):
        self._news.append((line, what, data))

    def deliver(self, world):
        news, self._news = self._news, []
        for line, what, data in news:
            line.dat._heard(line, what, data)

    def close(self):
        return


class PaperLine:
    def __init__(self, dat, url):
        self.dat, self.url, self.sent, self.pongs = dat, url, [], []
        self.is_open, self.works = True, True

    def send(self, text):
        if not self.works:
            return -1
        self.sent.append(text)
        return len(text)

    def pong(self, contents):
        self.pongs.append(contents)
        return len(contents)

    def close(self):
        self.is_open = False


class Wire:
    """Real sockets. Threads put what they hear into a queue; deliver() hands it over on the main thread, as TouchDesigner does."""

    def __init__(self):
        self._news = queue.Queue()
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._lines = []
        self.packets = 0

    def open(self, dat, url):
        line = WireLine(dat, url, self._news)
        self._lines.append(line)
        return line

    def request(self, dat, number, url, method, header, data, timeout):
        def ask():
            body = None if data is None else data.encode()
            asked = urllib.request.Request(url, data=body, method=method, headers=header or {})
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            try:
                with opener.open(asked, timeout=timeout / 1000) as answer:
                    told = (answer.status, answer.reason, answer.read())
            except urllib.error.HTTPError as error:
                told = (error.code, error.reason, error.read())
            except OSError as error:
                told = (0, str(error), b"")
            self._news.put(lambda: dat._valid and dat._answered(number, *told))

        threading.Thread(target=ask, daemon=True).start()

    def osc(self, host, port, address, values):
        packet = osc_message(address, values)
        self._udp.sendto(packet, (host, port))
        self.packets += 1
        return packet

    def deliver(self, world):
        while True:
            try:
                world.guarded(self._news.get_nowait())
            except queue.Empty:
                return

    def close(self):
        for line in self._lines:
            line.close()
        self._udp.close()


class WireLine:
    def __init__(self, dat, url, news):
        self._dat, self._news = dat, news
        self._socket, self._closed = None, False
        threading.Thread(target=self._run, args=(url,), daemon=True).start()

    def send(self, text):
        if self._socket is None:
            return -1
        try:
            return self._socket.send(text)
        except Exception:
            return -1

    def pong(self, contents):
        self._socket.pong(contents)
        return len(contents)

    def close(self):
        self._closed = True
        if self._socket is not None:
            self._socket.shutdown()

    def _tell(self, what, data=None):
        self._news.put(lambda: self._dat._valid and self._dat._heard(self, what, data))

    def _run(self, url):
        import websocket

        try:
            line = websocket.create_connection(url, timeout=10, http_no_proxy=["*"])
            line.settimeout(None)
            self._socket = line
            if self._closed:
                line.shutdown()
                return
            self._tell("open")
            while True:
                code, data = line.recv_data()
                if code == websocket.ABNF.OPCODE_TEXT:
                    self._tell("text", data.decode())
                elif code == websocket.ABNF.OPCODE_CLOSE:
                    break
        except Exception:
            pass
        self._socket = None
        self._tell("closed")


def osc_message(address, values):
    """OSC 1.0: texts are padded with zeros to four bytes."""

    def text(word):
        raw = word.encode() + b"\0"
        return raw + b"\0" * (-len(raw) % 4)

    tags = "".join("f" if isinstance(value, float) else "i" if isinstance(value, int) else "s" for value in values)
    packed = b"".join(
        struct.pack(">f", value) if tag == "f" else struct.pack(">i", value) if tag == "i" else text(value)
        for tag, value in zip(tags, values)
    )
    return text(address) + text("," + tags) + packed
