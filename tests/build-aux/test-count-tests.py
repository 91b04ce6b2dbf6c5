#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""count-tests adds up meson's logs and does not take a failure for a pass."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE_ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE_ROOT / 'tests/lib'))
import tap

# (what, [(result, standard output)], last line, exit status)
TABLE = [
    ('nothing ran', [], '0 passed, 0 failed', 1),
    ('plain test', [('OK', 'hello')], '1 passed, 0 failed', 0),
    ('plain failure', [('FAIL', '')], '0 passed, 1 failed', 1),
    ('points', [('OK', '1..2\nok 1 /a\nok 2 /b\n')], '2 passed, 0 failed', 0),
    ('plan at the end', [('OK', 'ok 1 /a\nok 2 /b\n1..2\n')], '2 passed, 0 failed', 0),
    ('words that look like a point', [('OK', 'ok 1 then\n')], '1 passed, 0 failed', 0),
    ('a point failed', [('FAIL', '1..2\nok 1 /a\nnot ok 2 /b\n')], '1 passed, 1 failed', 1),
    ('skipped point', [('OK', '1..2\nok 1 /a\nok 2 /b # SKIP no bus\n')], '1 passed, 0 failed, 1 skipped', 0),
    ('all skipped', [('SKIP', '1..0 # SKIP no display\n'), ('OK', '')], '1 passed, 0 failed, 1 skipped', 0),
    ('only skipped', [('SKIP', '')], '0 passed, 0 failed, 1 skipped', 1),
    ('expected failure', [('OK', '1..1\nnot ok 1 /a # TODO later\n')], '1 passed, 0 failed', 0),
    ('crash after good points', [('ERROR', '1..3\nok 1 /a\n')], '1 passed, 1 failed', 1),
    ('time-out', [('TIMEOUT', '1..1\nok 1 /a\n')], '1 passed, 1 failed', 1),
    ('ran out of patience', [('INTERRUPT', '')], '0 passed, 1 failed', 1),
]


class CountTests(unittest.TestCase):
    def count(self, tests, *arguments):
        with tempfile.NamedTemporaryFile('w', suffix='.json') as log:
            for number, (result, stdout) in enumerate(tests):
                log.write(json.dumps({'name': f't{number}', 'result': result, 'stdout': stdout}) + '\n')
            log.flush()
            run = subprocess.run(
                [SOURCE_ROOT / 'build-aux/count-tests', *arguments, log.name],
                capture_output=True, text=True, check=False,
            )
            self.assertEqual(run.stderr, '')
            return run.stdout.splitlines(), run.returncode

    def test_table(self):
        for what, tests, last, status in TABLE:
            with self.subTest(what):
                lines, returned = self.count(tests)
                self.assertEqual((lines[-1], returned), (last, status))

    def test_names_what_failed(self):
        lines, _ = self.count([('OK', ''), ('TIMEOUT', '')])
        self.assertTrue(lines[0].startswith('failed: t1 (TIMEOUT'), lines)

    def test_broken_step_is_a_failure(self):
        lines, status = self.count([('OK', '')], '--broken', 'build of X')
        self.assertEqual((lines[0], lines[-1], status), ('broken: build of X', '1 passed, 1 failed', 1))

    def test_skipped_step_is_told(self):
        lines, status = self.count([('OK', '')], '--skipped', 'X: no bus')
        self.assertEqual((lines[0], lines[-1], status), ('skipped: X: no bus', '1 passed, 0 failed, 1 skipped', 0))


tap.main()
