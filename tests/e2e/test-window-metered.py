#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window on a network that costs by the byte."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import a11y
import tap
from hoist import MIB
from session import wait_for
from sysbus import SystemBus
from window import WindowTestCase

WHY = 'This network is metered. Goes on over another one, or when you allow it.'


class Metered(WindowTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.system = SystemBus(cls.session)

    def setUp(self):
        super().setUp()
        self.system.set_network('metered')

    def open_on_it(self, settings=''):
        # The backend is on this very machine, for which no network is needed otherwise.
        return self.open_with_destination(settings=settings, env={'HOIST_HOLD_LOOPBACK': '1'})

    def wait_for_banner(self, there):
        wait_for(lambda: bool(a11y.find_all(self.window.root, 'push button', 'Upload Anyway')) == there,
                 f'the banner to be {"there" if there else "gone"}')

    def test_upload_anyway(self):
        window = self.open_on_it()
        expected = self.make_files({'Interview.mov': 10 * MIB})
        self.drop(expected)
        window.wait_for_row('Interview.mov', WHY)
        self.wait_for_banner(True)
        window.picture('metered')
        window.click('Upload Anyway')
        window.wait_for_row('Interview.mov', 'Uploaded')
        self.wait_for_banner(False)
        self.assert_arrived(expected)

    def test_another_network(self):
        window = self.open_on_it()
        expected = self.make_files({'Interview.mov': 10 * MIB})
        self.drop(expected)
        window.wait_for_row('Interview.mov', WHY)
        self.system.set_network('online')
        window.wait_for_row('Interview.mov', 'Uploaded')
        self.wait_for_banner(False)
        self.assert_arrived(expected)

    def test_always(self):
        window = self.open_on_it(settings='use-metered=true\n')
        expected = self.make_files({'Interview.mov': 10 * MIB})
        self.drop(expected)
        window.wait_for_row('Interview.mov', 'Uploaded')
        self.assert_arrived(expected)


tap.main()
