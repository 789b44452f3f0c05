"""DATs: DAT Class, WebsocketDAT Class, WebclientDAT Class, OscoutDAT Class."""

import types

from .documented import TdError, doc, fact
from .ops import OP

DAT_PAGE = "DAT Class"


class DAT(OP):
    def __init__(self, *words):
        super().__init__(*words)
        self._text, self._module = "", None

    def _set_text(self, text):
        if not isinstance(text, str):
            raise TdError("the text of a DAT is text")
        self._text, self._module = text, None

    def _loaded(self):
        if self._module is None:
            module = types.ModuleType(self._name)
            module.__dict__.update(self._world.names_for(self))
            exec(compile(self._text, self._path(), "exec"), module.__dict__)
            self._module = module
        return self._module

    text = fact(DAT_PAGE, get=lambda self: self._text, set=_set_text)
    module = fact(DAT_PAGE, get=_loaded)

    def _callback(self, name, *words):
        """Looked up by name in the callbacks DAT, or in its own text where it is an execute DAT."""
        dat = self._pars["callbacks"]._evaluated() if "callbacks" in self._pars else self
        function = None if dat is None else getattr(dat._loaded(), name, None)
        if function is not None:
            self._world.guarded(function, *words)


class WebSocketDAT(DAT):
    """Active opens it; `netaddress` may be a whole URL."""

    def __init__(self, *words):
        super().__init__(*words)
        self._line, self._was_active = None, False

    def _watch(self):
        """Looks at its Active once a frame, and when it is set."""
        active = bool(self._pars["active"]._evaluated())
        address = self._pars["netaddress"]._evaluated()
        if active and self._line is None and not self._was_active and address:
            if "//" not in address:
                raise TdError("how host and port combine is not documented: give a URL")
            self._line = self._world.network.open(self, address)
        elif not active and self._line is not None:
            self._line.close()
            self._line = None
        self._was_active = active and bool(address)

    def _heard(self, line, what, data=None):
        """From the network, on the main thread."""
        if line is not self._line:
            return
        if what == "open":
            self._callback("onConnect", self)
        elif what == "text":
            self._callback("onReceiveText", self, 0, data)
        elif what == "ping":
            self._callback("onReceivePing", self, data)
        elif what == "closed":
            self._line = None
            self._callback("onDisconnect", self)

    def _closed(self):
        if self._line is not None:
            self._line.close()

    @doc("WebsocketDAT Class")
    def sendText(self, *messages):
        if self._line is None or not all(isinstance(message, str) for message in messages):
            return -1
        return self._line.send("".join(messages))

    @doc("WebsocketDAT Class")
    def sendPong(self, contents):
        return -1 if self._line is None else self._line.pong(contents)


class WebClientDAT(DAT):
    def __init__(self, *words):
        super().__init__(*words)
        self._count = 0

    @doc("WebclientDAT Class")
    def request(self, url, method, header=None, data=None, pars=None, timeout=60000):
        if method != method.upper():
            raise TdError("the method is an upper-case word")
        self._count += 1
        self._world.network.request(self, self._count, url, method, header, data, timeout)
        return self._count

    def _answered(self, request, code, reason, data):
        words = (self, {"code": code, "message": reason}, {}, data)
        self._callback("onResponse", *(words if self._world.profile < 2023 else (*words, request)))


class OscOutDAT(DAT):
    @doc("OscoutDAT Class")
    def sendOSC(self, address, *values, asBundle=False, useNonStandardTypes=True, use64BitPrecision=False):
        if any(not isinstance(value, list) for value in values):
            raise TdError("values are given as lists")
        flat = [item for value in values for item in value]
        return self._world.network.osc(self._pars["address"]._value, self._pars["port"]._value, address, flat)
