#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""hoistctl between UPower, power-profiles-daemon and logind: it waits for power as the settings say, and keeps the
computer awake while bytes move, and then only."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from hoist import BUILD_ROOT, MIB, Backend, Ctl, make_file, parse_events, sha256_of
from session import Session, wait_for
from sysbus import SystemBus

LOW = 'The battery is low.'
SAVES = 'The computer saves power.'


class Power(unittest.TestCase):
    def setUp(self):
        self.session = self.enterContext(Session())
        self.system = SystemBus(self.session)
        self.system.start_power()
        # The backend is on this very machine, which needs neither a network nor power otherwise.
        self.session.env.update(HOIST_HOLD_LOOPBACK='1', GSETTINGS_BACKEND='keyfile',
                                GSETTINGS_SCHEMA_DIR=str(BUILD_ROOT / 'data'))
        self.backend = Backend(self.session)
        self.ctl = Ctl(self.session, self.backend, 'lab')
        self.file = self.session.folder / 'big.bin'
        self.checksum = make_file(self.file, 24 * MIB)

    def set(self, **settings):
        """Settings as the window makes them."""
        keyfile = Path(self.session.env['XDG_CONFIG_HOME'], 'glib-2.0/settings/keyfile')
        keyfile.parent.mkdir(parents=True, exist_ok=True)
        lines = [f'{name.replace("_", "-")}={value}\n' for name, value in settings.items()]
        keyfile.write_text('[io/github/hoist/Hoist]\n' + ''.join(lines))

    def start(self, *options):
        self.process = self.ctl.start('ctl', 'upload', *options, self.file)

    def start_slowly(self, *options):
        self.start('--limit', '1M', *options)
        wait_for(lambda: self.upload().get('sent', 0) > 0, 'bytes to move')

    def upload(self):
        uploads = parse_events(self.ctl.run('list', '--json', target=False).stdout)
        return uploads[0] if uploads else {}

    def wait_for_hold(self, hold, words):
        wait_for(lambda: self.upload().get('hold') == hold, f'the list to say {hold}')
        self.assertIn(words, self.upload()['why'])
        self.assertIn(words, self.ctl.run('list', target=False).stdout)
        self.assertEqual(self.backend.objects(), {})

    def call(self, method, *arguments):
        run = self.session.run(
            ['gdbus', 'call', '--session', '-d', 'io.github.hoist.Hoist.Uploads', '-o', '/io/github/hoist/Hoist/Uploads',
             '-m', f'io.github.hoist.Hoist.Uploads1.{method}', *arguments])
        self.assertEqual(run.returncode, 0, run.stderr)

    def assert_delivered(self):
        self.assertEqual(self.process.wait(60), 0, self.session.read_log('ctl'))
        (path,) = self.backend.objects().values()
        self.assertEqual(sha256_of(path), self.checksum)

    def test_low_battery(self):
        self.start_slowly()
        self.system.set_battery(12)
        self.wait_for_hold('battery', LOW)
        # It is still low, and nobody said anything.
        self.system.set_battery(21)
        self.wait_for_hold('battery', LOW)
        self.system.set_battery(None)
        wait_for(lambda: self.upload().get('hold') is None, 'it to go on')
        self.call('SetLimits', '0', '0', '@a{sv} {}')
        self.assert_delivered()

    def test_upload_anyway(self):
        self.system.set_battery(12)
        self.start()
        self.wait_for_hold('battery', LOW)
        self.call('SetPower', '1')
        self.assert_delivered()

    def test_option(self):
        self.system.set_battery(3)
        self.start('--low-power')
        self.assert_delivered()

    def test_settings_allow_it(self):
        self.set(wait_on_low_battery='false', use_metered='true')
        self.system.set_battery(3)
        self.system.set_network('metered')
        self.system.set_profile('power-saver')
        self.start()
        self.assert_delivered()

    def test_another_percentage(self):
        self.set(low_battery_percent='uint32 60')
        self.system.set_battery(50)
        self.start()
        self.wait_for_hold('battery', LOW)
        self.system.set_battery(70)
        self.assert_delivered()

    def test_power_saver(self):
        self.set(wait_in_power_saver='true')
        self.system.set_profile('power-saver')
        self.start()
        self.wait_for_hold('power-saver', SAVES)
        self.system.set_profile('balanced')
        self.assert_delivered()

    def test_setting_is_changed_meanwhile(self):
        self.system.set_network('metered')
        self.start()
        self.wait_for_hold('metered', 'This network is metered')
        self.set(use_metered='true')
        self.assert_delivered()

    def awake(self):
        """Whether the computer is kept from sleeping, not only for a moment."""
        return "'block'" in self.system.inhibitors()

    def test_kept_awake_while_bytes_move(self):
        self.start_slowly()
        wait_for(self.awake, 'the computer to be kept awake')
        self.assertIn("'Uploading files'", self.system.inhibitors())
        self.system.set_network('metered')
        self.wait_for_hold('metered', 'This network is metered')
        wait_for(lambda: not self.awake(), 'the computer to be let go')
        self.system.set_network('online')
        wait_for(self.awake, 'the computer to be kept awake again')
        self.system.set_battery(12)
        self.wait_for_hold('battery', LOW)
        wait_for(lambda: not self.awake(), 'the computer to be let go')
        self.system.set_battery(None)
        self.call('SetLimits', '0', '0', '@a{sv} {}')
        self.assert_delivered()
        wait_for(lambda: not self.awake(), 'the computer to be let go')


tap.main()
