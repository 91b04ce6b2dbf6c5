#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and a folder that are dragged from a real file manager, nautilus, thunar or dolphin, onto the window,
under Wayland."""

import itertools
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import a11y
import filemanager
import tap
from session import wait_for
from sway import SwaySession
from window import PICTURES, HandedTestCase, Window

# A process can look into one session only: a file manager for each run.
KIND = filemanager.KINDS[sys.argv.pop(1) if len(sys.argv) > 1 else 'nautilus']
TITLES = {'nautilus': 'files', 'thunar': 'files - Thunar', 'dolphin': 'files — Dolphin'}
FILES = {'a b#ü.txt': 10, "it's “q” $x.dat": 3000, 'folder/deep.bin': 100_000, 'folder/sub/deeper.bin': 0}


class SwayWindow(Window):
    def place(self, title):
        self.session.place('Hoist', 770, 60, 480, 650)

    def picture(self, name):
        PICTURES.mkdir(exist_ok=True)
        self.session.screenshot(PICTURES / f'{name}.png')


class OnSway(KIND):
    """The file manager under Wayland, where a program knows no places on the screen."""

    def __init__(self, session, folder):
        self.session, self.box = session, (10, 60, 740, 600)
        self.process = session.start(self.name, [*self.command, folder], env=self.env)
        session.place(TITLES[self.name], *self.box)
        self.root = a11y.application(self.application)

    def stop(self):
        # There is no watch of the focus to end, as Dolphin's menus want one.
        self.session.stop(self.process)

    def on_screen(self, node):
        x, y, width, height = a11y.window_extents(node)
        left, top, _, _ = self.session.window_box(TITLES[self.name])
        return left + x, top + y, width, height

    def select_all(self):
        x, y, width, height = self.on_screen(self.pane())
        # With a rubber band, from where no file is.
        mouse = self.session.pointer
        mouse.move(x + width - 20, y + height - 20)
        mouse.press()
        for part in range(1, 11):
            mouse.move(x + width - 20 - (width - 24) * part // 10, y + height - 20 - (height - 24) * part // 10)
        mouse.release()
        wait_for(self.is_selected, 'the files to be selected')


class Drags(HandedTestCase):
    window_class = SwayWindow

    @classmethod
    def make_session(cls):
        return SwaySession(keyring=cls.keyring)

    def setUp(self):
        super().setUp()
        self.add_destinations('Work')
        self.expected = self.make_files(FILES)
        self.open()
        self.manager = OnSway(self.session, self.files)
        self.addCleanup(self.manager.stop)

    def tell_more(self):
        super().tell_more()
        tap.tell(a11y.dump(self.manager.root), self.session.read_log(KIND.name))

    def look_of(self, x, y):
        path = self.session.folder / 'tmp/spot.ppm'
        run = self.session.run(['grim', '-t', 'ppm', '-g', f'{x},{y} 4x4', path])
        self.assertEqual(run.returncode, 0, run.stderr)
        return path.read_bytes()

    def test_files_and_a_folder(self):
        self.manager.select_all()
        x, y, width, height = self.session.window_box('Hoist')
        # Away from what hangs below the pointer.
        spot = x + 60, y + height - 60
        before = self.look_of(*spot)
        mouse, (from_x, from_y) = self.session.pointer, self.manager.item()
        mouse.move(from_x, from_y)
        mouse.press()
        for distance in range(0, 60, 4):
            mouse.move(from_x + distance, from_y)
        wiggle = itertools.cycle((0, 3, 6, 9, 6, 3))

        def is_accepted():
            mouse.move(x + width // 2 + next(wiggle), y + height // 2)
            return self.look_of(*spot) != before
        try:
            wait_for(is_accepted, 'the window to accept the drag')
        finally:
            mouse.release()
        for name in self.expected:
            self.window.wait_for_row(name, 'Uploaded')
        self.assert_went_to('Work', self.expected)


tap.main()
