"""Runs tests of one folder and prints a line of JSON for each; with --list their names alone. Vitest shows them one by one."""

import json
import pathlib
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True


class Lines(unittest.TestResult):
    def startTest(self, test):
        super().startTest(test)
        self._began, self._texts = time.monotonic(), []

    def addError(self, test, err):
        super().addError(test, err)
        self._texts.append(self._exc_info_to_string(err, test))

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._texts.append(self._exc_info_to_string(err, test))

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._texts.append("%s\n%s" % (subtest, self._exc_info_to_string(err, test)))

    def addSkip(self, test, reason):
        self._texts.append("skipped: " + reason)

    def stopTest(self, test):
        seconds = time.monotonic() - self._began
        say({"name": name_of(test), "trouble": "\n".join(self._texts) or None, "seconds": round(seconds, 3)})


def say(line):
    print(json.dumps(line), flush=True)


def name_of(test):
    return test.shortDescription() or test.id()


def tests_of(suite):
    for each in suite:
        if isinstance(each, unittest.TestSuite):
            yield from tests_of(each)
        else:
            yield each


if __name__ == "__main__":
    folder = HERE / sys.argv[1]
    sys.path.insert(0, str(folder))
    suite = unittest.TestLoader().discover(str(folder), pattern=sys.argv[2] if sys.argv[2:] and sys.argv[2] != "--list" else "test_*.py")
    if "--list" in sys.argv:
        for test in tests_of(suite):
            say({"name": name_of(test)})
    else:
        suite.run(Lines())
