#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens in the sandbox: by the Secret portal, by the keyring where there is none, and what is said where
there is neither or it is locked."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from flatpak_session import APP, wait_for
from flatpak_window import SandboxTestCase, in_login, main

import pointer
from hoist import files_with
from session import KEYRING_PASSWORD

PROMPT = '^Unlock Login Keyring$'
BANNER = 'Uploads wait for the keyring'
LOCKED = 'The keyring, where tokens are kept, is locked'
NONE = 'There is no keyring to keep tokens in, or it does not answer'


# Beyond the three seconds in which a keyring has to answer.
LATE_S = 4


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

    def test_portal_that_is_late(self):
        """A portal that takes longer than a keyring may is waited for, and the token not looked for elsewhere."""
        def before():
            self.serve()
            self.session.delay_portal(LATE_S)
            run = self.add_destination()
            self.assertEqual(run.stderr, '')
            self.assertTrue(self.keyring_file.exists())

        def after():
            self.serve()
            self.session.delay_portal(LATE_S)
            self.upload('first.bin')

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


class LockedTests(SandboxTestCase):
    """The Secret portal is there, and the keyring behind it is locked: a message, never a hang."""

    def has_prompt(self):
        return pointer.is_visible(self.session, PROMPT)

    def answer_prompt(self, text, key):
        pointer.type_into(self.session, pointer.window(self.session, PROMPT), text, key)
        wait_for(lambda: not self.has_prompt(), 'the prompt to go')

    def unlock(self):
        self.answer_prompt(KEYRING_PASSWORD, 'Return')

    def open_with_file(self, before):
        """Starts Hoist with a file to upload, and the keyring as it is then."""
        self.serve()
        self.add_destination()
        before()
        self.expected = {'a.bin': self.make('a.bin', 1000)}
        # Not by a drop: the prompt takes the pointer.
        window = self.open('--to', 'Work', self.path('a.bin'))
        window.wait_for_row('a.bin', 'Waits for the keyring')
        return window

    def decline(self):
        self.answer_prompt('', 'Escape')
        self.window.wait_for_label(BANNER)
        self.window.wait_for_label(LOCKED)
        self.window.wait_for_row('a.bin', 'Waits for the keyring')
        self.assertEqual(self.arrived(), {})
        # Who said no is not asked again by itself.
        self.assertFalse(self.has_prompt())

    def assert_goes_on(self):
        self.window.wait_for_row('a.bin', 'Uploaded')
        self.wait_for_objects(self.expected)
        wait_for(lambda: not self.window.has_label(BANNER), 'the banner to go')

    @in_login()
    def test_locked_and_unlocked(self):
        self.open_with_file(self.session.lock_keyring)
        self.unlock()
        self.assert_goes_on()

    @in_login()
    def test_declined_and_asked_again(self):
        window = self.open_with_file(self.session.lock_keyring)
        self.decline()
        self.picture('flatpak-keyring')
        window.click('Try Again')
        self.unlock()
        self.assert_goes_on()

    @in_login()
    def test_declined_and_unlocked_by_another_program(self):
        self.open_with_file(self.session.lock_keyring)
        self.decline()
        self.session.start('other', ['secret-tool', 'store', '--label', 'Other', 'of', 'another'])
        self.unlock()
        self.assert_goes_on()

    @in_login()
    def test_hoistctl(self):
        """It does not wait for ever, and says what to do."""
        self.serve()
        self.add_destination()
        self.session.lock_keyring()
        self.make('a.bin', 1000)
        run = self.ctl('upload', '--to', 'Work', self.path('a.bin'), timeout=60)
        self.assertEqual(run.returncode, 1)
        self.assertIn('keyring', run.stderr)
        self.assertIn('--token-file', run.stderr)

    def test_locked_after_the_login(self):
        """As after a login without a password: the file of the sandbox cannot be read before."""
        def before():
            self.serve()
            self.add_destination()

        def after():
            self.serve()
            # A keyring of a person stays; here it begins anew, with the same password.
            self.session.lock_keyring()
            self.expected = {'a.bin': self.make('a.bin', 1000)}
            self.open('--to', 'Work', self.path('a.bin'))
            self.unlock()
            self.assert_goes_on()

        self.log_in(before)
        self.log_in(after)

    @in_login()
    def test_dies_while_it_asks(self):
        window = self.open_with_file(self.session.lock_keyring)
        pointer.window(self.session, PROMPT)
        self.session.stop_keyring()
        window.wait_for_label(BANNER)
        self.assertEqual(self.arrived(), {})
        self.session.start_keyring()
        window.click('Try Again')
        self.assert_goes_on()


if __name__ == '__main__':
    main()
