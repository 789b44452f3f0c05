"""The component in a stand-in, wired to a real daemon whose address and pasted line are in the environment."""

import json
import os
import socket
import struct
import threading
import time
import urllib.error
import urllib.request
import zlib

import numpy
from standin import World
from standin.network import Wire

URL = os.environ.get("REVERIE_TEST_URL", "")
LINE = os.environ.get("REVERIE_TEST_LINE", "")
FRAME = 1 / 60


def rest(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(URL + "/api/v1/" + path, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=20) as answer:
        text = answer.read()
    return json.loads(text) if answer.headers["Content-Type"].startswith("application/json") else text


def value_of(address):
    listed = rest("GET", "parameters")["parameters"]
    return next(each for each in listed if each["address"] == address)


def graph(pipeline, source=None, stage=True):
    nodes = [source or {"id": "in", "type": "source", "adapter": "test-pattern", "config": {"width": 64, "height": 64}}]
    if stage:
        nodes.append({"id": "main", "type": "stage", "pipeline": pipeline})
    nodes.append({"id": "out", "type": "sink", "adapter": "stills"})
    ids = [each["id"] for each in nodes]
    return {"nodes": nodes, "links": [{"from": one, "to": two} for one, two in zip(ids, ids[1:])]}


def play(pipeline):
    """A busy machine may not have read a pipeline from outside in the time that its import has."""
    for _ in range(10):
        try:
            return rest("PUT", "graph", graph(pipeline, stage=pipeline is not None))
        except urllib.error.HTTPError as error:
            if error.code != 422:
                raise
            rest("POST", "catalog/rescan")
    raise AssertionError("there is no pipeline %s" % pipeline)


class Stage:
    def __init__(self, pipeline="dream", **switches):
        rest("PATCH", "parameters", {"/paused": False})
        play(pipeline)
        self.wire = Wire()
        self.world = World(self.wire, **switches)
        self.world.paste(LINE)
        self.comp = self.world.project.op("reverie")
        # Nothing of pictures unless a test asks for it.
        self.comp.par.Receive, self.comp.par.Send = "off", "off"
        self.until(lambda: self.ready(pipeline), "the pages")

    @property
    def reverie(self):
        return self.comp.ext.Reverie

    def ready(self, pipeline):
        """Connected, with the pages of this pipeline."""
        marks = {"dream": "Mainpalette", "wide": "Mainfader199", None: "Outstate"}
        return self.reverie.line.is_up and self.par("Paused") is not None and self.par(marks[pipeline]) is not None

    def par(self, name):
        found = self.comp.par[name]
        return None if found is None else found.eval()

    def frames(self, seconds):
        """Plays in time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.world.frame()
            time.sleep(FRAME)

    def until(self, holds, what, seconds=40):
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                raise AssertionError(
                    "waited %d s for %s; state %r, error %r, %s"
                    % (seconds, what, self.par("State"), self.par("Error"), self.world.errors[-1:])
                )
            self.world.frame()
            time.sleep(FRAME)

    def end(self):
        self.comp.ext.Reverie.stop()
        self.world.end()
        self.comp.destroy()


class Cable:
    """A wire between component and daemon that a test can cut and mend."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._ends, self.is_cut = [], False
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        self.is_cut = True
        for end in self._ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self._ends = []

    def mend(self):
        self.is_cut = False

    def _accept(self):
        while True:
            near, _ = self._listener.accept()
            if self.is_cut:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", int(URL.rsplit(":", 1)[1])))
            self._ends += [near, far]
            for one, two in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(one, two), daemon=True).start()

    def _pump(self, one, two):
        try:
            while data := one.recv(65536):
                two.sendall(data)
        except OSError:
            pass
        for end in (one, two):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def png(data):
    """[height, width, channels] of an 8-bit PNG (W3C PNG §9 and §13), the top row first."""
    at, packed, width, height, channels = 8, b"", 0, 0, 0
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, _, color = struct.unpack(">IIBB", body[:10])
            channels = {2: 3, 6: 4}[color]
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    raw, stride = zlib.decompress(packed), width * channels
    rows, before = [], bytes(stride)
    for row in range(height):
        kind, line = raw[row * (stride + 1)], bytearray(raw[row * (stride + 1) + 1 : (row + 1) * (stride + 1)])
        for index in range(stride):
            left = line[index - channels] if index >= channels else 0
            up, corner = before[index], before[index - channels] if index >= channels else 0
            line[index] = (line[index] + (0, left, up, (left + up) // 2, _paeth(left, up, corner))[kind]) & 255
        rows.append(bytes(line))
        before = line
    return numpy.frombuffer(b"".join(rows), numpy.uint8).reshape(height, width, channels)


def _paeth(left, up, corner):
    guess = left + up - corner
    return min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]
