"""Requests to the daemon's REST by a Web Client DAT: answers come later, to the function that was handed in."""

import json


TIMEOUT_MS = 30000  # a daemon that looks for adapters for the first time takes its time


class Rest:
    """`then` gets what was answered, `otherwise` is called where it was an error or nothing."""

    def __init__(self, dat, on_trouble):
        self._dat, self._on_trouble = dat, on_trouble
        self._waiting = {}
        self.base = ""

    def get(self, path, then, otherwise):
        self._ask("GET", path, None, then, otherwise)

    def patch(self, path, body, then, otherwise):
        self._ask("PATCH", path, json.dumps(body), then, otherwise)

    def forget(self):
        self._waiting.clear()

    def answered(self, status, data, request):
        """`request` is None in builds whose callback has no id: then the oldest request is meant."""
        if request is None and self._waiting:
            request = next(iter(self._waiting))
        then, otherwise = self._waiting.pop(request, (None, None))
        if then is None:
            return
        code = status.get("code") if isinstance(status, dict) else status
        try:
            body = json.loads(bytes(data).decode("utf-8")) if data else None
        except (ValueError, RecursionError):
            body = None
        if code in (200, 201):
            then(body)
        else:
            error = body.get("error") if isinstance(body, dict) else None
            usual = "Reverie answered %s" % code if code else "Reverie did not answer"
            words = error.get("message") if isinstance(error, dict) else usual
            self._on_trouble(str(words))
            otherwise()

    def _ask(self, method, path, data, then, otherwise):
        header = {"Content-Type": "application/json"} if data is not None else None
        url = self.base + "/api/v1/" + path
        self._waiting[self._dat.request(url, method, header=header, data=data, timeout=TIMEOUT_MS)] = (then, otherwise)
