#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Another's backend: the reference one in Django and boto3, before the embedded store."""

import json
import signal
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from django_backend import DjangoBackend
from hoist import MIB, Backend, Ctl, events_of, make_file, parse_events, sha256_of
from session import Session, wait_for


class Django(unittest.TestCase):
    def setUp(self):
        self.session = self.enterContext(Session())
        self.store = Backend(self.session)
        self.django = DjangoBackend(self.session, self.store)
        self.ctl = Ctl(self.session, self.django)
        self.files = self.session.folder / 'files'

    def assert_arrived(self, expected):
        self.assertEqual({key: sha256_of(path) for key, path in self.store.objects().items()},
                         {f'anna/{name}': checksum for name, checksum in expected.items()})

    def test_sizes_and_names(self):
        sizes = {'empty': 0, 'one byte': 1, 'below+ %20.bin': 16 * MIB - 1, 'Größe 北.bin': 16 * MIB,
                 'it\'s "q" & more.bin': 21 * MIB + 5}
        expected = {name: make_file(self.files / name, size) for name, size in sizes.items()}
        status, events = self.ctl.upload(*(self.files / name for name in sizes))
        self.assertEqual(status, 0, events)
        self.assert_arrived(expected)

    def test_killed_hoist_goes_on(self):
        checksum = make_file(self.files / 'big.bin', 64 * MIB)
        process = self.ctl.start('first', 'upload', '--json', '--limit', '8M', self.files / 'big.bin')
        wait_for(lambda: any(event['sent'] > 16 * MIB for event in events_of(
            parse_events(self.session.read_log('first')), 'progress')), 'two parts to be sent')
        self.session.stop(process, signal.SIGKILL)
        run = self.ctl.run('resume', '--all')
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assert_arrived({'big.bin': checksum})
        self.assertEqual(self.unfinished(), [])

    def unfinished(self):
        run = self.ctl.run('unfinished list', '--json')
        self.assertEqual(run.returncode, 0, run.stderr)
        return [json.loads(line) for line in run.stdout.splitlines()]

    def test_cancelled_leaves_nothing(self):
        make_file(self.files / 'big.bin', 64 * MIB)
        process = self.ctl.start('first', 'upload', '--json', '--limit', '4M', self.files / 'big.bin')
        wait_for(lambda: any(event['sent'] > 8 * MIB for event in events_of(
            parse_events(self.session.read_log('first')), 'progress')), 'a part to be sent')
        self.session.stop(process, signal.SIGKILL)
        self.assertEqual(self.ctl.run('cancel', '--all').returncode, 0)
        self.assertEqual(self.unfinished(), [])
        self.assert_arrived({})

    def test_token_of_another(self):
        make_file(self.files / 'a', 1)
        self.django.token_file.write_text('wrong')
        run = self.ctl.run('upload', self.files / 'a')
        self.assertNotEqual(run.returncode, 0)
        self.assertIn('token', run.stderr)
        self.assert_arrived({})



tap.main()
