#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for power in the sandbox, where there is neither UPower nor logind: the battery by what the kernel says of
it, power saver mode by the portal."""

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from flatpak_window import SandboxTestCase, in_login, main

import sysbus
from hoist import MIB
from session import wait_for

SUPPLIES = Path('/sys/class/power_supply')
LOW = 'The battery is low.'
SAVES = 'The computer saves power.'


class PowerTests(SandboxTestCase):
    def tearDown(self):
        # Of this test's mount namespace alone.
        subprocess.run(['umount', SUPPLIES], capture_output=True, check=False)
        super().tearDown()

    def make_battery(self, percent):
        """The computer has a battery from now on, and runs on it."""
        subprocess.run(['mount', '-t', 'tmpfs', 'tmpfs', SUPPLIES], check=True)
        self.tell(BAT0={'type': 'Battery', 'present': 1, 'capacity': percent, 'status': 'Discharging'},
                  AC={'type': 'Mains', 'online': 0})

    def tell(self, **supplies):
        for supply, values in supplies.items():
            (SUPPLIES / supply).mkdir(exist_ok=True)
            for name, value in values.items():
                (SUPPLIES / supply / name).write_text(f'{value}\n')

    def start(self, **options):
        self.serve()
        self.expected = {'a.bin': self.make('a.bin', MIB)}
        self.add_destination()
        # The backend is on this very machine, which needs no power otherwise.
        window = self.open(options=('--env=HOIST_HOLD_LOOPBACK=1',), **options)
        window.drop(self.path('a.bin'))
        return window

    @in_login()
    def test_low_battery(self):
        self.make_battery(percent=12)
        window = self.start()
        window.wait_for_row('a.bin', LOW)
        self.picture('flatpak-battery')
        self.assertEqual(self.arrived(), {})
        self.tell(AC={'online': 1})
        self.wait_for_objects(self.expected)

    @in_login()
    def test_upload_anyway(self):
        self.make_battery(percent=3)
        window = self.start()
        window.wait_for_row('a.bin', LOW)
        window.click('Upload Anyway')
        self.wait_for_objects(self.expected)

    @in_login()
    def test_power_saver(self):
        system = sysbus.PowerProfiles(self.session)
        system.set_profile('power-saver')
        window = self.start(settings={'wait-in-power-saver': 'true'})
        window.wait_for_row('a.bin', SAVES)
        self.assertEqual(self.arrived(), {})
        system.set_profile('balanced')
        self.wait_for_objects(self.expected)


if __name__ == '__main__':
    main()
