"""Operators: OP Class, COMP Class, Connector Class."""

from .documented import Strict, TdAttributeError, TdError, doc, fact
from .kinds import MENUS, ON
from .pars import Page, Par, ParCollection

OP_PAGE, COMP_PAGE, CONNECTOR = "OP Class", "COMP Class", "Connector Class"


class Tags(set):
    """OP Class, tags: a set."""


class Connector(Strict):
    def __init__(self, owner, is_input):
        self._owner, self._is_input, self._links = owner, is_input, []

    owner = fact(CONNECTOR, get=lambda self: self._owner)
    isInput = fact(CONNECTOR, get=lambda self: self._is_input)
    connections = fact(CONNECTOR, get=lambda self: list(self._links))

    @doc(CONNECTOR)
    def connect(self, target):
        other = target if isinstance(target, Connector) else target._connector(not self._is_input)
        if other is None or other._is_input == self._is_input:
            raise TdError("nothing to connect there")
        if other._owner.parent() is not self._owner.parent():
            raise TdError("wires stay within one network")
        if other._owner._kind.family != self._owner._kind.family and "COMP" not in (
            other._owner._kind.family, self._owner._kind.family):  # fmt: skip
            raise TdError("wires connect operators of one family")
        taking, giving = (self, other) if self._is_input else (other, self)
        taking.disconnect()  # an input has one wire
        taking._links.append(giving)
        giving._links.append(taking)

    @doc(CONNECTOR)
    def disconnect(self):
        for other in self._links:
            other._links.remove(self)
        self._links = []


class OP(Strict):
    def __init__(self, world, kind_name, kind, name, parent):
        self._world, self._kind_name, self._kind = world, kind_name, kind
        self._name, self._parent, self._valid = name, parent, True
        self._children = {}
        self._pars = {}
        for par, style in kind.pars.items():
            self._pars[par] = Par(self, par, style, custom=False, value=(kind_name, par) in ON if style == "Toggle" else None)
            if (kind_name, par) in MENUS:
                names, labels = MENUS[kind_name, par]
                self._pars[par]._menu_names, self._pars[par]._menu_labels = names, labels
                self._pars[par]._value = names[0]
        self._par = ParCollection(self)
        self._storage, self._docked, self._tags = {}, [], Tags()
        self._in, self._out = [Connector(self, True)], [Connector(self, False)]
        self._errors = []

    def __repr__(self):
        return "<%s %s>" % (self._kind_name, self._path())

    def _touch(self, what):
        super()._touch(what)
        if not self._valid:
            raise TdError("the operator %s is gone" % self._name)

    def _path(self):
        if self._parent is None:
            return "/"
        above = self._parent._path()
        return above + ("" if above == "/" else "/") + self._name

    def _find(self, path):
        """From an operator, as op() and parameters of it find others."""
        if path == "":
            return None
        if path.startswith("/"):
            here, parts = self._world.root, [part for part in path.split("/") if part]
        elif path.startswith("./"):
            here, parts = self, path[2:].split("/")
        elif "." in path:
            raise TdError("the stand-in knows no path %r" % path)
        else:
            here, parts = self._parent, path.split("/")
        for part in parts:
            here = None if here is None else here._children.get(part)
        return here

    def _evaluate(self, text):
        return eval(text, self._world.names_for(self))  # noqa: S307 - expressions are Python

    def _pulsed(self, par):
        self._world.note_pulse(par)

    def _connector(self, is_input):
        found = self._connectors(is_input)
        return found[0] if found else None

    def _connectors(self, is_input):
        return self._in if is_input else self._out

    def _created(self):
        """What making it does besides."""

    def _forget(self, group):
        for par in group:
            del self._pars[par._name]
            par._gone = True

    def _rename(self, name):
        del self._parent._children[self._name]
        self._name = self._parent._free_name(name)
        self._parent._children[self._name] = self

    def _set_dock(self, other):
        other._docked.append(self)

    name = fact(OP_PAGE, get=lambda self: self._name, set=_rename)
    path = fact(OP_PAGE, get=_path)
    valid = fact(OP_PAGE, get=lambda self: self._valid)
    par = fact(OP_PAGE, get=lambda self: self._par)
    customPages = fact(OP_PAGE, get=lambda self: list(getattr(self, "_custom_pages", [])))
    isCOMP = fact(OP_PAGE, get=lambda self: self._kind.family == "COMP")
    isTOP = fact(OP_PAGE, get=lambda self: self._kind.family == "TOP")
    OPType = fact(OP_PAGE, get=lambda self: self._kind_name)
    family = fact(OP_PAGE, get=lambda self: self._kind.family)
    nodeX, nodeY = fact(OP_PAGE, 0, writable=True), fact(OP_PAGE, 0, writable=True)
    comment = fact(OP_PAGE, "", writable=True)
    viewer = fact(OP_PAGE, False, writable=True)
    tags = fact(OP_PAGE, get=lambda self: self._tags)
    docked = fact(OP_PAGE, get=lambda self: list(self._docked))
    dock = fact(OP_PAGE, set=_set_dock)
    inputs = fact(OP_PAGE, get=lambda self: [link._owner for connector in self._in for link in connector._links])
    inputConnectors = fact(OP_PAGE, get=lambda self: list(self._connectors(True)))
    outputConnectors = fact(OP_PAGE, get=lambda self: list(self._connectors(False)))

    @doc(OP_PAGE)
    def op(self, path):
        here = self
        for part in path.split("/"):
            if part in ("", ".", ".."):
                raise TdError("the stand-in knows no path %r" % path)
            here = None if here is None else here._children.get(part)
        return here

    @doc(OP_PAGE)
    def parent(self, levels=1):
        here = self
        for _ in range(levels):
            here = None if here is None else here._parent
        return here

    @doc(OP_PAGE)
    def destroy(self):
        if self is self._world.root:
            raise TdError("the root stays")
        self._closed()  # an extension hears of it while all is still there
        for child in list(self._children.values()):
            if child._valid:
                child.destroy()
        for docked in self._docked:
            if docked._valid:
                docked.destroy()
        for connector in (*self._in, *self._out):
            connector.disconnect()
        del self._parent._children[self._name]
        self._valid = False

    def _closed(self):
        """What its end does besides."""

    @doc(OP_PAGE)
    def store(self, key, value):
        self._storage[key] = value
        return value

    @doc(OP_PAGE)
    def fetch(self, key, *default, search=True, storeDefault=False):
        here = self
        while here is not None:
            if key in here._storage:
                return here._storage[key]
            here = here._parent if search else None
        if not default:
            raise TdError("nothing is stored as %r" % key)
        return default[0]

    @doc(OP_PAGE)
    def unstore(self, *keys):
        for key in keys:
            self._storage.pop(key, None)

    @doc(OP_PAGE)
    def cook(self, force=False, recurse=False, includeUtility=False):
        self._cook()

    def _cook(self):
        """What cooking does."""

    @doc(OP_PAGE)
    def addScriptError(self, message):
        self._errors.append(message)


class Extensions(Strict):
    """`comp.ext`: made when first asked for (COMP Extensions Page)."""

    page = "Extensions"

    def __init__(self, comp):
        self._comp = comp

    def __getattr__(self, name):
        self._touch(name)
        comp = self._comp
        if comp._extension_name() != name:
            raise TdAttributeError("%s has no extension %s" % (comp._path(), name))
        return comp._extend()


class COMP(OP):
    def __init__(self, *words):
        super().__init__(*words)
        self._custom_pages = []
        self._extension = None
        self._ext = Extensions(self)

    def _connectors(self, is_input):
        """A COMP has a connector only where an In or Out operator is inside."""
        wanted = "inTOP" if is_input else "outTOP"
        present = any(child._kind_name == wanted for child in self._children.values())
        return (self._in if is_input else self._out) if present else []

    def _extension_par(self, new, old):
        return self._pars[new if new in self._pars else old]

    def _extension_name(self):
        return self._extension_par("ext0name", "extname1")._value

    def _extend(self):
        if self._extension is None:
            code = self._extension_par("ext0object", "extension1")._value
            try:
                self._extension = self._evaluate(code)
            except Exception as error:
                # The message is in the Textport alone, and the member is missing.
                self._world.fail(error)
                raise TdAttributeError("the extension %s could not be made" % self._extension_name()) from error
        return self._extension

    def _pulsed(self, par):
        if par._name == "reinitextensions":
            self._end_extension()
        else:
            super()._pulsed(par)

    def _end_extension(self):
        old, self._extension = self._extension, None
        if hasattr(old, "onDestroyTD") and self._world.profile >= 2023:
            old.onDestroyTD()

    def _closed(self):
        self._end_extension()

    def _free_name(self, name):
        if name not in self._children:
            return name
        stem = name.rstrip("0123456789")
        count = 1
        while stem + str(count) in self._children:
            count += 1
        return stem + str(count)

    ext = fact(COMP_PAGE, get=lambda self: self._ext)

    @doc(COMP_PAGE)
    def create(self, kind, name=None, initialize=True):
        kind_name = kind if isinstance(kind, str) else kind._kind_name
        return self._world.make(kind_name, self._free_name(name or kind_name[:-3] + "1"), self, initialize)

    @doc(COMP_PAGE)
    def appendCustomPage(self, name):
        if any(page._name == name for page in self._custom_pages):
            raise TdError("what a second page %r would be is not documented" % name)
        self._custom_pages.append(Page(self, name))
        return self._custom_pages[-1]

    @doc(COMP_PAGE)
    def sortCustomPages(self, *names):
        if not all(isinstance(name, str) for name in names):
            raise TdError("pages are sorted by their names")
        by_name = {page._name: page for page in self._custom_pages}
        first = [by_name.pop(name) for name in names]  # one that is not there raises
        self._custom_pages = first + list(by_name.values())
