#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What another computer left on the server: only what is missing travels, and the rest is cleared."""

import json
import shutil
import signal
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from faults import ProxiedBackend
from hoist import MIB, Ctl, make_file, sha256_of
from session import Session, wait_for

PART = 8 * MIB
N_PARTS = 8


class Leftovers(unittest.TestCase):
    def setUp(self):
        self.session = self.enterContext(Session())
        self.backend = ProxiedBackend(self.session)
        self.ctl = Ctl(self.session, self.backend, 'lab')
        self.file = self.session.folder / 'big.bin'
        self.checksum = make_file(self.file, N_PARTS * PART - 12345)

    def status(self):
        """The parts that the server has of the one unfinished upload."""
        (upload,) = self.backend.call('GET', '/uploads?details=true')[1]['uploads']
        return upload

    def lose_state(self):
        """As on another computer: the server is as it was, and no list knows of it."""
        shutil.rmtree(self.session.env['XDG_STATE_HOME'])

    def leave_some(self, n_parts=3):
        """Is killed under way, with its list; returns how many parts the server has."""
        self.backend.proxy.hold_parts(*range(n_parts + 1, N_PARTS + 1))
        process = self.ctl.start('ctl', 'upload', self.file)
        wait_for(lambda: self.backend.count_taken() == n_parts, f'{n_parts} parts to arrive')
        self.session.stop(process, signal.SIGKILL)
        self.lose_state()
        self.backend.proxy.let_go()
        self.backend.wait_until_left()
        self.assertEqual(self.status()['partCount'], n_parts)
        return n_parts

    def list(self):
        run = self.ctl.run('unfinished list', '--json')
        self.assertEqual(run.returncode, 0, run.stderr)
        return [json.loads(line) for line in run.stdout.splitlines()]

    def assert_whole(self):
        self.assertEqual(sha256_of(self.backend.objects()['big.bin']), self.checksum)
        self.assertEqual(self.backend.call('GET', '/uploads')[1]['uploads'], [])

    def test_only_the_missing_parts_travel(self):
        there = self.leave_some()
        status, events = self.ctl.upload(self.file)
        self.assertEqual(status, 0, events)
        self.assertEqual(self.backend.count_taken(), N_PARTS)
        self.assertLess(there, N_PARTS)
        self.assertEqual(self.backend.log().count(' /api/v1/initiate '), 1)
        self.assert_whole()

    def test_another_file_is_begun_anew(self):
        there = self.leave_some()
        # In each part, since any of them may be what the server has.
        with open(self.file, 'r+b') as file:
            for number in range(N_PARTS):
                file.seek(number * PART + 100)
                file.write(b'x')
        self.checksum = sha256_of(self.file)
        status, events = self.ctl.upload(self.file)
        self.assertEqual(status, 0, events)
        self.assertEqual(self.backend.count_taken(), there + N_PARTS)
        self.assertEqual(sha256_of(self.backend.objects()['big.bin']), self.checksum)
        # It is still there, for whoever has that file.
        self.assertEqual([upload['parts'] for upload in self.list()], [there])

    def test_continue(self):
        there = self.leave_some()
        moved = self.session.folder / 'moved' / 'other-name'
        moved.parent.mkdir()
        self.file.rename(moved)
        (upload,) = self.list()
        self.assertEqual(upload['name'], 'big.bin')
        self.assertEqual(upload['size'], there * PART)
        self.assertEqual(upload['partSize'], PART)
        other = self.session.folder / 'other.bin'
        make_file(other, N_PARTS * PART - 12345)
        refused = self.ctl.run('unfinished continue', upload['id'], other)
        self.assertEqual(refused.returncode, 1)
        self.assertIn('is not the file that was begun', refused.stderr)
        run = self.ctl.run('unfinished continue', upload['id'][:6], moved)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(self.backend.count_taken(), N_PARTS)
        self.assert_whole()

    def test_clear(self):
        self.leave_some()
        (upload,) = self.list()
        # Nobody can be asked, and another computer may be sending it.
        run = self.ctl.run('unfinished clear', upload['id'])
        self.assertNotEqual(run.returncode, 0)
        self.assertIn('Nobody can be asked', run.stderr)
        run = self.ctl.run('unfinished clear', '--all', '--yes')
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn('left alone', run.stderr)
        self.assertEqual(len(self.list()), 1)
        run = self.ctl.run('unfinished clear', '--yes', upload['id'])
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn('1 upload cleared', run.stderr)
        self.assertEqual(self.list(), [])
        self.assertEqual(self.backend.call('GET', '/uploads')[1]['uploads'], [])
        # What was sent before is gone, and the list here is empty again.
        self.assertEqual(self.ctl.run('list', '--json', target=False).stdout, '')


if __name__ == '__main__':
    tap.main()
