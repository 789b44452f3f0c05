"""Parameters: Par Class, ParGroup Class, Page Class, ParCollection Class."""

import enum
import re

from .documented import Strict, TdAttributeError, TdError, doc, fact

PAR, GROUP, PAGE, COLLECTION = "Par Class", "ParGroup Class", "Page Class", "ParCollection Class"
NAME = re.compile(r"^[A-Z][a-z0-9]*$")
NUMBERS = ("Float", "Int")


class ParMode(enum.Enum):
    """Par Class, mode."""

    CONSTANT = 0
    EXPRESSION = 1
    EXPORT = 2
    BIND = 3


class Par(Strict):
    def __init__(self, owner, name, style, custom, value=None):
        self._owner, self._name, self._style, self._custom = owner, name, style, custom
        self._mode, self._expr, self._bind, self._exported = ParMode.CONSTANT, "", "", None
        self._value = value if value is not None else {"Float": 0.0, "Int": 0, "Toggle": False}.get(style, "")
        self._menu_names, self._menu_labels = ([], []) if style == "Menu" else (None, None)
        self._group = self._page = None
        self._label, self._gone = name, False

    def __repr__(self):
        return "<Par %s of %s>" % (self._name, self._owner._path())

    def _touch(self, what):
        super()._touch("%s.%s" % (self._name, what))
        if self._gone or not self._owner._valid:
            raise TdError("the parameter %s is gone" % self._name)

    def _custom_only(self, what):
        if not self._custom:
            raise TdError("%s of a built-in parameter cannot be set" % what)

    def _set_value(self, value):
        self._value = self._fitting(value)
        self._mode = ParMode.CONSTANT  # "setting also forces CONSTANT mode"

    def _fitting(self, value):
        style = self._style
        if isinstance(value, Par):
            raise TdError("a value of a parameter needs .eval()")
        if style == "Menu":
            if isinstance(value, bool) or not isinstance(value, (str, int)):
                raise TdError("a menu takes a name or an index, not %r" % (value,))
            if isinstance(value, int):
                return self._menu_names[value]
            if self._custom and value not in self._menu_names:
                raise TdError("the menu %s has no %r" % (self._name, value))
            return value
        if style in NUMBERS:
            number = float(value)
            low, high = self._fact("min"), self._fact("max")
            if self._fact("clampMin") and low is not None:
                number = max(low, number)
            if self._fact("clampMax") and high is not None:
                number = min(high, number)
            return int(number) if style == "Int" else number
        if style == "Toggle":
            return bool(value)
        if style in ("Str", "File", "Python"):
            if not isinstance(value, str):
                raise TdError("%s holds text, not %r" % (self._name, value))
            return value
        if style in ("OP", "CHOP", "DAT", "TOP"):
            if value is None or isinstance(value, str):
                return value or ""
            return value._path()
        raise TdError("a %s holds no value" % style)

    def _fact(self, name):
        return self.__dict__.setdefault("_facts", {}).get(name)

    def _evaluated(self):
        if self._mode is ParMode.EXPRESSION:
            value = self._owner._evaluate(self._expr)
        elif self._mode is ParMode.BIND:
            value = self._owner._evaluate(self._bind)._evaluated()
        elif self._mode is ParMode.EXPORT:
            value = self._exported()
        else:
            value = self._value
        if self._style in ("OP", "CHOP", "DAT", "TOP"):
            return self._owner._find(value) if isinstance(value, str) else value
        return self._fitting(value) if self._mode is not ParMode.CONSTANT else value

    def _set_expr(self, text):
        self._expr, self._mode = str(text), ParMode.EXPRESSION

    def _set_menu(self, names):
        self._custom_only("menuNames")
        self._menu_names = [str(name) for name in names]
        if self._value not in self._menu_names:
            self._value = self._menu_names[0] if self._menu_names else ""

    def _set_menu_labels(self, labels):
        self._custom_only("menuLabels")
        self._menu_labels = [str(label) for label in labels]

    def _set_menu_index(self, index):
        self._value, self._mode = self._menu_names[index], ParMode.CONSTANT

    def _set_mode(self, mode):
        if not isinstance(mode, ParMode):
            raise TdError("a mode is one of ParMode")
        self._mode = mode

    def _set_bind(self, text):
        self._bind = str(text)

    def _own(name):  # noqa: N805
        def set_it(self, value):
            self._custom_only(name)
            self.__dict__.setdefault("_facts", {})[name] = value

        return fact(PAR, set=set_it, get=lambda self: self._fact(name))

    def _export(self, source):
        """A CHOP exports to it: `source` answers its value."""
        self._exported, self._mode = source, ParMode.EXPORT

    name = fact(PAR, get=lambda self: self._name)
    label = fact(PAR, get=lambda self: self._label, set=lambda self, text: setattr(self, "_label", str(text)))
    style = fact(PAR, get=lambda self: self._style)
    owner = fact(PAR, get=lambda self: self._owner)
    page = fact(PAR, get=lambda self: self._page)
    parGroup = fact(PAR, get=lambda self: self._group)
    isCustom = fact(PAR, get=lambda self: self._custom)
    val = fact(PAR, get=lambda self: self._value, set=_set_value)
    expr = fact(PAR, get=lambda self: self._expr, set=_set_expr)
    bindExpr = fact(PAR, get=lambda self: self._bind, set=_set_bind)
    mode = fact(PAR, get=lambda self: self._mode, set=_set_mode)
    bindReferences = fact(PAR, get=lambda self: self._owner._world.bound_to(self))
    menuNames = fact(PAR, get=lambda self: None if self._menu_names is None else list(self._menu_names), set=_set_menu)
    menuLabels = fact(
        PAR, get=lambda self: None if self._menu_labels is None else list(self._menu_labels), set=_set_menu_labels
    )
    menuIndex = fact(PAR, get=lambda self: self._menu_names.index(self._value), set=_set_menu_index)
    min, max, clampMin, clampMax = _own("min"), _own("max"), _own("clampMin"), _own("clampMax")
    normMin, normMax, default = _own("normMin"), _own("normMax"), _own("default")
    order, enable, startSection = _own("order"), _own("enable"), _own("startSection")
    readOnly, help, password = _own("readOnly"), _own("help"), _own("password")

    @doc(PAR)
    def eval(self):
        return self._evaluated()

    @doc(PAR)
    def pulse(self, value=1, frames=0, seconds=0):
        self._owner._pulsed(self)

    @doc(PAR)
    def destroy(self):
        self._custom_only("destroy")
        self._group.destroy()

    del _own


class ParGroup(Strict):
    """Tuple-like."""

    def __init__(self, owner, name, pars):
        self._owner, self._name, self._pars = owner, name, tuple(pars)

    def __len__(self):
        return len(self._pars)

    def __getitem__(self, index):
        return self._pars[index]

    def __iter__(self):
        return iter(self._pars)

    name = fact(GROUP, get=lambda self: self._name)
    owner = fact(GROUP, get=lambda self: self._owner)
    style = fact(GROUP, get=lambda self: self._pars[0]._style)

    @doc(GROUP)
    def destroy(self):
        if self._pars[0]._gone:
            raise TdError("the parameter group %s is gone" % self._name)
        self._owner._forget(self)


class Page(Strict):
    def __init__(self, owner, name):
        self._owner, self._name, self._gone = owner, name, False

    def _touch(self, what):
        super()._touch(what)
        if self._gone:
            raise TdError("the page %s is gone" % self._name)

    name = fact(PAGE, get=lambda self: self._name, set=lambda self, name: setattr(self, "_name", name))
    owner = fact(PAGE, get=lambda self: self._owner)
    pars = fact(PAGE, get=lambda self: [par for par in self._owner._pars.values() if par._page is self])

    @doc(PAGE)
    def destroy(self):
        for par in self.pars:
            if not par._gone:
                par._group.destroy()
        self._owner._custom_pages.remove(self)
        self._gone = True

    def _append(self, style, name, label, order, replace, endings=("",)):
        if not NAME.match(name):
            raise TdError("%r is no name for a custom parameter" % name)
        names = [name + ending for ending in endings]
        for old in [name, *names]:
            if old in self._owner._pars:
                if not replace or not self._owner._pars[old]._custom:
                    raise TdError("there is a parameter %s already" % old)
                self._owner._forget(self._owner._pars[old]._group)
        pars = []
        for each in names:
            par = Par(self._owner, each, "Float" if style == "RGB" else style, custom=True)
            par._style = style
            par._label = label or name
            par._page = self
            self._owner._pars[each] = par
            pars.append(par)
        group = ParGroup(self._owner, name, pars)
        for par in pars:
            par._group = group
            if style == "RGB":
                par._value, par._fitting = 0.0, float
        return group

    @doc(PAGE)
    def appendFloat(self, name, label=None, size=1, order=None, replace=True):
        endings = ("",) if size == 1 else tuple(str(index + 1) for index in range(size))
        return self._append("Float", name, label, order, replace, endings)

    @doc(PAGE)
    def appendInt(self, name, label=None, size=1, order=None, replace=True):
        endings = ("",) if size == 1 else tuple(str(index + 1) for index in range(size))
        return self._append("Int", name, label, order, replace, endings)

    @doc(PAGE)
    def appendToggle(self, name, label=None, order=None, replace=True):
        return self._append("Toggle", name, label, order, replace)

    @doc(PAGE)
    def appendStr(self, name, label=None, order=None, replace=True):
        return self._append("Str", name, label, order, replace)

    @doc(PAGE)
    def appendMenu(self, name, label=None, order=None, replace=True):
        return self._append("Menu", name, label, order, replace)

    @doc(PAGE)
    def appendPulse(self, name, label=None, order=None, replace=True):
        return self._append("Pulse", name, label, order, replace)

    @doc(PAGE)
    def appendRGB(self, name, label=None, order=None, replace=True):
        return self._append("RGB", name, label, order, replace, ("r", "g", "b"))

    @doc(PAGE)
    def appendCHOP(self, name, label=None, order=None, replace=True):
        return self._append("CHOP", name, label, order, replace)


class ParCollection(Strict):
    """`op.par`: attributes of unknown names raise, subscripts answer None."""

    page = COLLECTION

    def __init__(self, owner):
        self._owner = owner

    def __getattr__(self, name):
        self._touch(name)
        par = self._owner._pars.get(name)
        if par is None:
            raise TdAttributeError("%s has no parameter %s" % (self._owner._path(), name))
        return par

    def __setattr__(self, name, value):
        if name.startswith("_"):
            object.__setattr__(self, name, value)
        else:
            getattr(self, name).val = value

    def __getitem__(self, name):
        self._touch(name)
        return self._owner._pars.get(name)

    def __setitem__(self, name, value):
        getattr(self, name).val = value
