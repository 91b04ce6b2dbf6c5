#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window with a keyring in every state it can be in: a message, never a hang, and on it goes once the token is there."""

import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import pointer
import tap
from hoist import HOISTCTL, Ctl
from session import KEYRING_PASSWORD, wait_for
from window import WindowTestCase

PROMPT = '^Unlock Login Keyring$'
BANNER = 'Uploads wait for the keyring'
LOCKED = 'The keyring, where tokens are kept, is locked'
NONE = 'There is no keyring to keep tokens in, or it does not answer'


class Keyring(WindowTestCase):
    def setUp(self):
        super().setUp()
        if self.session.keyring_process.poll() is not None:
            self.session.start_keyring()
        self.expected = self.make_files({'a.bin': 1000})

    def tearDown(self):
        super().tearDown()
        # The next one begins with a keyring that is unlocked.
        self.session.stop_keyring()
        wait_for(lambda: not pointer.is_visible(self.session, PROMPT), 'the prompt of a keyring that is gone to go')

    def answer_prompt(self, text, key):
        pointer.type_into(self.session, pointer.window(self.session, PROMPT), text, key)
        wait_for(lambda: not pointer.is_visible(self.session, PROMPT), 'the prompt to go')

    def unlock(self):
        self.answer_prompt(KEYRING_PASSWORD, 'Return')

    def decline(self):
        self.answer_prompt('', 'Escape')

    def open_with_file(self, before):
        """Starts Hoist with a file to upload, and the keyring as it is then. The window is there, whatever that does."""
        self.ctl = Ctl(self.session, self.backend, 'Work')
        before()
        window = self.open('--to', 'Work', self.home / 'files/a.bin')
        window.row('a.bin')

    def assert_waits(self, why):
        self.window.wait_for_label(BANNER)
        self.window.wait_for_label(why)
        self.window.wait_for_row('a.bin', 'Waits for the keyring')
        self.assertEqual(self.backend.objects(), {})

    def assert_goes_on(self):
        self.window.wait_for_row('a.bin', 'Uploaded')
        self.assert_arrived(self.expected)
        wait_for(lambda: not self.window.has_label(BANNER), 'the banner to go')

    def test_locked_and_unlocked(self):
        self.open_with_file(self.session.lock_keyring)
        self.unlock()
        self.assert_goes_on()

    def test_declined_and_unlocked_by_another_program(self):
        self.open_with_file(self.session.lock_keyring)
        self.decline()
        self.assert_waits(LOCKED)
        self.window.picture('keyring-locked')
        self.session.start('other', ['secret-tool', 'lookup', 'application', 'io.github.hoist.Hoist'])
        self.unlock()
        self.assert_goes_on()

    def test_declined_and_asked_again(self):
        self.open_with_file(self.session.lock_keyring)
        self.decline()
        self.assert_waits(LOCKED)
        self.window.click('Try Again')
        self.unlock()
        self.assert_goes_on()

    def test_declined_once_for_all_destinations(self):
        def before():
            for name in ('Home', 'Studio'):
                run = self.session.run([HOISTCTL, 'destination', 'add', '--token-file', self.backend.token_file,
                                        name, self.backend.url])
                self.assertEqual(run.returncode, 0, run.stderr)
            self.session.lock_keyring()
        self.open_with_file(before)
        self.decline()
        self.assert_waits(LOCKED)
        self.assertFalse(pointer.is_visible(self.session, PROMPT))

    def test_declined_and_next_start(self):
        self.open_with_file(self.session.lock_keyring)
        self.decline()
        self.assert_waits(LOCKED)
        self.window.kill()

        window = self.open()
        # The window is there, and is not held up by the question.
        window.wait_for_row('a.bin', 'Not finished last time')
        self.unlock()
        window.click('Continue')
        self.assert_goes_on()

    def test_never_unlocked_since_login(self):
        def before():
            self.session.stop_keyring()
            self.session.start_keyring(unlocked=False)
        self.open_with_file(before)
        self.unlock()
        self.assert_goes_on()

    def test_dies_while_it_asks(self):
        self.open_with_file(self.session.lock_keyring)
        pointer.window(self.session, PROMPT)
        self.session.stop_keyring()
        self.assert_waits(NONE)
        self.session.start_keyring()
        self.assert_goes_on()

    def test_absent_and_then_there(self):
        self.open_with_file(self.session.stop_keyring)
        self.assert_waits(NONE)
        self.session.start_keyring()
        self.assert_goes_on()

    def test_hangs_and_then_answers(self):
        self.open_with_file(lambda: self.session.keyring_process.send_signal(signal.SIGSTOP))
        self.assert_waits(NONE)
        self.session.keyring_process.send_signal(signal.SIGCONT)
        self.assert_goes_on()


tap.main()
