#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window while the keyring is locked: it asks, and does not wait for the answer."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import pointer
import tap
from session import KEYRING_PASSWORD, wait_for
from window import WindowTestCase

PROMPT = '^Unlock Login Keyring$'


class LockedKeyring(WindowTestCase):
    def answer_prompt(self, text, key):
        pointer.type_into(self.session, pointer.window(self.session, PROMPT), text, key)
        wait_for(lambda: not self.session.run(['xdotool', 'search', '--onlyvisible', '--name', PROMPT]).stdout,
                 'the prompt to go')

    def test_declined_and_then_unlocked(self):
        expected = self.make_files({'a.bin': 1000})
        window = self.open_with_destination(before=self.session.lock_keyring)
        window.wait_for_label('They go to')
        self.answer_prompt('', 'Escape')
        window.wait_for_label('The keyring, where tokens are kept, is locked')
        window.picture('locked-keyring')
        self.drop(expected)
        window.row('a.bin')
        self.assertEqual(self.backend.objects(), {})
        window.kill()

        window = self.open()
        # The window is there, and is not held up by the question.
        window.wait_for_row('a.bin', 'Not finished last time')
        self.answer_prompt(KEYRING_PASSWORD, 'Return')
        window.click('Continue')
        window.wait_for_row('a.bin', 'Uploaded')
        self.assert_arrived(expected)


tap.main()
