#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox as a person uses it from outside: all of the window by AT-SPI, and hoistctl beside it."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from flatpak_session import APP, DOCUMENTS, wait_for
from flatpak_window import SandboxTestCase, in_login, main

import a11y
import pointer
from hoist import MIB

SLOW = 100_000
# Its place in the main menu, from the end.
DESTINATIONS = -6


class WindowTests(SandboxTestCase):
    @in_login()
    def test_from_the_first_start_to_the_end(self):
        """Adds a destination, drops, pauses, resumes, removes: by what a screen reader has, and nothing else."""
        self.serve()
        expected = {'film.bin': self.make('film.bin', 24 * MIB)}
        window = self.open(bytes_per_s=SLOW)
        window.add_destination('Work', self.backend.url, self.backend.token)
        window.wait_for_label('Drop')
        window.drop(self.path('film.bin'))
        wait_for(lambda: any(' of 25.2' in text for text in window.row_says('film.bin')), 'bytes to move')
        window.click_in_row('film.bin', 'Pause')
        window.wait_for_row('film.bin', 'Paused')
        self.assertEqual(self.arrived(), {})
        window.click_in_row('film.bin', 'Resume')
        wait_for(lambda: a11y.find_all(window.row('film.bin'), 'push button', 'Pause'), 'it to go on')
        self.set_limit(0)
        window.wait_for_row('film.bin', 'Uploaded')
        self.wait_for_objects(expected)
        window.click_in_row('film.bin', 'Remove from List')
        wait_for(lambda: not window.row_says('film.bin'), 'the row to go')
        # Of the list, not of the storage, nor of the disk.
        self.assertEqual(self.arrived(), expected)
        self.assertTrue(self.path('film.bin').exists())
        pointer.press_key(self.session, 'F10')
        window.choose(DESTINATIONS)
        a11y.click(a11y.find(window.find('frame', 'Destinations'), 'push button', 'Remove'))
        window.answer('Remove “Work”?', 'Remove')
        wait_for(lambda: 'Work' not in self.ctl('destination', 'list').stdout, 'the destination to go')


class HoistctlTests(SandboxTestCase):
    def list(self, *options):
        run = self.ctl('list', '--json', options=options)
        self.assertEqual(run.returncode, 0, run.stderr)
        return [json.loads(line) for line in run.stdout.splitlines()]

    @in_login()
    def test_beside_the_window(self):
        """Each `flatpak run` is a sandbox of its own; the window has the uploads, hoistctl asks it."""
        self.serve()
        window = self.open(bytes_per_s=SLOW)
        # A destination that is added beside it is there at once.
        self.add_destination()
        window.wait_for_label('Drop')
        expected = {name: self.make(name, 2 * MIB) for name in ('a.bin', 'lent.bin')}
        process = self.session.start('ctl', ['flatpak', 'run', '--command=hoistctl', APP, 'upload', '--to', 'Work',
                                             self.path('a.bin')])
        window.row('a.bin')
        self.assertEqual([upload['path'] for upload in self.list()], [str(self.path('a.bin'))])
        # What is forwarded is lent to the application, and so to the window as well.
        lent = self.session.start(
            'ctl-lent', ['flatpak', 'run', '--command=hoistctl', '--file-forwarding', '--nofilesystem=home', APP,
                         'upload', '--to', 'Work', '@@', self.path('lent.bin'), '@@'])
        window.row('lent.bin')
        paths = {upload['path'] for upload in self.list()}
        self.assertTrue(any(path.startswith(f'{DOCUMENTS}/') or path == str(self.path('lent.bin')) for path in paths), paths)
        self.set_limit(0)
        self.assertEqual(process.wait(60), 0, self.session.read_log('ctl'))
        self.assertEqual(lent.wait(60), 0, self.session.read_log('ctl-lent'))
        window.wait_for_row('a.bin', 'Uploaded')
        self.wait_for_objects(expected)

    @in_login()
    def test_destinations_and_secrets(self):
        self.serve()
        self.add_destination()
        run = self.ctl('destination', 'list')
        self.assertIn('Work', run.stdout)
        self.assertNotIn(self.backend.token, run.stdout)
        run = self.ctl('destination', 'test', 'Work')
        self.assertEqual(run.returncode, 0, run.stderr)
        run = self.ctl('destination', 'edit', '--name', 'Studio', 'Work')
        self.assertEqual(run.returncode, 0, run.stderr)
        run = self.ctl('destination', 'remove', 'Studio')
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertNotIn('Studio', self.ctl('destination', 'list').stdout)

    @in_login()
    def test_a_file_that_the_sandbox_does_not_show(self):
        self.serve()
        self.add_destination()
        self.make('hidden.bin', 100)
        run = self.ctl('upload', '--to', 'Work', self.path('hidden.bin'), options=('--nofilesystem=home',))
        self.assertEqual(run.returncode, 1)
        self.assertIn('from inside its Flatpak', run.stderr)
        self.assertEqual(self.arrived(), {})


if __name__ == '__main__':
    main()
