#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""hoistctl destination test --conformance: who keeps the API's rules, and who is told of which."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from django_backend import DjangoBackend
from faults import ProxiedBackend
from hoist import HOISTCTL, Backend, events_of, parse_events
from session import Session


def fault(operation, action, *more):
    return '\n'.join((f'[fault]\noperation={operation}', f'action={action}', *more))


# What a backend does, and the beginnings of the rules that it breaks.
BROKEN = {
    'complete fails': (
        fault('complete', 'answer', 'preset=api-internal'),
        ['an empty file arrives', 'a name with spaces', 'complete of a small file that never came',
         'complete with another ETag', 'complete with other ETags', 'complete makes the object']),
    'the storage takes damaged bytes': (
        fault('UploadPart', 'answer', 'status=200', 'header-name=ETag', 'header-value="0"'),
        ['a part that arrives damaged', 'status tells all parts', 'complete makes the object']),
    'abort fails': (fault('abort', 'answer', 'preset=api-internal'), ['abort leaves nothing']),
    'the list is empty': (
        fault('uploads', 'answer', 'status=200', 'body={"uploads": []}'), ['uploads tells of']),
}


class Conformance(unittest.TestCase):
    def setUp(self):
        self.session = self.enterContext(Session())

    def try_out(self, backend, token_file=None):
        """Returns (exit status, {verdict: [rule, …]})."""
        run = self.session.run([HOISTCTL, 'destination', 'test', '--conformance', '--json', '--token-file',
                                token_file or backend.token_file, backend.url])
        found = {'passed': [], 'failed': [], 'skipped': []}
        for event in events_of(parse_events(run.stdout), 'rule'):
            found[event['verdict']].append(event['rule'])
        self.assertNotIn(backend.token, run.stdout + run.stderr)
        return run.returncode, found

    def test_own_backend_keeps_all(self):
        status, found = self.try_out(Backend(self.session))
        self.assertEqual((status, found['failed']), (0, []))
        # Its token is for all keys.
        self.assertEqual(found['skipped'], ['a key outside the token’s prefix is 403 forbidden'])

    def test_backend_in_django_keeps_all(self):
        status, found = self.try_out(DjangoBackend(self.session, Backend(self.session)))
        self.assertEqual((status, found['failed'], found['skipped']), (0, [], []))

    def test_broken_rules_are_told(self):
        backend = ProxiedBackend(self.session)
        for name, (script, rules) in BROKEN.items():
            with self.subTest(name):
                backend.proxy.set_script(script)
                status, found = self.try_out(backend)
                self.assertEqual(status, 1)
                self.assertEqual(len(found['failed']), len(rules), found['failed'])
                for rule, beginning in zip(found['failed'], rules):
                    self.assertTrue(rule.startswith(beginning), rule)

    def test_wrong_token(self):
        backend = Backend(self.session)
        token_file = self.session.folder / 'wrong'
        token_file.write_text('wrong')
        status, found = self.try_out(backend, token_file)
        self.assertEqual((status, len(found['failed']), found['passed']), (1, 1, []))

    def test_addresses(self):
        for url in ('http://example.org/api', 'file:///tmp', 'nonsense'):
            with self.subTest(url):
                run = self.session.run([HOISTCTL, 'destination', 'test', '--conformance', '--token-file',
                                        '/dev/null', url])
                self.assertEqual(run.returncode, 2, run.stderr)
                self.assertEqual(run.stdout, '')


tap.main()
