#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 in the middle, of hoistctl and of the backend: the object is whole, and nothing that
was acknowledged travels twice."""

import json
import signal
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from faults import ProxiedBackend
from hoist import MIB, Ctl, folder_held, make_file, sha256_of
from session import Session, wait_for

PART = 8 * MIB
N_PARTS = 16
IN_FLIGHT = 4


class Kill(unittest.TestCase):
    def setUp(self):
        self.session = self.enterContext(Session())
        self.backend = ProxiedBackend(self.session)
        self.proxy = self.backend.proxy
        self.ctl = Ctl(self.session, self.backend, 'lab')
        self.file = self.session.folder / 'big.bin'
        self.checksum = make_file(self.file, N_PARTS * PART - 12345)
        # What the server had taken and the journal had kept after the last kill.
        self.arrived = self.kept = 0

    def start_until(self, n_parts, *command):
        """Starts the upload, or goes on with it, until it has just so many parts: the others are held on their way."""
        self.proxy.hold_parts(*range(n_parts + 1, N_PARTS + 1))
        process = self.ctl.start('ctl', *(command or ('upload', self.file)))
        wait_for(lambda: self.backend.count_taken() == self.arrived + n_parts - self.kept, f'{n_parts} parts to arrive')
        self.proxy.wait_until_held()
        return process

    def unfinished(self):
        run = self.ctl.run('list', '--json', target=False)
        return [json.loads(line) for line in run.stdout.splitlines()]

    def resume(self):
        run = self.ctl.run('resume', '--all')
        self.assertEqual(run.returncode, 0, run.stderr)

    def assert_whole(self):
        (path,) = self.backend.objects().values()
        self.assertEqual(sha256_of(path), self.checksum)
        self.assertEqual(self.backend.call('GET', '/uploads')[1]['uploads'], [])
        self.assertEqual(self.unfinished(), [])

    def kill(self, process):
        """Kills a program; returns how many parts its journal has."""
        arrived = self.backend.count_taken()
        self.session.stop(process, signal.SIGKILL)
        # What is held has lost its client.
        self.proxy.let_go()
        self.backend.wait_until_left()
        (upload,) = self.unfinished()
        kept = -(-upload['sent'] // PART)
        # All of this run's but those whose answer was still on its way.
        self.assertGreaterEqual(kept - self.kept, arrived - self.arrived - IN_FLIGHT)
        self.arrived, self.kept = self.backend.count_taken(), kept
        return kept

    def kill_after(self, n_parts):
        kept = self.kill(self.start_until(n_parts))
        arrived = self.backend.count_taken()
        self.resume()
        self.assert_whole()
        self.assertEqual(self.backend.count_taken() - arrived, N_PARTS - kept)

    def test_killed_at_the_beginning(self):
        self.kill_after(0)

    def test_killed_in_the_middle(self):
        self.kill_after(5)

    def test_killed_before_the_last_part(self):
        self.kill_after(N_PARTS - 1)

    def test_killed_again_and_again(self):
        process = self.start_until(2)
        for n_parts in (7, 12):
            self.kill(process)
            process = self.start_until(n_parts, 'resume', '--all', '--json')
        kept = self.kill(process)
        arrived = self.backend.count_taken()
        self.resume()
        self.assert_whole()
        self.assertEqual(self.backend.count_taken() - arrived, N_PARTS - kept)

    def test_killed_backend(self):
        process = self.start_until(3)
        self.backend.stop(signal.SIGKILL)
        self.backend.start()
        self.proxy.let_go()
        self.assertEqual(process.wait(120), 0, self.session.read_log('ctl'))
        self.assert_whole()

    def test_both_killed(self):
        process = self.start_until(3)
        self.session.stop(process, signal.SIGKILL)
        self.backend.stop(signal.SIGKILL)
        self.proxy.let_go()
        self.backend.start()
        self.resume()
        self.assert_whole()

    def test_file_changed_meanwhile(self):
        # Far enough for some parts to be in the journal.
        self.kill(self.start_until(2 * IN_FLIGHT))
        with open(self.file, 'r+b') as file:
            file.write(b'another beginning')
        run = self.ctl.run('resume', '--all')
        self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
        self.assertIn('big.bin', run.stderr)
        self.assertEqual(self.backend.objects(), {})

        # Its owner says that the new one is meant.
        run = self.ctl.run('retry', '--all')
        self.assertEqual(run.returncode, 0, run.stderr)
        (path,) = self.backend.objects().values()
        self.assertEqual(sha256_of(path), sha256_of(self.file))

    def finished(self):
        return len(self.ctl.run('history', '--json', target=False).stdout.splitlines())

    def test_killed_while_looking_through_a_folder(self):
        """What was not found yet is found at the next start, and all arrives once."""
        photos = self.session.folder / 'photos'
        for name in [f'a/{number}' for number in range(20)] + [f'b/{number}' for number in range(20)]:
            path = photos / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(name)
        held = folder_held(photos / 'b', self.session.folder / 'gate')
        process = self.ctl.start('ctl', 'upload', photos, env=held)
        # The rest of the first folder is handed over with what comes after it.
        wait_for(lambda: self.finished() == 16, 'the first files to be delivered')
        self.session.stop(process, signal.SIGKILL)
        self.backend.wait_until_left()

        (folder,) = self.unfinished()
        self.assertEqual((folder['name'], folder['state'], folder['folder'], folder['found']),
                         ('photos', 'paused', True, 16))
        self.resume()
        self.assertEqual(self.unfinished(), [])
        self.assertEqual(self.finished(), 40)
        self.assertEqual(len(self.proxy.requests('PutObject')), 40)
        self.assertEqual({key: path.read_text() for key, path in self.backend.objects().items()},
                         {f'photos/{name}/{number}': f'{name}/{number}' for name in 'ab' for number in range(20)})


tap.main()
