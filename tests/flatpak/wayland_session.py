# SPDX-License-Identifier: GPL-3.0-or-later
"""A login without X11: sway's display, which the sandbox is given by `--socket=wayland`."""

import itertools
from pathlib import Path

from flatpak_session import APP, DesktopSession, wait_for
from flatpak_window import FlatpakWindow

from hoist import DRAG_SOURCE
from pointer import LOOKS_BEFORE_DROP
from sway import SwaySession


class WaylandDesktopSession(SwaySession, DesktopSession):
    def _start_bus_daemon(self):
        # Not sway's own: which portals there are is for the test to say.
        self.env['XDG_CURRENT_DESKTOP'] = self.desktop
        super()._start_bus_daemon()

    def _start_display(self):
        super()._start_display()
        # Root in a sandbox may not speak to other people's sockets.
        Path(self.env['WAYLAND_DISPLAY']).chmod(0o777)

    def titles(self, start):
        """The visible windows whose title starts so."""
        return [title for title in self.windows() if title.startswith(start)]


class WaylandWindow(FlatpakWindow):
    def place(self, title):
        self.session.place('Hoist', 500, 60, 720, 650)

    def drop(self, *paths):
        """Drags files from a window of their own and drops them on this one."""
        source = self.session.start('drag-source', [DRAG_SOURCE, *paths])
        self.session.place('drag-source', 20, 400, 200, 200)
        mouse, wiggle = self.session.pointer, itertools.cycle((0, 3, 6, 9, 6, 3))
        x, y, width, height = self.session.window_box('Hoist')

        def words():
            return self.session.read_log('drag-source').split()

        def is_accepted():
            mouse.move(x + width // 2 + next(wiggle), y + height // 2)
            return words()[-1:] == ['accepted']

        mouse.move(120, 500)
        mouse.press()
        try:
            for distance in range(0, 60, 4):
                mouse.move(120 + distance, 500)
            wait_for(lambda: 'begun' in words(), 'the drag to begin')
            # As with X11: what was accepted may be taken back once more as the pointer comes in.
            wait_for(lambda: all(is_accepted() for _ in range(LOOKS_BEFORE_DROP)), 'the window to accept the drag')
        finally:
            mouse.release()
        status = source.wait(30)
        self.session.processes.remove(source)
        if status:
            raise AssertionError(f'the drop was not taken: {self.session.read_log("drag-source")}')

    def app_ids(self):
        """Which programs have a window, as the compositor is told."""
        pending, found = [self.session.sway('-t', 'get_tree')], set()
        while pending:
            node = pending.pop()
            pending += node['nodes'] + node['floating_nodes']
            if node.get('app_id'):
                found.add(node['app_id'])
        return found
