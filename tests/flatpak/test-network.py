#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network as the sandbox is told of it: NetworkManager, the NetworkMonitor portal, GLib. Uploads wait, say why, and go
on; and where nobody tells, they go all the same."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from flatpak_session import APP, wait_for
from flatpak_window import SandboxTestCase, in_login, main

import a11y
from hoist import MIB

# The server is on this very machine, for which no network is needed otherwise.
OPTIONS = ('--env=HOIST_HOLD_LOOPBACK=1',)
OFFLINE = 'No network. Goes on when it is back.'
METERED = 'This network is metered. Goes on over another one, or when you allow it.'


class NetworkTestCase(SandboxTestCase):
    def begin(self, size=20 * MIB, **options):
        self.serve()
        self.add_destination()
        self.expected = {'film.bin': self.make('film.bin', size)}
        window = self.open(options=OPTIONS, **options)
        window.drop(self.path('film.bin'))
        return window

    def has_banner(self):
        return bool(a11y.find_all(self.window.root, 'push button', 'Upload Anyway'))


class NetworkTests(NetworkTestCase):
    @in_login(system=True)
    def test_offline_and_back(self):
        self.session.system.set_network('offline')
        window = self.begin()
        window.wait_for_row('film.bin', OFFLINE)
        self.assertEqual(self.arrived(), {})
        self.session.system.set_network('online')
        window.wait_for_row('film.bin', 'Uploaded')
        self.wait_for_objects(self.expected)

    @in_login(system=True)
    def test_goes_while_bytes_move(self):
        window = self.begin(bytes_per_s=100_000)
        wait_for(lambda: any(' of 21.0' in text for text in window.row_says('film.bin')), 'bytes to move')
        self.session.system.set_network('offline')
        # The server is on this machine: else it would give a sign of life, which counts for more.
        self.backend.stop()
        window.wait_for_row('film.bin', OFFLINE)
        self.backend.start()
        self.set_limit(0)
        self.session.system.set_network('online')
        window.wait_for_row('film.bin', 'Uploaded')
        self.wait_for_objects(self.expected)

    @in_login(system=True)
    def test_sign_in(self):
        """A network that shows a page of its own first."""
        self.session.system.set_network('portal')
        window = self.begin()
        window.wait_for_row('film.bin', 'The network wants you to sign in. Goes on after that.')
        self.session.system.set_network('online')
        window.wait_for_row('film.bin', 'Uploaded')

    @in_login(system=True)
    def test_metered(self):
        self.session.system.set_network('metered')
        window = self.begin()
        window.wait_for_row('film.bin', METERED)
        wait_for(self.has_banner, 'the banner')
        self.picture('flatpak-metered')
        self.assertEqual(self.arrived(), {})
        window.click('Upload Anyway')
        window.wait_for_row('film.bin', 'Uploaded')
        wait_for(lambda: not self.has_banner(), 'the banner to go')
        self.wait_for_objects(self.expected)

    @in_login(system=True)
    def test_becomes_metered_and_free(self):
        """Without another route: the portal says nothing of that by itself."""
        window = self.begin(bytes_per_s=100_000)
        wait_for(lambda: any(' of 21.0' in text for text in window.row_says('film.bin')), 'bytes to move')
        self.session.system.set_network('metered')
        window.wait_for_row('film.bin', METERED)
        self.set_limit(0)
        self.session.system.set_network('online')
        window.wait_for_row('film.bin', 'Uploaded')
        self.wait_for_objects(self.expected)

    @in_login(system=True)
    def test_another_network(self):
        self.session.system.set_network('metered')
        window = self.begin()
        window.wait_for_row('film.bin', METERED)
        self.session.system.set_network('online')
        window.wait_for_row('film.bin', 'Uploaded')
        self.wait_for_objects(self.expected)

    @in_login(system=True)
    def test_hoistctl(self):
        self.session.system.set_network('metered')
        self.serve()
        self.add_destination()
        expected = {'film.bin': self.make('film.bin', MIB)}
        process = self.session.start('ctl', ['flatpak', 'run', *OPTIONS, '--command=hoistctl', APP, 'upload',
                                             '--to', 'Work', self.path('film.bin')])
        wait_for(lambda: self.holds() == ['metered'], 'the list to say so')
        self.session.system.set_network('online')
        self.assertEqual(process.wait(60), 0, self.session.read_log('ctl'))
        self.wait_for_objects(expected)

    def holds(self):
        run = self.ctl('list', '--json', options=OPTIONS)
        return [json.loads(line).get('hold') for line in run.stdout.splitlines()]


class NobodyTellsTests(NetworkTestCase):
    @in_login(portals=False)
    def test_no_portal(self):
        window = self.begin()
        window.wait_for_row('film.bin', 'Uploaded')
        self.wait_for_objects(self.expected)
        self.assertFalse(self.has_banner())


if __name__ == '__main__':
    main()
