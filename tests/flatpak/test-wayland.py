#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox under Wayland, on sway: a drop, the chooser, the tray of waybar; and that X11 is not in there."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from flatpak_session import APP, wait_for
from flatpak_window import SandboxTestCase, in_login, main
from wayland_session import WaylandDesktopSession, WaylandWindow

from hoist import MIB
from waybar import Waybar

SLOW = 100_000


class WaylandTests(SandboxTestCase):
    session_class = WaylandDesktopSession
    window_class = WaylandWindow

    @in_login()
    def test_chosen_and_dropped(self):
        self.serve()
        self.add_destination()
        expected = {name: self.make(name, size) for name, size in (('dropped.bin', 3 * MIB), ('chosen.bin', 1000))}
        window = self.open()
        # The icon and the name that a dock shows go by this id.
        self.assertIn(APP, window.app_ids())
        window.click('Upload Files…')
        wait_for(lambda: self.session.titles('Upload Files'), 'the chooser')
        self.session.type_keys(str(self.path('chosen.bin')), '-k', 'Return')
        window.wait_for_row('chosen.bin', 'Uploaded')
        window.drop(self.path('dropped.bin'))
        window.wait_for_row('dropped.bin', 'Uploaded')
        self.wait_for_objects(expected)
        self.picture('flatpak-wayland')

    @in_login()
    def test_dropped_home_not_readable(self):
        """What a drop lends is read through the portal, as under X11."""
        self.serve()
        self.add_destination()
        expected = {'lent.bin': self.make('lent.bin', 1000)}
        window = self.open(options=('--nofilesystem=home',))
        window.drop(self.path('lent.bin'))
        self.wait_for_objects(expected)

    @in_login()
    def test_tray(self):
        self.serve()
        self.add_destination()
        self.make('slow.bin', 40 * MIB)
        tray = Waybar(self.session)
        self.open('--to', 'Work', str(self.path('slow.bin')), bytes_per_s=SLOW).row('slow.bin')
        tray.wait_for_status('Active')
        (item,) = tray.items()
        self.assertTrue(item.startswith(':'), item)
        tray.click_icon()
        wait_for(lambda: not self.session.titles('Hoist'), 'the window to go')
        tray.click_icon()
        wait_for(lambda: self.session.titles('Hoist'), 'the window to come back')
        self.picture('flatpak-wayland-tray')

    @in_login(keyring=None)
    def test_no_x11(self):
        """--socket=fallback-x11 gives X11 only where there is no Wayland."""
        seen = self.session.run_app('-c', 'echo "${DISPLAY-none} $WAYLAND_DISPLAY"; ls -A /tmp/.X11-unix', options=('--command=sh',),
                                    env={'DISPLAY': ':99'})
        self.assertRegex(seen.stdout, r'^none \S+\n$')


if __name__ == '__main__':
    main()
