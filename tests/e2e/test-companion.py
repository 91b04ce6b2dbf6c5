#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small files to a Companion: in a form where the storage takes it, in parts where it does not."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from forms import Refused
from hoist import HOISTCTL, MIB, Backend, Ctl, make_file, sha256_of
from session import Session
from uppy import FakeCompanion

NAMES = ('empty', 'a b+c.txt', '100%.txt', 'quotes "\'.txt', 'Grüße 🎉.txt', '--boundary--', 'five')
SIZES = (0, 1, 100, 65536, 1000003, 12345, 5 * MIB)


class Forms(unittest.TestCase):
    def setUp(self):
        self.session = self.enterContext(Session())
        self.store = Backend(self.session)
        self.companion = self.enterContext(FakeCompanion(self.store, with_forms=True))
        run = self.session.run([HOISTCTL, 'destination', 'add', '--type', 'companion', '--no-token', 'Uppy', self.companion.url])
        self.assertEqual(run.returncode, 0, run.stderr)
        self.ctl = Ctl.for_destination(self.session, 'Uppy')
        self.files = self.session.folder / 'files'
        self.expected = {}

    def make(self, *names_and_sizes):
        for name, size in names_and_sizes:
            self.expected[name] = make_file(self.files / name, size)
        return [self.files / name for name, _ in names_and_sizes]

    def upload(self, *paths):
        status, events = self.ctl.upload(*paths)
        self.assertEqual(status, 0, events)

    def count(self, request):
        return [name for name, _ in self.companion.seen].count(request)

    def name_of(self, key):
        return key[37:] if len(key) > 36 and key[36] == '-' else key

    def assert_arrived(self):
        """All of it, and nothing twice."""
        objects = self.store.objects()
        self.assertEqual(sorted(map(self.name_of, objects)), sorted(self.expected))
        self.assertEqual({self.name_of(key): sha256_of(path) for key, path in objects.items()}, self.expected)

    def receipt(self):
        """Of all that was delivered."""
        run = self.ctl.run('receipt', '--all', target=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout

    def refuse_once(self, *refused):
        """The next form is refused."""
        left = [Refused(*refused)]
        self.companion.server.refuse_form = lambda: left.pop() if left else None

    def test_each_in_one_request(self):
        self.upload(*self.make(*zip(NAMES, SIZES), ('large', 17 * MIB)))
        self.assert_arrived()
        self.assertEqual(self.count('POST /form'), len(NAMES))
        self.assertEqual(self.count('GET /s3/params'), len(NAMES) + 1)
        self.assertEqual(self.count('POST /s3/multipart'), 1)
        names = {meta['name'] for meta in self.companion.server.metadata.values()}
        self.assertEqual(names, set(NAMES))

    def test_what_is_proved(self):
        self.upload(*self.make(('a', 1000)))
        self.assert_arrived()
        told = self.receipt()
        self.assertIn('answered with the file’s checksum', told)
        self.assertIn(self.expected['a'], told)
        self.assertIn(next(iter(self.store.objects())), told)
        self.assertIn(f'{self.companion.url}/form/there', told)

    def test_in_parts_where_the_storage_knows_no_forms(self):
        self.companion.server.refuse_form = lambda: Refused(412, 'PreconditionFailed')
        self.upload(*self.make(('a', 1), ('empty', 0), ('c', 1000003)))
        self.assert_arrived()
        self.assertEqual(self.count('POST /s3/multipart'), 3)
        self.assertIn('was told the file’s checksum', self.receipt())

    def test_in_parts_where_there_is_no_such_call(self):
        self.companion.server.forms = False
        self.upload(*self.make(('a', 1), ('b', 1000)))
        self.assert_arrived()
        self.assertEqual((self.count('GET /s3/params'), self.count('POST /s3/multipart')), (1, 2))

    def test_larger_than_the_policy_allows(self):
        self.refuse_once(400, 'EntityTooLarge')
        self.upload(*self.make(('a', 100000)))
        self.assert_arrived()
        self.assertEqual((self.count('POST /form'), self.count('POST /s3/multipart')), (1, 1))

    def test_expired_form_is_signed_anew(self):
        self.refuse_once(403, 'AccessDenied', 'Invalid according to Policy: Policy expired.')
        self.upload(*self.make(('a', 1000)))
        self.assert_arrived()
        self.assertEqual((self.count('POST /form'), self.count('GET /s3/params')), (2, 3))
        self.assertIn(next(iter(self.store.objects())), self.receipt())

    def test_the_same_form_after_a_bad_moment(self):
        self.refuse_once(503, 'SlowDown')
        self.upload(*self.make(('a', 1000)))
        self.assert_arrived()
        self.assertEqual((self.count('POST /form'), self.count('GET /s3/params')), (2, 2))

    def test_the_rest_in_parts_where_no_checksum_is_told(self):
        self.companion.server.etag = '0' * 32
        self.companion.server.more_headers = [('x-amz-server-side-encryption', 'aws:kms')]
        self.upload(*self.make(('a', 1000)))
        self.assertIn('No checksum was compared', self.receipt())
        self.assert_arrived()

    def test_damaged_on_the_way(self):
        """What the storage says of it is not the file: it is not taken for delivered in a form."""
        self.companion.server.etag = '0' * 32
        self.upload(*self.make(('a', 1000)))
        self.assertGreaterEqual(self.count('POST /form'), 2)
        self.assertEqual(self.count('POST /s3/multipart'), 1)
        self.assertIn('was told the file’s checksum', self.receipt())


tap.main()
