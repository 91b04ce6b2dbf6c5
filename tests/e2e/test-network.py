#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""hoistctl between NetworkManager and logind: a network that goes, wants a person to sign in, or costs, and
a computer that is suspended. What waits says why, and goes on when that is over."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from faults import ProxiedBackend
from hoist import MIB, Ctl, make_file, parse_events, sha256_of
from session import Session, wait_for
from sysbus import SystemBus

SIZE = 40 * MIB  # five parts
N_PARTS = 5
HELD = ''.join(f'[held-{part}]\noperation=UploadPart\npart={part}\naction=hold\n' for part in (3, 4, 5))
# No way out. The destination is asked for a sign of life meanwhile, and must not give any.
GONE = '[gone]\noperation=*\naction=cut-request\nhow=rst\n'
# Back, but for what is asked for a sign of life: so it was the system that said so.
SIGNLESS = '[signless]\noperation=root\naction=cut-request\nhow=rst\n'


class Network(unittest.TestCase):
    def setUp(self):
        self.session = self.enterContext(Session())
        self.system = SystemBus(self.session)
        self.session.env['HOIST_HOLD_LOOPBACK'] = '1'
        self.backend = ProxiedBackend(self.session)
        self.proxy = self.backend.proxy
        self.ctl = Ctl(self.session, self.backend, 'lab')
        self.file = self.session.folder / 'big.bin'
        self.checksum = make_file(self.file, SIZE)

    def start_to_send(self, *options):
        """Starts an upload; the part after the first two is held on its way."""
        self.proxy.set_script(HELD)
        self.process = self.ctl.start('ctl', 'upload', '--parallel', '1', *options, self.file)
        self.proxy.wait_until_held()
        wait_for(lambda: len(self.parts()) == 2, 'two parts to arrive')

    def parts(self):
        """The parts that the storage took."""
        return [request['part'] for request in self.proxy.requests('UploadPart') if request['server_status'] == 200]

    def upload(self):
        (upload,) = parse_events(self.ctl.run('list', '--json', target=False).stdout)
        return upload

    def wait_for_hold(self, hold, words):
        wait_for(lambda: self.upload().get('hold') == hold, f'the list to say {hold}')
        self.assertIn(words, self.upload()['why'])
        self.assertIn(words, self.ctl.run('list', target=False).stdout)

    def assert_delivered(self):
        self.assertEqual(self.process.wait(60), 0, self.session.read_log('ctl'))
        (path,) = self.backend.objects().values()
        self.assertEqual(sha256_of(path), self.checksum)
        self.assertEqual(sorted(self.parts()), list(range(1, N_PARTS + 1)))

    def check_network(self, name, words):
        self.start_to_send()
        self.system.set_network(name)
        # What is on its way may arrive: a short loss breaks no connection. Nothing is begun after it.
        self.proxy.set_script(GONE)
        self.proxy.say('release')
        self.wait_for_hold(name, words)
        wait_for(lambda: len(self.parts()) == 3, 'what was on its way')
        self.assertEqual(self.backend.objects(), {})
        self.proxy.set_script(SIGNLESS)
        self.system.set_network('online')
        self.assert_delivered()

    def test_network_goes_and_comes(self):
        self.check_network('offline', 'No network. Goes on when it is back.')

    def test_portal(self):
        self.check_network('portal', 'The network wants you to sign in. Goes on after that.')

    def test_no_way_to_the_internet(self):
        self.check_network('limited', 'does not reach the internet')

    def test_connection_breaks_with_the_network(self):
        self.start_to_send()
        self.system.set_network('offline')
        self.proxy.set_script(GONE)
        self.proxy.say('cut')
        self.wait_for_hold('offline', 'No network')
        self.assertEqual(len(self.parts()), 2)
        self.proxy.set_script(SIGNLESS)
        self.system.set_network('online')
        self.assert_delivered()

    def test_metered(self):
        self.start_to_send()
        self.system.set_network('metered')
        self.wait_for_hold('metered', 'This network is metered')
        wait_for(lambda: self.proxy.say('held') == '0', 'what travels to be stopped')
        self.proxy.set_script('')
        self.assertEqual(self.backend.objects(), {})
        # «Upload anyway»
        run = self.session.run(
            ['gdbus', 'call', '--session', '-d', 'io.github.hoist.Hoist.Uploads', '-o', '/io/github/hoist/Hoist/Uploads',
             '-m', 'io.github.hoist.Hoist.Uploads1.SetMetered', '1'])
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(self.process.wait(60), 0, self.session.read_log('ctl'))

    def test_sleep(self):
        self.start_to_send()
        wait_for(lambda: "'sleep', 'Hoist'" in self.system.inhibitors(), 'a suspend to be held up')
        self.assertIn("'delay'", self.system.inhibitors())
        self.system.sleep(True)
        wait_for(lambda: not self.system.inhibitors(), 'the computer to be let go')
        self.wait_for_hold('asleep', 'going to sleep')
        wait_for(lambda: self.proxy.say('held') == '0', 'what travels to be stopped')
        self.proxy.set_script('')
        self.assertEqual(len(self.parts()), 2)
        self.system.sleep(False)
        self.assert_delivered()

    def test_system_bus_goes(self):
        self.start_to_send()
        (bus,) = [process for process in self.session.processes if process.name == 'system-bus']
        self.session.stop(bus)
        self.proxy.set_script('')
        self.proxy.say('release')
        self.assert_delivered()


tap.main()
