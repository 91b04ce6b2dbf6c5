#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""hoistctl with a keyring in every state it can be in: a message, never a hang, never a token on the disk."""

import signal
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from hoist import HOISTCTL, Backend, files_with, make_file
from session import Session

LOCKED = 'The keyring, where tokens are kept, is locked'
NONE = 'There is no keyring to keep tokens in, or it does not answer'


class Hoistctl(unittest.TestCase):
    def open(self, keyring):
        self.session = self.enterContext(Session(keyring=keyring))
        self.home = Path(self.session.env['HOME'])
        self.backend = Backend(self.session)
        self.file = self.home / 'a.bin'
        make_file(self.file, 100)

    def add(self, name='Work', **options):
        return self.session.run(
            [HOISTCTL, 'destination', 'add', name, self.backend.url, '--token-file', '-'],
            input=self.backend.token + '\n', stdin=None, **options)

    def upload(self, *options):
        return self.session.run([HOISTCTL, 'upload', '--to', 'Work', *options, self.file])

    def test_unlocked(self):
        self.open('unlocked')
        run = self.add()
        self.assertEqual((run.returncode, run.stderr), (0, ''))
        run = self.session.run([HOISTCTL, 'destination', 'test', 'Work'])
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(self.upload().returncode, 0)
        self.assertEqual(list(self.backend.objects()), ['a.bin'])
        self.assertEqual(files_with(self.home, self.backend.token), [])
        self.assertNotIn(self.backend.token, self.session.run([HOISTCTL, 'destination', 'list']).stdout)

        run = self.session.run([HOISTCTL, 'destination', 'remove', 'Work'])
        self.assertEqual(run.returncode, 0, run.stderr)
        found = self.session.run(['secret-tool', 'search', '--all', 'application', 'io.github.hoist.Hoist'])
        self.assertNotIn('[', found.stdout)

    def test_locked(self):
        self.open('unlocked')
        self.add()
        self.session.lock_keyring()
        run = self.upload()
        self.assertEqual(run.returncode, 1)
        self.assertIn('keyring', run.stderr)
        self.assertIn('--token-file', run.stderr)
        run = self.session.run([HOISTCTL, 'destination', 'test', 'Work'])
        self.assertEqual(run.returncode, 1)
        self.assertIn('keyring', run.stderr)
        self.assertEqual(self.upload('--token-file', self.backend.token_file).returncode, 0)

    def assert_needs_token(self, says):
        """Each command says why it has no token; what was given one works."""
        run = self.upload()
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertIn(says, run.stderr)
        self.assertIn('--token-file', run.stderr)
        run = self.session.run([HOISTCTL, 'destination', 'test', 'Work'])
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertIn(says, run.stderr)
        self.assertEqual(self.upload('--token-file', self.backend.token_file).returncode, 0)
        run = self.add(name='Home')
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn('--token-file', run.stderr)
        # Its token was never stored, so nothing of it can be left; without an answer nobody knows.
        run = self.session.run([HOISTCTL, 'destination', 'remove', 'Home'])
        self.assertEqual(says in run.stderr, says == NONE, run.stderr)
        self.assertEqual(files_with(self.home, self.backend.token), [])

    def test_never_unlocked_since_login(self):
        self.open('unlocked')
        self.add()
        self.session.stop_keyring()
        self.session.start_keyring(unlocked=False)
        self.assert_needs_token(LOCKED)
        self.session.stop_keyring()
        self.session.start_keyring()
        self.assertEqual(self.upload().returncode, 0)

    def test_hangs_and_then_answers(self):
        self.open('unlocked')
        self.add()
        self.session.keyring_process.send_signal(signal.SIGSTOP)
        self.assert_needs_token(NONE)
        self.session.keyring_process.send_signal(signal.SIGCONT)
        self.assertEqual(self.upload().returncode, 0)

    def test_gone_and_then_there(self):
        self.open('unlocked')
        self.add()
        self.session.stop_keyring()
        self.assert_needs_token(NONE)
        self.session.start_keyring()
        self.assertEqual(self.upload().returncode, 0)

    def test_none(self):
        self.open(None)
        run = self.add()
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn('--token-file', run.stderr)
        self.assertEqual(files_with(self.home, self.backend.token), [])
        run = self.upload()
        self.assertEqual(run.returncode, 1)
        self.assertIn('--token-file', run.stderr)
        self.assertEqual(self.upload('--token-file', self.backend.token_file).returncode, 0)
        self.assertEqual(files_with(self.home, self.backend.token), [])


tap.main()
