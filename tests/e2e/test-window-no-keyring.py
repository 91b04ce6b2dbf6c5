#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window where there is no keyring: tokens are for one run, and never on the disk."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import a11y
import pointer
import tap
from hoist import files_with
from window import WindowTestCase


class NoKeyring(WindowTestCase):
    keyring = None

    def enter_token(self):
        pointer.press_key(self.session, 'F10')
        a11y.click(self.window.find('menu item', 'Destinations'))
        a11y.click(a11y.find(self.window.find('frame', 'Destinations'), 'push button', 'Edit'))
        a11y.set_text(self.window.find('text', 'New Token (empty: keep the stored one)'), self.backend.token)
        self.window.click('Save')

    def test_for_this_run_only(self):
        window = self.open()
        dialog = window.add_destination('Work', self.backend.url, self.backend.token)
        a11y.click(a11y.find(dialog, 'push button', 'Test Connection'))
        window.wait_for_label('It is a Hoist backend. Connected')
        a11y.click(a11y.find(dialog, 'push button', 'Add'))
        window.wait_for_label('The token is kept for this run only')
        window.picture('no-keyring')
        expected = self.make_files({'a.bin': 1000})
        self.drop(expected)
        window.wait_for_row('a.bin', 'Uploaded')
        self.assert_arrived(expected)
        self.assertEqual(files_with(self.home, self.backend.token), [])

        # The next run has no token, says so, sends nothing, and goes on with the token that is entered.
        window.kill()
        window = self.open()
        window.wait_for_label('There is no keyring')
        expected |= self.make_files({'b.bin': 1000})
        self.drop(['b.bin'])
        window.wait_for_row('b.bin', 'Waits for the keyring')
        self.enter_token()
        window.wait_for_row('b.bin', 'Uploaded')
        self.assert_arrived(expected)
        self.assertEqual(files_with(self.home, self.backend.token), [])


tap.main()
