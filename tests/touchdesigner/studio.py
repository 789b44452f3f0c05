"""What the tests of the component share: it installed in a stand-in, with a daemon made of paper or a real one."""

import json
import pathlib
import time
import types

from standin import World
from standin.network import Paper

GLOBAL = ("prompts", "transition", "tempo", "preset")
ROOT = pathlib.Path(__file__).resolve().parents[2]


def component_files():
    """The files by name, as the daemon sends them."""
    folder = ROOT / "touchdesigner" / "component"
    files = {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py"))}
    files["reverie_shm"] = (ROOT / "clients" / "python" / "reverie_shm.py").read_text(encoding="utf-8")
    return files


def module(name):
    """A file of the component that needs no TouchDesigner, as Python imports it."""
    found = types.ModuleType(name)
    exec(compile(component_files()[name], name, "exec"), found.__dict__)
    return found


def served(address="http://127.0.0.1:8000"):
    """What the daemon answers to the pasted line."""
    text = (ROOT / "touchdesigner" / "install.py").read_text(encoding="utf-8")
    return "%s\nFILES = %r\ninstall(%r, '0.1.0', FILES)\n" % (text, component_files(), address)


class Studio:
    """A stand-in with the component in it, and a daemon made of paper: what the component sends, and what it is told."""

    def __init__(self, **switches):
        self.paper = Paper()
        self.world = World(self.paper, **switches)
        self.install()

    def install(self):
        names = self.world.names_for(self.world.project)
        exec(served(), names)
        self.comp = self.world.project.op("reverie")
        self.now = [time.monotonic()]
        self.reverie.clock = self.clock

    def clock(self):
        return self.now[0]

    @property
    def reverie(self):
        return self.comp.ext.Reverie

    @property
    def line(self):
        """The newest line to the daemon."""
        return self.paper.lines[-1]

    def par(self, name):
        return getattr(self.comp.par, name)

    def frame(self, count=1, seconds=1 / 60):
        for _ in range(count):
            self.now[0] += seconds
            self.world.frame()

    def say(self, message):
        """From the daemon; a frame later it was heard."""
        self.paper.say(self.line, "text", message if isinstance(message, str) else json.dumps(message))
        self.frame()

    def sent(self, kind=None):
        """Messages of the newest line, of one type or all."""
        messages = [json.loads(text) for text in self.line.sent]
        return [message for message in messages if kind in (None, message["type"])]

    def last(self, kind):
        return self.sent(kind)[-1]

    def connect(self, session="ws:1", token="secret-1", parameters=(), resumed=False):
        """Opens the line and greets; `parameters` are what a snapshot answers."""
        until(self, lambda: self.paper.lines and self.line.is_open and self.reverie.line.state == "opening")
        self.paper.say(self.line, "open")
        self.frame()
        self.say(hello(session, token, resumed))
        if any("resume" in message for message in self.sent("hello")):
            self.say(hello(session, token, resumed))
        if not resumed:
            self.tell(parameters)

    def tell(self, parameters, nodes=("main",)):
        """The show as it is: values whole, and the snapshot that the component then asks for."""
        changes = [{"address": each["address"], "value": each["value"], "setBy": None} for each in parameters]
        self.say({"type": "event", "seq": 1, "name": "status", "data": {"state": "live", "nodes": [node(each) for each in nodes]}})
        self.say({"type": "values", "seq": 2, "subscription": "all", "complete": True, "changes": changes})
        asked = [message for message in self.sent("snapshot") if "patterns" not in message]
        if asked:
            self.say({"type": "snapshot", "id": asked[-1]["id"], "parameters": list(parameters)})
        self.frame(2)

    def value(self, address, value, whole=False):
        self.say(
            {"type": "values", "seq": 3, "subscription": "all", "complete": whole,
             "changes": [{"address": address, "value": value, "setBy": "rest:127.0.0.1"}]}
        )  # fmt: skip

    def answer(self):
        """The daemon takes the last set."""
        message = self.last("set")
        applied = [{"address": key, "value": value} for key, value in message["values"].items()]
        self.say({"type": "ack", "of": "set", "id": message["id"], "applied": applied, "scheduled": [], "rejected": []})

    def rest(self, path, body):
        """Answers the newest request for this path."""
        dat, number, *_ = [each for each in self.paper.requests if each[3].endswith("/api/v1/" + path)][-1]
        dat._answered(number, 200, "OK", json.dumps(body).encode())


def until(studio, holds, frames=600):
    for _ in range(frames):
        if holds():
            return
        studio.frame()
    raise AssertionError("it did not come to that")


def hello(session="ws:1", token="secret-1", resumed=False):
    return {"type": "hello", "protocol": 1, "version": "0.1.0", "session": session, "token": token, "keepSeconds": 60,
            "resumed": resumed, "missed": 0}  # fmt: skip


def node(name, role="stage", state="live", **more):
    return {"id": name, "role": role, "module": "dream", "status": {"state": state, "code": None, "message": "Playing"},
            "fault": None, **more}  # fmt: skip


def parameter(address, kind="number", value=0.5, **more):
    """An entry of a snapshot."""
    parts = address.strip("/").split("/")
    usual = {"node": parts[0] if len(parts) > 1 and parts[0] not in GLOBAL else None, "key": parts[-1], "minimum": None, "maximum": None,
             "choices": None, "default": value, "description": "What it does", "setBy": None, "maxLength": None,
             "ui": {"label": parts[-1].capitalize(), "load": False, "unit": None}}  # fmt: skip
    if kind == "number":
        usual.update(minimum=0, maximum=1)
    return {"address": address, "type": kind, "value": value, **usual, **more}
