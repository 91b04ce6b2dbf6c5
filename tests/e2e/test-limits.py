#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files larger than a destination takes, by what it says of itself or is known of it: refused before anything of them is
read or sent, while the others of the batch arrive."""

import os
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from django_backend import DjangoBackend
from hoist import HOISTCTL, MIB, Backend, Ctl, events_of, make_file, parse_events, sha256_of
from session import Session
from uppy import FakeCompanion

GIB, TIB = MIB << 10, MIB << 20
# As large as ext4 has files; a memory's file system has larger ones.
MEMORY = Path('/dev/shm')


class Limits(unittest.TestCase):
    def setUp(self):
        self.session = self.enterContext(Session())
        self.files = self.session.folder / 'files'
        self.files.mkdir()

    def make_hollow(self, size):
        """A file of so many bytes that takes no room."""
        for folder in (self.files, MEMORY):
            own = Path(self.enterContext(tempfile.TemporaryDirectory(dir=folder)))
            path = own / 'huge.bin'
            path.touch()
            try:
                os.truncate(path, size)
            except OSError:
                continue
            return path
        return self.skipTest(f'no file system here has files of {size} bytes')

    def check(self, ctl, most, requests, objects):
        """requests(): what the server was asked to change; objects(): what is there, by SHA-256"""
        huge = self.make_hollow(most + 1)
        run = ctl.run('upload', huge)
        self.assertEqual(run.returncode, 1, run.stdout)
        # Both would be the same if they were rounded.
        self.assertRegex(run.stderr, rf'huge\.bin: The file has [0-9.]+\s[KMGT]iB \({most + 1} bytes\), but the destination '
                                     rf'takes at most [0-9.]+\s[KMGT]iB \({most} bytes\) a file')
        self.assertEqual(requests(), [])
        self.assertEqual(objects(), [])

        expected = [make_file(self.files / f'{index}.bin', size) for index, size in enumerate((0, 10, 1000))]
        status, events = ctl.upload(self.files / '0.bin', huge, *(self.files / f'{index}.bin' for index in (1, 2)))
        self.assertEqual(status, 1, events)
        (failed,) = events_of(events, 'failed')
        self.assertEqual((failed['name'], failed['code']), ('huge.bin', 'too-large'))
        self.assertEqual((failed.get('sent', 0), failed.get('read', 0)), (0, 0))
        self.assertEqual(len(events_of(events, 'done')), len(expected))
        self.assertEqual(sorted(objects()), sorted(expected))
        # It is on the list once, with its reason, however often it is tried.
        self.assertEqual([(upload['name'], upload['state'], upload['code']) for upload in parse_events(
            ctl.run('list', '--json', target=False).stdout)], [('huge.bin', 'failed', 'too-large')])

    def objects_of(self, store):
        return lambda: [sha256_of(path) for path in store.objects().values()]

    @staticmethod
    def changes_of(store):
        """What the store was asked besides looking."""
        return lambda: [line for line in store.log().splitlines() if line.startswith(('POST ', 'PUT ', 'DELETE '))]

    def use_backend(self, settings):
        configuration = self.session.folder / 'store.conf'
        configuration.write_text(f'[s3]\n{settings}')
        return Backend(self.session, options=('--config', configuration))

    def test_hoist_api_in_parts(self):
        backend = self.use_backend('min-part-size=1\nmax-part-size=100\nsingle-put-below=1\n')
        self.check(Ctl(self.session, backend, name='Lab'), 10000 * 100, self.changes_of(backend), self.objects_of(backend))

    def test_hoist_api_as_a_whole(self):
        backend = self.use_backend('max-object-size=1048576\n')
        self.check(Ctl(self.session, backend, name='Lab'), MIB, self.changes_of(backend), self.objects_of(backend))

    def check_bucket(self, service, most):
        store = Backend(self.session)
        ctl = Ctl.for_bucket(self.session, 'lab', store.url.removesuffix('/api/v1'), 'hoist', store.folder / '.hoist/credentials',
                             '--service', service, '--region', 'local', '--set', 'addressing=path')
        self.check(ctl, most, self.changes_of(store), self.objects_of(store))

    def test_s3_by_the_number_of_parts(self):
        self.check_bucket('swift', 1000 * 5 * GIB)

    def test_s3_by_the_size_of_an_object(self):
        self.check_bucket('exoscale', 4 * TIB)

    def test_companion(self):
        store = Backend(self.session)
        companion = self.enterContext(FakeCompanion(store))
        run = self.session.run([HOISTCTL, 'destination', 'add', '--type', 'companion', '--no-token', 'Uppy', companion.url])
        self.assertEqual(run.returncode, 0, run.stderr)

        def begun():
            return [what for what, _ in companion.seen if what == 'POST /s3/multipart']

        self.check(Ctl.for_destination(self.session, 'Uppy'), 10000 * 5 * GIB, begun, self.objects_of(store))

    def test_plain(self):
        store = Backend(self.session)
        django = DjangoBackend(self.session, store)
        ctl = Ctl(self.session, django, name='Plain', url=django.plain_url, options=['--type', 'plain'])
        self.check(ctl, 10000 * 5 * MIB, self.changes_of(store), self.objects_of(store))


tap.main()
