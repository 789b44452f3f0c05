"""One TouchDesigner: its operators, its frames, and the module td (td Module)."""

import sys
import threading
import traceback
import types

from . import dats, ops, tops
from .documented import Strict, TdAttributeError, TdError, check_thread, doc, fact
from .kinds import kinds
from .pars import ParMode

MODULE, RUN, UI, PANE, UNDO = "td Module", "Run Class", "UI Class", "Pane Class", "Undo Class"
CLASSES = {
    "websocketDAT": dats.WebSocketDAT,
    "webclientDAT": dats.WebClientDAT,
    "oscoutDAT": dats.OscOutDAT,
    "scriptTOP": tops.ScriptTOP,
}
FAMILIES = {"COMP": ops.COMP, "DAT": dats.DAT, "TOP": tops.TOP, "CHOP": tops.CHOP}


class Run(Strict):
    def __init__(self, job, frames):
        self._job, self._left, self._alive = job, frames, True

    active = fact(RUN, get=lambda self: self._alive)
    remainingFrames = fact(RUN, get=lambda self: self._left)

    @doc(RUN)
    def kill(self):
        self._alive = False


class Undo(Strict):
    _open = 0

    @doc(UNDO)
    def startBlock(self, name, enable=True):
        self._open += 1

    @doc(UNDO)
    def endBlock(self):
        self._open -= 1


class Pane(Strict):
    def __init__(self, owner):
        self._owner = owner

    owner = fact(PANE, get=lambda self: self._owner)


class Panes(Strict):
    def __init__(self, pane):
        self._current = pane

    current = fact(UI, get=lambda self: self._current)


class Ui(Strict):
    def __init__(self, pane):
        self._undo, self._panes = Undo(), Panes(pane)

    undo = fact(UI, get=lambda self: self._undo)
    panes = fact(UI, get=lambda self: self._panes)


class Licenses(Strict):
    def __init__(self, free):
        self._free = free

    isNonCommercial = fact("Licenses Class", get=lambda self: self._free)


class World:
    """
    profile: 2022 (Python 3.9), 2023 or 2025, for what differs. network: who carries messages, see network.py.
    What no page says is a switch: changes_first (changed parameters are told before onFrameStart, or after it), bottom_up (arrays
    begin with the bottom row), free (the licence).
    """

    def __init__(self, network, profile=2023, changes_first=False, bottom_up=True, free=True):
        self.network, self.profile, self.changes_first, self.bottom_up = network, profile, changes_first, bottom_up
        self.errors = []
        self.textport = []
        self._kinds = kinds(profile)
        self._jobs, self._pulses, self._seen, self._modes = [], [], {}, {}
        self._frame_count = 0
        self.root = ops.COMP(self, "baseCOMP", self._kinds["baseCOMP"], "", None)
        self.project = self.root.create("baseCOMP", "project1")
        self.td = self._module(free)
        sys.modules["td"] = self.td

    # --- what operators ask of it ---

    def make(self, kind_name, name, parent, initialize):
        kind = self._kinds.get(kind_name)
        if kind is None:
            raise TdError("there is no operator type %r" % kind_name)
        made = CLASSES.get(kind_name, FAMILIES[kind.family])(self, kind_name, kind, name, parent)
        parent._children[name] = made
        if initialize and kind.docked:
            callbacks = self.make("textDAT", parent._free_name(name + "_callbacks"), parent, True)
            callbacks.dock = made
            if "callbacks" in made._pars:
                made._pars["callbacks"]._value = callbacks._name
        return made

    def names_for(self, me):
        """Globals of a script of this operator."""

        def find(path):
            check_thread("op()")
            return me._find(path)

        def parent(levels=1):
            return me.parent(levels)

        names = {name: getattr(self.td, name) for name in dir(self.td) if not name.startswith("__")}
        return {**names, "me": me, "op": find, "parent": parent, "print": self._print}

    def bound_to(self, par):
        found = []
        for op in self._all(self.root):
            for other in op._pars.values():
                if other._mode is ParMode.BIND and op._evaluate(other._bind) is par:
                    found.append(other)
        return found

    def note_pulse(self, par):
        self._pulses.append(par)

    def guarded(self, function, *words):
        """A callback that fails writes into the Textport, and TouchDesigner goes on."""
        try:
            function(*words)
        except Exception as error:
            self.fail(error)

    def fail(self, error):
        self.errors.append("".join(traceback.format_exception(type(error), error, error.__traceback__)))

    # --- what a test does ---

    def frame(self, count=1):
        for _ in range(count):
            self._frame_count += 1
            self._sockets()
            self.network.deliver(self)
            self._due()
            if self.changes_first:
                self._tell_changes()
            self._execute("framestart", "onFrameStart", self._frame_count)
            self._sockets()
            if not self.changes_first:
                self._tell_changes()
            for op in self._all(self.root):
                if isinstance(op, tops.CHOP):
                    op._frame()
            self._execute("frameend", "onFrameEnd", self._frame_count)
            self._sockets()

    def paste(self, text):
        """Into the Textport: one line, with td's names around."""
        assert "\n" not in text.strip()
        names = self.names_for(self.project)
        exec(text, names)

    def end(self):
        """TouchDesigner quits."""
        self._execute("exit", "onExit")
        self.network.close()

    # --- inside ---

    def _all(self, op):
        yield op
        for child in list(op._children.values()):
            yield from self._all(child)

    def _sockets(self):
        for op in self._all(self.root):
            if isinstance(op, dats.WebSocketDAT):
                op._watch()

    def _due(self):
        jobs, self._jobs = self._jobs, []
        for job in jobs:
            job._left -= 1
            if job._left > 0:
                self._jobs.append(job)
            elif job._alive:
                job._alive = False
                self.guarded(job._job)

    def _execute(self, toggle, callback, *words):
        for op in self._all(self.root):
            if op._kind_name == "executeDAT" and op._pars["active"]._value and op._pars[toggle]._value:
                op._callback(callback, *words)

    def _tell_changes(self):
        pulses, self._pulses = self._pulses, []
        for op in list(self._all(self.root)):
            if op._kind_name == "parameterexecuteDAT" and op._pars["active"]._value:
                self._watch(op, pulses)

    def _watch(self, dat, pulses):
        watched = dat._pars["op"]._evaluated()
        if watched is None or not dat._pars["pars"]._value:
            return  # an empty source is silent
        for par in list(watched._pars.values()):
            if par._gone or (par._custom and not dat._pars["custom"]._value) or not (par._custom or dat._pars["builtin"]._value):
                continue
            if par._style == "Pulse":
                for _ in range(pulses.count(par) if dat._pars["onpulse"]._value else 0):
                    dat._callback("onPulse", par)
                continue
            key = (dat, par)
            value, mode = par._evaluated(), par._mode
            before, mode_before = self._seen.get(key, value), self._modes.get(key, mode)
            self._seen[key], self._modes[key] = value, mode
            if mode is not mode_before and dat._pars["modechange"]._value:
                dat._callback("onModeChange", par, mode, mode_before)
            if before != value and dat._pars["valuechange"]._value:
                dat._callback("onValueChange", par, before)

    def _run(self, script, *args, endFrame=False, fromOP=None, group=None, delayFrames=0, delayMilliSeconds=0, delayRef=None):
        check_thread("run()")

        def job():
            if callable(script):
                script(*args)
            else:
                exec(script, {**self.names_for(fromOP or self.project), "args": args})

        made = Run(job, max(1, delayFrames))
        self._jobs.append(made)
        return made

    def _print(self, *words, **more):
        check_thread("print()")
        self.textport.append(" ".join(str(word) for word in words))

    def _module(self, free):
        """The module td: what is not put in here is not there."""

        def find(path):
            check_thread("op()")
            if not path.startswith("/"):
                raise TdError("a relative path outside of an operator")
            return self.root._find(path)

        def is_main():
            return threading.current_thread() is threading.main_thread()

        module = types.ModuleType("td")
        module.op, module.run, module.isMainThread, module.debug = find, self._run, is_main, self._print
        module.root, module.ui, module.licenses = self.root, Ui(Pane(self.project)), Licenses(free)
        module.ParMode, module.tdError, module.tdAttributeError = ParMode, TdError, TdAttributeError
        return module
