#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens in the sandbox: by the Secret portal, by the keyring where there is none, and what is said where
there is neither or it is locked."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from flatpak_session import APP
from flatpak_window import SandboxTestCase, in_login, main

from hoist import files_with


class SecretTests(SandboxTestCase):
    def setUp(self):
        super().setUp()
        self.keyring_file = self.home / '.var/app' / APP / 'data/keyrings/default.keyring'

    def upload(self, name):
        expected = {**self.arrived(), name: self.make(name, 1000)}
        run = self.ctl('upload', '--to', 'Work', self.path(name))
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(self.arrived(), expected)

    def assert_token_is_hidden(self):
        # The backend's own folder has it, of course.
        found = [path for path in files_with(self.home, self.backend.token) if 'store' not in path.parts]
        self.assertEqual(found, [])

    def test_portal(self):
        """The token is in a file of the sandbox, encrypted, and is found again in the next login."""
        def before():
            self.serve()
            run = self.add_destination()
            self.assertEqual(run.stderr, '')
            self.assertTrue(self.keyring_file.exists())
            self.assert_token_is_hidden()
            self.upload('first.bin')

        def after():
            self.serve()
            self.upload('second.bin')
            removed = self.ctl('destination', 'remove', 'Work')
            self.assertEqual(removed.returncode, 0, removed.stderr)

        self.log_in(before)
        self.log_in(after)

    def test_no_portal(self):
        """Desktops without a Secret portal: the permission to talk to the keyring."""
        def before():
            self.serve()
            run = self.add_destination()
            self.assertEqual(run.stderr, '')
            self.assertFalse(self.keyring_file.exists())
            self.assert_token_is_hidden()

        def after():
            self.serve()
            self.upload('first.bin')

        self.log_in(before, desktop='X-Other')
        self.log_in(after, desktop='X-Other')

    @in_login(keyring=None, desktop='X-Other')
    def test_neither(self):
        self.serve()
        run = self.add_destination()
        self.assertIn('There is no keyring, or it is locked, so the token is not stored', run.stderr)
        self.assertFalse(self.keyring_file.exists())
        window = self.open()
        window.wait_for_label('Drop Files or Folders Here')

    @in_login(keyring=None, portals=False)
    def test_no_portals_at_all(self):
        self.serve()
        run = self.add_destination()
        self.assertIn('so the token is not stored', run.stderr)
        expected = {'a.bin': self.make('a.bin', 1000)}
        run = self.session.run(
            ['flatpak', 'run', '--command=hoistctl', APP, 'upload', '--to', 'Work', '--token-file', '-',
             self.path('a.bin')], input=self.backend.token, stdin=None)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(self.arrived(), expected)


if __name__ == '__main__':
    main()
