#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window while the list of uploads cannot be saved, and when the process that it follows ends."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import a11y
import tap
from faults import ProxiedBackend
from hoist import MIB, FaultDisk
from session import wait_for
from window import WindowTestCase

class WindowDisk(WindowTestCase):
    backend_class = ProxiedBackend

    def test_disk_is_full_for_a_while(self):
        disk = FaultDisk(self.session)
        self.backend.proxy.hold_parts(2, 3)
        window = self.open_with_destination(env=disk.env)
        expected = self.make_files({'big.bin': 20 * MIB})
        self.drop(expected)
        self.wait_for_parts(1)
        disk.fail('pwrite', 'ENOSPC')
        self.backend.proxy.let_go()
        window.wait_for_label('Progress Cannot Be Saved')
        window.wait_for_label('The list of uploads cannot be saved: No space left on device. Free some space')
        window.picture('disk-full')
        self.assertEqual(self.backend.objects(), {})
        disk.work()
        window.wait_for_row('big.bin', 'Uploaded')
        wait_for(lambda: not window.has_label('Progress Cannot Be Saved'), 'the banner to go')
        self.assert_arrived(expected)

    def test_cannot_start_and_tries_again(self):
        disk = FaultDisk(self.session)
        disk.fail('open', 'EROFS')
        window = self.open_with_destination(env=disk.env, title='^Hoist Cannot Start$')
        window.wait_for_label('The list of uploads in')
        window.picture('cannot-start')
        disk.work()
        window.click('Try Again')
        window.wait_for_label('They go to “Work”')

    def test_takes_over_from_hoistctl(self):
        def upload():
            self.first = self.ctl.start('ctl', 'upload', self.home / 'files/big.bin')
            self.wait_for_parts(1)
        expected = self.make_files({'big.bin': 20 * MIB})
        self.backend.proxy.hold_parts(2, 3)
        window = self.open_with_destination(before=upload)
        window.row('big.bin')
        self.session.stop(self.first, 9)
        self.backend.proxy.let_go()
        window.wait_for_row('big.bin', 'Not finished last time')
        window.click('Continue')
        window.wait_for_row('big.bin', 'Uploaded')
        self.assert_arrived(expected)
        self.assertTrue(a11y.find_all(window.root, 'frame', 'Hoist'))


tap.main()
