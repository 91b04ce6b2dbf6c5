#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of another computer, which GVfs shows: handed to the window, with its FUSE service and without."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import gvfs
import tap
from faults import ProxiedBackend
from hoist import MIB, make_file
from session import wait_for
from window import BUS_NAME, HandedTestCase

FILES = {'a b#ü.txt': 10, "it's “q” $x.dat": 3000, 'folder/deep.bin': 100_000, 'folder/sub/deeper.bin': 0}


class Remote(HandedTestCase):
    backend_class = ProxiedBackend

    def setUp(self):
        why = gvfs.why_not()
        if why:
            self.skipTest(why)
        super().setUp()
        self.add_destinations('Work')

    def start_gvfs(self, **options):
        self.gvfs = gvfs.Gvfs(self.session, **options)
        self.addCleanup(self.gvfs.stop)

    def make_remote(self, sizes):
        return {name: make_file(self.gvfs.remote / self.name / name, size) for name, size in sizes.items()}

    def hand_over(self, *names):
        uris = [self.gvfs.uri(f'{self.name}/{name}') for name in names]
        run = self.session.run(['gdbus', 'call', '--session', '-d', BUS_NAME, '-o', '/io/github/hoist/Hoist', '-m',
                                'org.freedesktop.Application.ActivateAction', 'upload', f"[<('work', {uris})>]", '{}'])
        self.assertEqual(run.returncode, 0, run.stderr)

    def assert_delivered(self, expected):
        for name in expected:
            self.window.wait_for_row(name, 'Uploaded')
        self.assert_went_to('Work', expected)

    def test_files_and_a_folder(self):
        """Nobody mounted it before: Hoist does."""
        self.start_gvfs()
        expected = self.make_remote(FILES)
        self.open()
        self.hand_over('a b#ü.txt', "it's “q” $x.dat", 'folder')
        self.assert_delivered(expected)

    def test_goes_and_comes(self):
        self.start_gvfs()
        self.gvfs.mount()
        expected = self.make_remote({'big.bin': 64 * MIB})
        # Of those that are held some are in memory, which no drive is needed for, and not the last ones.
        self.backend.proxy.hold_parts(*range(2, 9))
        self.open()
        self.hand_over('big.bin')
        wait_for(lambda: self.backend.count_taken() == 1, 'a part to arrive')
        self.backend.proxy.wait_until_held()
        self.gvfs.unmount()
        self.backend.proxy.let_go()
        self.window.wait_for_row('big.bin', 'The drive “lab” is not connected')
        self.assertEqual(self.backend.objects(), {})
        self.gvfs.mount()
        self.window.wait_for_row('big.bin', 'Uploaded')
        self.assert_went_to('Work', expected)

    def test_without_a_path(self):
        """Where GVfs has no folder for it, a message says so, and the rest is uploaded."""
        self.start_gvfs(fuse=False)
        self.make_remote({'there.bin': 10})
        expected = self.make_files({'here.bin': 100})
        self.open()
        self.hand_over('there.bin')
        self.window.wait_for_label('“there.bin” is not on this computer')
        self.window.drop(self.files / 'here.bin')
        self.assert_delivered(expected)


tap.main()
