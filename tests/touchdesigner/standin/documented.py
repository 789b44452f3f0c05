"""Members with the page of Derivative's documentation that names them. Whatever is not marked so does not exist."""

import functools
import threading


class TdError(Exception):
    """td.tdError: what TouchDesigner raises (pages say only that it does)."""


class TdAttributeError(TdError, AttributeError):
    """td.tdAttributeError."""


def check_thread(what):
    """td Module, isMainThread: whatever touches operators must be on the main thread."""
    if threading.current_thread() is not threading.main_thread():
        raise TdError("%s was touched from another thread" % what)


def doc(page):
    """A documented method."""

    def mark(function):
        @functools.wraps(function)
        def checked(self, *words, **more):
            self._touch(function.__name__)
            return function(self, *words, **more)

        checked.page = page
        return checked

    return mark


class fact:
    """A documented attribute. `get` and `set` are functions of the object; without them it holds what it was given."""

    def __init__(self, page, initial=None, get=None, set=None, writable=False):
        self.page, self._initial, self._get, self._set = page, initial, get, set
        self._writable = writable or set is not None

    def __set_name__(self, owner, name):
        self._name = name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        instance._touch(self._name)
        if self._get is not None:
            return self._get(instance)
        return instance.__dict__.setdefault("_facts", {}).get(self._name, self._initial)

    def __set__(self, instance, value):
        instance._touch(self._name)
        if not self._writable:
            raise TdAttributeError("%s cannot be set (%s)" % (self._name, self.page))
        if self._set is not None:
            self._set(instance, value)
        else:
            instance.__dict__.setdefault("_facts", {})[self._name] = value


class Strict:
    """An object of TouchDesigner: it has its documented members and lets no other be set."""

    def _touch(self, what):
        check_thread("%s.%s" % (type(self).__name__, what))

    def __setattr__(self, name, value):
        if name.startswith("_") or isinstance(getattr(type(self), name, None), fact):
            object.__setattr__(self, name, value)
        else:
            raise TdAttributeError("%s has no member %s" % (type(self).__name__, name))


def undocumented(kind):
    """Public members of a class that name no page."""
    found = []
    for base in kind.__mro__:
        if not issubclass(base, Strict) or base is Strict:
            continue
        for name, member in vars(base).items():
            if not name.startswith("_") and getattr(member, "page", None) is None:
                found.append("%s.%s" % (base.__name__, name))
    return found
