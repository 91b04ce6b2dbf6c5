#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What other runs left on the server, in the window: said at the start, gone on with, cleared."""

import shutil
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import a11y
import tap
from faults import ProxiedBackend
from hoist import MIB, make_file
from session import wait_for
from window import WindowTestCase

N_PARTS = 8
TITLE = 'Unfinished on the Server'


class Leftovers(WindowTestCase):
    backend_class = ProxiedBackend

    def unfinished_on_server(self):
        return self.backend.call('GET', '/uploads')[1]['uploads']

    def leave_some(self):
        """Some of a file is sent from here, and then the list of uploads is lost."""
        self.checksum = make_file(self.home / 'files' / 'Holiday.mkv', N_PARTS * 8 * MIB)
        self.backend.proxy.hold_parts(*range(4, N_PARTS + 1))
        process = self.ctl.start('ctl', 'upload', self.home / 'files' / 'Holiday.mkv')
        wait_for(lambda: self.backend.count_taken() == 3, 'parts to arrive')
        self.session.stop(process, signal.SIGKILL)
        self.backend.proxy.let_go()
        self.backend.wait_until_left()
        shutil.rmtree(Path(self.session.env['XDG_STATE_HOME'], 'hoist'))

    def open_with_leftovers(self):
        window = self.open_with_destination(self.leave_some)
        window.wait_for_label('Unfinished uploads hold')
        return window

    def test_dropped_again(self):
        window = self.open_with_leftovers()
        window.picture('leftovers-banner')
        self.drop(['Holiday.mkv'])
        window.wait_for_row('Holiday.mkv', 'Uploaded')
        self.assert_arrived({'Holiday.mkv': self.checksum})
        # Those that were there did not travel again.
        self.assertEqual(self.backend.count_taken(), N_PARTS)
        self.assertEqual(self.unfinished_on_server(), [])

    def test_clear(self):
        window = self.open_with_leftovers()
        window.click('Continue…')
        dialog = window.find('frame', TITLE)
        wait_for(lambda: a11y.find_all(dialog, 'push button', 'Clear “Holiday.mkv”'), 'the leftover to be listed')
        window.picture('leftovers')
        a11y.click(a11y.find(dialog, 'push button', 'Clear “Holiday.mkv”'))
        window.wait_for_label('What the server has of it is deleted')
        window.picture('leftovers-clear')
        a11y.click(window.find('push button', 'Clear'))
        wait_for(lambda: not self.unfinished_on_server(), 'the server to be cleared')
        window.wait_for_label('Nothing Unfinished')
        window.picture('leftovers-empty')


if __name__ == '__main__':
    tap.main()
