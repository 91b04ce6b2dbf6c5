#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""hoistctl on lines and before servers that do what they should not: what arrives, how often each part
was sent, and what the person is told. docs/reliability.md has the same table for people."""

import sys
import unittest
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from faults import ProxiedBackend, SplitBackend
from hoist import MIB, Ctl, events_of, make_file, parse_events, sha256_of
from session import Session

AT_ONCE = 4  # uploads at a time
LARGE = 20 * MIB  # three parts
SMALL = 5000
N_PARTS = 3

# sent: how often each part was sent, or the one PUT of a small file. code: of the failure.
# told: what the person reads meanwhile, where it takes long enough to be read.
# leaves: the server says that an upload is gone, and has it: nobody can clear that.
Case = namedtuple('Case', 'name size script sent code told split leaves', defaults=(None, None, False, False))


def rule(operation, action, *more):
    return '\n'.join((f'[fault]\noperation={operation}', f'action={action}', *more))


def answer(operation, preset, *more):
    return rule(operation, 'answer', f'preset={preset}', *more)


ONCE = 'last=1'
SECOND = 'part=2\nlast=1'
LONG = 'header-value=2'  # of Retry-After
PART = 'UploadPart'
PUT = 'PutObject'

CASES = (
    # The line.
    Case('latency', LARGE, rule('*', 'pass', 'latency-ms=50'), (1, 1, 1)),
    Case('a narrow line', LARGE, rule(PART, 'pass', 'bytes-per-s=20000000'), (1, 1, 1)),
    Case('cut before the first byte', LARGE, rule(PART, 'cut-request', SECOND, 'how=rst'), (1, 2, 1)),
    Case('cut after some bytes, RST', LARGE, rule(PART, 'cut-request', SECOND, 'after=3000000', 'how=rst'), (1, 2, 1)),
    Case('cut after some bytes, FIN', LARGE, rule(PART, 'cut-request', SECOND, 'after=3000000', 'how=fin'), (1, 2, 1)),
    Case('cut after some bytes, small file', SMALL, rule(PUT, 'cut-request', ONCE, 'after=1000'), (2,)),
    Case('half an answer', LARGE, rule(PART, 'cut-answer', SECOND, 'after=half'), (1, 2, 1)),
    Case('half an answer, small file', SMALL, rule(PUT, 'cut-answer', ONCE, 'after=half'), (2,)),
    Case('an answer cut off in its head', LARGE, rule(PART, 'cut-answer', SECOND, 'after=17'), (1, 2, 1)),
    Case('answer lost, RST', LARGE, rule(PART, 'cut-answer', SECOND, 'how=rst'), (1, 2, 1)),
    Case('answer lost, FIN', LARGE, rule(PART, 'cut-answer', SECOND, 'how=fin'), (1, 2, 1)),
    Case('answer lost, small file', SMALL, rule(PUT, 'cut-answer', ONCE, 'how=rst'), (2,)),
    Case('a byte damaged on the way', LARGE, rule(PART, 'corrupt', SECOND, 'after=7000000'), (1, 2, 1)),
    Case('a byte damaged on the way, small file', SMALL, rule(PUT, 'corrupt', ONCE, 'after=7'), (2,)),
    Case('server restarted', LARGE, rule('sign', 'restart', ONCE, 'down-ms=700'), (1, 1, 1)),
    Case('server away for seconds', LARGE, rule('initiate', 'restart', ONCE, 'down-ms=4000'), (1, 1, 1),
         told='no connection to the server'),
    # The storage.
    Case('500', LARGE, answer(PART, 'internal-error', SECOND), (1, 2, 1)),
    Case('500 though it has the part', LARGE, rule(PART, 'replace', 'preset=internal-error', SECOND), (1, 2, 1)),
    Case('503 SlowDown', LARGE, answer(PART, 'slow-down', SECOND, LONG), (1, 2, 1), told='slow down'),
    Case('503 SlowDown, small file', SMALL, answer(PUT, 'slow-down', ONCE), (2,)),
    Case('429 with Retry-After', LARGE, answer(PART, 'too-many-requests', SECOND, LONG), (1, 2, 1), told='slow down'),
    Case('403 expired', LARGE, answer(PART, 'expired', SECOND), (1, 2, 1)),
    Case('403 expired, before the body was read', LARGE, answer(PART, 'expired', SECOND, 'early=true'), (1, 2, 1)),
    Case('403 expired, of all parts', LARGE, answer(PART, 'expired', ONCE), (2, 2, 2)),
    Case('403 expired, says Ceph', LARGE, answer(PART, 'expired-ceph', SECOND), (1, 2, 1)),
    Case('403 expired, says Ceph, small file', SMALL, answer(PUT, 'expired-ceph', ONCE), (2,)),
    Case('403 expired, then says Ceph', SMALL,
         answer(PUT, 'expired', ONCE) + '\n' + answer(PUT, 'expired-ceph', 'first=2', 'last=2').replace('fault', 'then'), (3,)),
    Case('403 RequestTimeTooSkewed', LARGE, answer(PART, 'time-too-skewed', SECOND), (1, 2, 1)),
    Case('400 BadDigest', LARGE, answer(PART, 'bad-digest', SECOND), (1, 2, 1)),
    Case('400 RequestTimeout', LARGE, answer(PART, 'request-timeout', SECOND), (1, 2, 1)),
    Case('404 NoSuchUpload', LARGE, answer(PART, 'no-such-upload', 'part=3', ONCE), None, leaves=True),
    Case('another ETag than the storage keeps', LARGE,
         rule(PART, 'alter', SECOND, 'header-name=ETag', 'header-value="00000000000000000000000000000000"'), (1, 2, 1)),
    # The backend's storage, seen from the backend.
    Case('200 with an error in it', LARGE, rule('CompleteMultipartUpload', 'answer', 'preset=error-in-200', ONCE),
         (1, 1, 1), split=True),
    Case('200 with an error in it, though it is complete', LARGE,
         rule('CompleteMultipartUpload', 'replace', 'preset=error-in-200', ONCE), (1, 1, 1), split=True),
    Case('completion lost behind the backend', LARGE,
         rule('CompleteMultipartUpload', 'cut-answer', ONCE, 'how=rst'), (1, 1, 1), split=True),
    Case('storage busy behind the backend', LARGE, answer('CompleteMultipartUpload', 'slow-down', ONCE), (1, 1, 1),
         split=True),
    # The backend.
    Case('backend: root lost', SMALL, rule('root', 'cut-answer', ONCE), (1,)),
    Case('backend: begin lost, small file', SMALL, rule('initiate', 'cut-answer', ONCE), (1,)),
    Case('backend: begin lost', LARGE, rule('initiate', 'cut-answer', ONCE, 'how=rst'), (1, 1, 1)),
    Case('backend: begun, and says 500', LARGE, rule('initiate', 'replace', 'preset=api-internal', ONCE), (1, 1, 1)),
    Case('backend: begin busy', LARGE, answer('initiate', 'api-unavailable', ONCE, LONG), (1, 1, 1),
         told='cannot answer right now'),
    Case('backend: begin throttled', LARGE, answer('initiate', 'api-throttled', ONCE, LONG), (1, 1, 1), told='slow down'),
    Case('backend: sign lost', LARGE, rule('sign', 'cut-answer', ONCE, 'how=rst'), (1, 1, 1)),
    Case('backend: half a sign', LARGE, rule('sign', 'cut-answer', ONCE, 'after=half'), (1, 1, 1)),
    Case('backend: sign cut off in its head', LARGE, rule('sign', 'cut-answer', ONCE, 'after=40'), (1, 1, 1)),
    Case('backend: completion cut off in its head', LARGE, rule('complete', 'cut-answer', ONCE, 'after=17'), (1, 1, 1)),
    # Not told: a part that is hashed a moment later is signed, and travels meanwhile.
    Case('backend: sign throttled', LARGE, answer('sign', 'api-throttled', ONCE, LONG), (1, 1, 1)),
    Case('backend: sign broken', LARGE, answer('sign', 'api-internal', ONCE), (1, 1, 1)),
    Case('backend: completion lost', LARGE, rule('complete', 'cut-answer', ONCE, 'how=rst'), (1, 1, 1)),
    Case('backend: half a completion', LARGE, rule('complete', 'cut-answer', ONCE, 'after=half'), (1, 1, 1)),
    Case('backend: completion broken', LARGE, answer('complete', 'api-internal', ONCE), (1, 1, 1)),
    Case('backend: completed, and says 500', LARGE, rule('complete', 'replace', 'preset=api-internal', ONCE), (1, 1, 1)),
    # What waiting does not cure.
    Case('not allowed', SMALL, answer(PUT, 'access-denied'), (1,), 'forbidden'),
    Case('not allowed, without a word', SMALL, answer(PUT, 'expired-ceph'), (2,), 'forbidden'),
    Case('signed by a wrong clock', SMALL, answer(PUT, 'time-too-skewed'), (2,), 'clock-skew'),
    Case('token refused', SMALL, answer('root', 'api-unauthorized'), (0,), 'auth'),
    Case('backend refuses', SMALL, answer('initiate', 'api-forbidden'), (0,), 'forbidden'),
)

Outcome = namedtuple('Outcome', 'status events requests object left output')


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.session = cls.enterClassContext(Session())
        cls.file = {size: cls.session.folder / f'{size}.bin' for size in (LARGE, SMALL)}
        cls.checksum = {size: make_file(path, size) for size, path in cls.file.items()}

    def send(self, number):
        """Uploads in one case; returns what came of it."""
        case = CASES[number]
        backend = (SplitBackend if case.split else ProxiedBackend)(self.session, f'backend-{number}')
        backend.proxy.set_script(case.script)
        run = Ctl(self.session, backend).run('upload', '--json', self.file[case.size])
        backend.proxy.set_script('')
        _, left = backend.call('GET', '/uploads')
        events = [] if run.returncode > 1 else parse_events(run.stdout)
        objects = list(backend.objects().values())
        return Outcome(run.returncode, events, backend.proxy.requests(), objects, left['uploads'],
                       run.stdout + run.stderr)

    def check_sent(self, case, requests):
        """How often the parts were sent."""
        if case.sent is None:
            return
        if case.size == SMALL:
            sent = (sum(request['operation'] == PUT for request in requests),)
        else:
            sent = tuple(
                sum(request['operation'] == PART and request['part'] == number for request in requests)
                for number in range(1, N_PARTS + 1))
        self.assertEqual(sent, case.sent)

    def check(self, case, outcome):
        # A fault that did not happen proves nothing.
        self.assertTrue('pass' in case.script or [r for r in outcome.requests if r['fault']])
        for secret in ('X-Amz-', 'Signature', 'hst_'):
            self.assertNotIn(secret, outcome.output)
        # Whatever happens has a name.
        self.assertNotIn('Something went wrong', outcome.output)
        told = [event['waiting'] for event in events_of(outcome.events, 'progress') if 'waiting' in event]
        if case.told:
            self.assertTrue([text for text in told if case.told in text], told)
        self.check_sent(case, outcome.requests)
        if case.code:
            (failed,) = events_of(outcome.events, 'failed')
            self.assertEqual((outcome.status, failed['code']), (1, case.code))
            self.assertEqual(outcome.object, [])
            return
        self.assertEqual(outcome.status, 0, outcome.output)
        (path,) = outcome.object
        self.assertEqual(sha256_of(path), self.checksum[case.size])
        if not case.leaves:
            self.assertEqual(outcome.left, [])

    def test_faults(self):
        with ThreadPoolExecutor(AT_ONCE) as pool:
            outcomes = list(pool.map(self.send, range(len(CASES))))
        for case, outcome in zip(CASES, outcomes):
            with self.subTest(case.name):
                self.check(case, outcome)


tap.main()
