#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hoist under Wayland, in the tray of a real waybar on sway."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import a11y
import tap
from faults import ProxiedBackend
from hoist import MIB, Ctl
from session import wait_for
from sway import SwaySession
from waybar import Waybar
from window import PICTURES, Window, WindowTestCase

class SwayWindow(Window):
    def place(self, title):
        self.session.place('Hoist', 500, 60, 720, 650)

    def picture(self, name):
        PICTURES.mkdir(exist_ok=True)
        self.session.screenshot(PICTURES / f'{name}.png')


class Tray(WindowTestCase):
    window_class = SwayWindow
    backend_class = ProxiedBackend

    @classmethod
    def make_session(cls):
        return SwaySession(keyring=cls.keyring)

    def setUp(self):
        super().setUp()
        self.waybar = Waybar(self.session)
        self.addCleanup(self.waybar.stop)

    def shown(self):
        return 'Hoist' in self.session.windows()

    def begin(self, name='big.bin'):
        """Starts an upload, of which all but the first part is held on its way."""
        self.ctl = Ctl(self.session, self.backend, 'Work')
        self.backend.proxy.hold_parts(2, 3)
        self.expected = self.make_files({name: 20 * MIB})
        window = self.open('--to', 'Work', self.home / 'files' / name)
        self.waybar.wait_for_status('Active')
        return window

    def test_icon_tooltip_and_menu(self):
        window = self.begin('Holiday.mkv')
        self.waybar.wait_for_icon()
        wait_for(lambda: '0 of 1 file, ' in self.waybar.tooltip(), 'the progress')
        self.waybar.choose('Pause All', lambda: window.picture('tray-wayland'))
        window.wait_for_row('Holiday.mkv', 'Paused')
        self.backend.proxy.let_go()
        self.waybar.choose('Resume All')
        window.wait_for_row('Holiday.mkv', 'Uploaded')
        self.assert_arrived(self.expected)

    def test_click_toggles_the_window(self):
        self.begin()
        self.waybar.click_icon()
        wait_for(lambda: not self.shown(), 'the window to go')
        self.waybar.click_icon()
        wait_for(self.shown, 'the window to come')
        # The wheel does nothing.
        self.session.pointer.scroll(3)
        self.session.pointer.scroll(-3)
        self.assertTrue(self.shown())

    def clipboard(self):
        return self.session.run(['wl-paste', '-n'], timeout=10).stdout

    def deliver(self, name):
        """Uploads a small file while the large one is on its way."""
        self.make_files({name: 1000})
        run = self.session.run([*self.window.command, '--to', 'Work', self.home / 'files' / name], timeout=30)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.window.wait_for_row(name, 'Uploaded')

    def click_inside(self, node):
        """A real click: only that makes a clipboard take something."""
        places = [None]
        def stands_still():
            places.append(a11y.window_extents(node))
            return places[-1][2] > 0 and places[-1] == places[-2]
        wait_for(stands_still, 'the button to stand still')
        x, y = places[-1][0] + places[-1][2] // 2, places[-1][1] + places[-1][3] // 2
        left, top = self.session.window_box('Hoist')[:2]
        self.session.pointer.click(left + x, top + y)

    def test_copy_a_link(self):
        self.begin()
        for name, shown in (('seen.txt', True), ('hidden.txt', False)):
            self.deliver(name)
            if not shown:
                self.waybar.click_icon()
                wait_for(lambda: not self.shown(), 'the window to go')
            self.waybar.choose(name)
            wait_for(self.shown, 'the window')
            self.window.wait_for_label(f'The link to “{name}” is ready')
            self.window.picture('tray-wayland-link')
            self.click_inside(self.window.find('push button', 'Copy'))
            wait_for(lambda: self.clipboard().endswith(name), f'the link to {name} in the clipboard')
            self.assertTrue(self.clipboard().startswith('http'))


tap.main()
