#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two processes at once: one has the journal, the other follows it, whoever comes first and
whoever ends first."""

import signal
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from faults import ProxiedBackend
from hoist import MIB, Ctl, make_file, sha256_of
from session import Session, wait_for

N_ROUNDS = 6
N_AT_ONCE = 3


class Two(unittest.TestCase):
    def setUp(self):
        self.session = self.enterContext(Session())
        self.backend = ProxiedBackend(self.session)
        self.ctl = Ctl(self.session, self.backend, 'lab')
        self.expected = {}

    def make(self, name, size):
        path = self.session.folder / name
        self.expected[name] = make_file(path, size)
        return path

    def assert_arrived(self):
        found = {key.split('/')[-1]: sha256_of(path) for key, path in self.backend.objects().items()}
        self.assertEqual(found, self.expected)
        self.assertEqual(self.backend.call('GET', '/uploads')[1]['uploads'], [])

    def test_at_the_same_moment(self):
        for round_number in range(N_ROUNDS):
            paths = [self.make(f'{round_number}-{index}.bin', 1000 + index) for index in range(N_AT_ONCE)]
            processes = [self.ctl.start(f'ctl-{path.name}', 'upload', path) for path in paths]
            for path, process in zip(paths, processes):
                # The one that has the journal may end first: then the next one takes it.
                self.assertEqual(process.wait(60), 0, self.session.read_log(f'ctl-{path.name}'))
        self.assert_arrived()

    def follow(self):
        """Starts one with a big file and one that follows it. Of either all but the first part is held on its way."""
        self.backend.proxy.hold_parts(2, 3, 4, 5)
        first = self.ctl.start('first', 'upload', self.make('first.bin', 40 * MIB))
        wait_for(lambda: self.backend.count_taken() == 1, 'the first part')
        second = self.ctl.start('second', 'upload', '--json', self.make('second.bin', 24 * MIB))
        wait_for(lambda: 'second.bin' in self.ctl.run('list', target=False).stdout, 'the second file to be handed over')
        return first, second

    def test_second_follows(self):
        first, second = self.follow()
        self.backend.proxy.let_go()
        self.assertEqual((first.wait(60), second.wait(60)), (0, 0), self.session.read_log('second'))
        self.assertIn('"event":"done"', self.session.read_log('second'))
        self.assert_arrived()

    def test_first_is_told(self):
        """What another one says of the first one's files happens, though it ends at once."""
        path = self.make('first.bin', 40 * MIB)
        self.backend.proxy.hold_parts(1, 2, 3, 4, 5)
        for command, state in (('pause', 'paused'), ('cancel', None)):
            first = self.ctl.start(f'first-{command}', 'upload', path)
            wait_for(lambda: '"sending"' in self.ctl.run('list', '--json', target=False).stdout, 'it to be sent')
            run = self.ctl.run(command, '--all')
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertEqual(first.wait(60), 1, self.session.read_log(f'first-{command}'))
            left = self.ctl.run('list', '--json', target=False).stdout
            self.assertEqual(f'"{state}"' in left, state is not None, left)
        self.backend.proxy.let_go()
        self.expected.clear()
        self.assert_arrived()

    def test_first_is_killed(self):
        first, second = self.follow()
        self.session.stop(first, signal.SIGKILL)
        self.backend.proxy.let_go()
        # The second one takes its place, and leaves the other's file as it is.
        self.assertEqual(second.wait(60), 0, self.session.read_log('second'))
        self.assertIn('first.bin', self.ctl.run('list', target=False).stdout)
        run = self.ctl.run('resume', '--all')
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assert_arrived()

    def test_second_is_killed(self):
        first, second = self.follow()
        self.session.stop(second, signal.SIGKILL)
        self.backend.proxy.let_go()
        # What it handed over is the first one's now.
        self.assertEqual(first.wait(60), 0, self.session.read_log('first'))
        # And where it had not sent it before its end, whoever comes next offers it.
        run = self.ctl.run('resume', '--all')
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assert_arrived()


tap.main()
