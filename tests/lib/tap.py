# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs unittest test cases and reports them as TAP 13, a subtest as a point of its own."""

import re
import sys
import unittest


def tell(*lines):
    """Prints what helps to understand a failure, where meson shows it beside the name of what failed."""
    print(*lines, sep='\n', file=sys.stderr, flush=True)


class _TapResult(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.points = 0
        self.with_subtests = set()

    def _point(self, ok, test, comment=''):
        self.points += 1
        name = re.sub(r' \(__main__\.[^)]*\)', '', str(test)).replace('#', '＃').replace('\n', '↵')
        print(f'{"ok" if ok else "not ok"} {self.points} {name}{comment}', flush=True)

    def _bad(self, test, error):
        self._point(False, test)
        tell(self._exc_info_to_string(error, test))

    def addSuccess(self, test):
        super().addSuccess(test)
        if test.id() not in self.with_subtests:
            self._point(True, test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._bad(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        self._bad(test, err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._point(True, test, f' # SKIP {reason}')

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        self.with_subtests.add(test.id())
        if err:
            self._bad(subtest, err)
        else:
            self._point(True, subtest)


class _TapRunner:
    def run(self, suite):
        result = _TapResult()
        suite.run(result)
        print(f'1..{result.points}', flush=True)
        return result


def main():
    """Runs the calling module's test cases; the exit status tells failures."""
    program = unittest.main(module='__main__', argv=sys.argv, testRunner=_TapRunner(), exit=False)
    sys.exit(not program.result.wasSuccessful())
