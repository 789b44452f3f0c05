"""Custom pages from specs. What is there already stays as it is: value, mode, expression, binding and export are the artist's.

A parameter whose address is gone is destroyed, unless the artist drives it or refers to it: then it waits, switched off, for its
address to come back with another pipeline.
"""

import td

APPEND = {
    "Float": "appendFloat",
    "Int": "appendInt",
    "Toggle": "appendToggle",
    "Str": "appendStr",
    "Menu": "appendMenu",
    "RGB": "appendRGB",
    "Pulse": "appendPulse",
    "CHOP": "appendCHOP",
}
WAITS = " (not in this pipeline)"


class Pages:
    """Pages of one component."""

    def __init__(self, owner, names):
        self._owner, self._names = owner, names
        self._specs = {}

    @property
    def specs(self):
        """Specs by key."""
        return self._specs

    def spec(self, par):
        """What a parameter stands for; None where it is none of ours."""
        return self._specs.get(self._names.key(par.name))

    def pars(self, spec):
        """The parameters of a spec: three of a colour, one of all others. Empty while it is not built."""
        name = self._names.name(spec.key, spec.is_color)
        found = [self._owner.par[name + ending] for ending in ("rgb" if spec.is_color else ("",))]
        return [] if any(par is None for par in found) else found

    def build(self, specs, order, is_all):
        """Makes the pages as these specs say. What they do not name goes where they are all there is, and else stays: a project
        that opens without a daemon has its pages as they were. Returns keys of parameters that are new."""
        wanted = {spec.key: spec for spec in specs}
        left = set()
        for key, (name, is_color) in self._names.kept().items():
            spec = wanted.get(key)
            if (spec is None and is_all) or (spec is not None and spec.is_color != is_color):
                left.add(self._let_go(name, is_color, spec is not None))
        fresh = [spec.key for place, spec in enumerate(specs) if self._put(spec, place)]
        self._specs = wanted
        if is_all:
            self._sort(order, left)
        return fresh

    def _put(self, spec, place):
        pars = self.pars(spec)
        drive = None
        if pars and pars[0].style != spec.style:
            drive, pars = _drive_of(pars[0]), []
        is_new = not pars
        if is_new:
            name = self._names.name(spec.key, spec.is_color)
            page = self._page(spec.page)
            pars = list(getattr(page, APPEND[spec.style])(name, label=spec.label))
        for par in pars:
            _describe(par, spec, place)
        if is_new:
            _preset(pars, spec)
        if drive is not None:
            _drive(pars[0], drive)
        return is_new

    def _page(self, name):
        for page in self._owner.customPages:
            if page.name == name:
                return page
        return self._owner.appendCustomPage(name)

    def _let_go(self, name, is_color, must_go):
        """Answers the name of the page where it stood."""
        found = [self._owner.par[name + ending] for ending in ("rgb" if is_color else ("",))]
        pars = [par for par in found if par is not None]
        if not pars:
            return None
        page = pars[0].page.name
        if must_go or not any(is_driven(par) or list(par.bindReferences) for par in pars):
            pars[0].parGroup.destroy()
        elif not pars[0].label.endswith(WAITS):
            for par in pars:
                par.enable = False
                par.label += WAITS
        return page

    def _sort(self, order, left):
        for page in list(self._owner.customPages):
            if page.name in left and page.name not in order and len(page.pars) == 0:
                page.destroy()
        present = [page.name for page in self._owner.customPages]
        known = [name for name in order if name in present]
        self._owner.sortCustomPages(*known, *(name for name in present if name not in known))


def is_driven(par):
    """Whether an expression, an export or a binding moves it: writing a value would end that (Par Class, val)."""
    return par.mode != td.ParMode.CONSTANT


def _describe(par, spec, place):
    par.label = spec.label
    par.help = spec.help
    par.order = place
    par.enable = True
    par.readOnly = spec.readonly
    par.startSection = spec.section
    if spec.style in ("Float", "Int") and not spec.readonly:
        for bound, clamp, value in (("min", "clampMin", spec.low), ("max", "clampMax", spec.high)):
            setattr(par, clamp, value is not None)
            if value is not None:
                setattr(par, bound, value)
        low = spec.low if spec.low is not None else 0.0
        par.normMin = low
        par.normMax = _slider_end(spec, low)
    if spec.style == "Menu":
        set_menu(par, spec.choices, spec.labels)
    if spec.style in ("Float", "Int", "Toggle", "Menu", "Str") and spec.kind != "list":
        usual = _usual(spec)
        if usual is not None:
            par.default = usual


def set_menu(par, names, labels):
    """Leaves a menu that is so already alone: a new list may move its value."""
    if list(par.menuNames or []) != names or list(par.menuLabels or []) != labels:
        par.menuNames, par.menuLabels = names, labels


def _slider_end(spec, low):
    """A slider over 3600 seconds is no slider: what has a wide range gets a short one, and numbers beyond are typed."""
    if spec.high is not None and spec.high - low <= 1000:
        return spec.high
    usual = spec.default if isinstance(spec.default, (int, float)) else 0
    return max(low + 10, 2.0 * usual)


def _usual(spec):
    """The default in the parameter's own kind; None where the daemon's is of another."""
    value = spec.default
    if spec.style in ("Float", "Int"):
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
    if spec.style == "Toggle":
        return value if isinstance(value, bool) else None
    if spec.style == "Menu":
        return value if value in spec.choices else None
    return value if isinstance(value, str) else None


def _preset(pars, spec):
    usual = _usual(spec)
    if usual is not None and spec.style in ("Float", "Int", "Toggle", "Menu", "Str"):
        pars[0].val = usual


def _drive_of(par):
    return (par.mode, par.expr, par.bindExpr) if is_driven(par) else None


def _drive(par, drive):
    """Gives a parameter of another style the old one's expression or binding back; an export is its CHOP's to give."""
    mode, expression, binding = drive
    if mode == td.ParMode.EXPRESSION:
        par.expr = expression
    elif mode == td.ParMode.BIND:
        par.bindExpr = binding
        par.mode = mode
