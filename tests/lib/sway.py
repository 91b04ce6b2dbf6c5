# SPDX-License-Identifier: GPL-3.0-or-later
"""A private Wayland desktop: sway without a screen, with a pointer of its own."""

import itertools
import json
import os
import shutil
import socket
import struct
import tempfile
from pathlib import Path

from session import Session, wait_for

CONFIG = '''output HEADLESS-1 resolution {size} position 0,0 bg #204060 solid_color
default_border none
for_window [app_id=".*"] floating enable
xwayland disable
'''
# sway refuses to run as root, and root may speak to anybody's sockets.
NOBODY = 65534
LEFT, RIGHT, MIDDLE = 0x110, 0x111, 0x112


class SwaySession(Session):
    """A session whose display is sway's. It has no X11 at all."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.display = True
        self.sway_folder = None
        self.pointer = None

    def __exit__(self, *_):
        if self.pointer:
            self.pointer.close()
        super().__exit__()
        if self.sway_folder:
            shutil.rmtree(self.sway_folder, ignore_errors=True)

    def _start_display(self):
        folder = self.sway_folder = Path(tempfile.mkdtemp(prefix='hoist-sway-'))
        (folder / 'config').write_text(CONFIG.format(size=self.size))
        command = ['sway', '-c', folder / 'config']
        if os.getuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
            command = ['setpriv', f'--reuid={NOBODY}', f'--regid={NOBODY}', '--clear-groups', '--inh-caps=-all',
                       '--pdeathsig', 'TERM', *command]
        self.start('sway', command, env={
            'XDG_RUNTIME_DIR': str(folder), 'HOME': str(folder), 'XDG_CONFIG_HOME': str(folder),
            'TMPDIR': str(folder), 'WLR_BACKENDS': 'headless', 'WLR_RENDERER': 'pixman',
            'WLR_LIBINPUT_NO_DEVICES': '1'})

        def sockets():
            ready = self._accepting(folder.glob('wayland-[0-9]')), self._accepting(folder.glob('sway-ipc.*.sock'))
            return ready if all(ready) else None
        display, commands = wait_for(sockets, 'sway')
        self.env.update(
            WAYLAND_DISPLAY=str(display), SWAYSOCK=str(commands), GDK_BACKEND='wayland', QT_QPA_PLATFORM='wayland',
            XDG_SESSION_TYPE='wayland',
            XDG_CURRENT_DESKTOP='sway', GSK_RENDERER='cairo', GDK_DEBUG='gl-disable')
        self.pointer = Pointer(display, *map(int, self.size.split('x')))
        # A keyboard that nobody types on: without any no window would ever have the focus.
        self.start('keyboard', ['wtype', '-s', '86400000', '-k', 'Shift_L'])
        wait_for(lambda: any(device['type'] == 'keyboard' for device in self.sway('-t', 'get_inputs')),
                 'the keyboard')
        self._start_bus_daemon()

    @staticmethod
    def _accepting(paths):
        """The first of some sockets that somebody listens on."""
        for path in paths:
            with socket.socket(socket.AF_UNIX) as probe:
                if probe.connect_ex(str(path)) == 0:
                    return path
        return None

    def sway(self, *words):
        """Gives sway a command; returns its answer."""
        run = self.run(['swaymsg', '-r', *words])
        if run.returncode:
            raise RuntimeError(run.stdout + run.stderr)
        return json.loads(run.stdout)

    def windows(self):
        """{title: (x, y, width, height)} of the windows that sway shows."""
        found = {}
        pending = [self.sway('-t', 'get_tree')]
        while pending:
            node = pending.pop()
            pending += node['nodes'] + node['floating_nodes']
            if node.get('app_id') and node.get('visible'):
                found[node['name']] = tuple(node['rect'][key] for key in ('x', 'y', 'width', 'height'))
        return found

    def window_box(self, title):
        """Waits for a window; (x, y, width, height)."""
        return wait_for(lambda: self.windows().get(title), f'the window {title}')

    def place(self, title, x, y, width, height):
        """Moves and resizes a window, and waits until it is there."""
        self.window_box(title)
        self.sway(f'[title="^{title}$"] resize set {width} {height}, move absolute position {x} {y}')
        wait_for(lambda: self.windows().get(title, ())[:2] == (x, y), f'{title} to move')

    def screenshot(self, path, region=None):
        """Saves what the display shows, or (x, y, width, height) of it, as a PNG file."""
        where = ['-g', '{},{} {}x{}'.format(*region)] if region else []
        run = self.run(['grim', *where, path])
        if run.returncode:
            raise RuntimeError(run.stderr)

    def count_colours(self, region):
        """How many colours a part of the display has."""
        path = self.folder / 'tmp/part.png'
        self.screenshot(path, region)
        return int(self.run(['identify', '-format', '%k', path]).stdout or 0)

    def type_keys(self, *arguments):
        """wtype, with pauses that let a program see the keyboard first."""
        run = self.run(['wtype', '-s', '300', *arguments, '-s', '200'])
        if run.returncode:
            raise RuntimeError(run.stderr)


class Pointer:
    """A pointer device, which a headless sway has none of: wlr-virtual-pointer-unstable-v1, spoken by hand.

    Each request is on the wire when a method returns, and the compositor has taken it.
    """

    MANAGER = 'zwlr_virtual_pointer_manager_v1'

    def __init__(self, display, width, height):
        self.size = width, height
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(str(display))
        self.unread = b''
        self.ids = itertools.count(2)
        self.time_ms = 1000  # a clock of its own: what it does is never too fast
        registry = next(self.ids)
        self._send(1, 1, 'I', registry)  # wl_display.get_registry
        names = {}
        for sender, opcode, body in self._sync():
            if (sender, opcode) == (registry, 0):
                name, length = struct.unpack_from('=II', body)
                names[body[8:8 + length - 1].decode()] = name
        manager, self.device = next(self.ids), next(self.ids)
        text = self.MANAGER.encode() + b'\0'
        text += b'\0' * (-len(text) % 4)
        self._send(registry, 0, f'II{len(text)}sII', names[self.MANAGER], len(self.MANAGER) + 1, text, 1, manager)
        self._send(manager, 0, 'II', 0, self.device)  # for whichever seat
        self.move(0, 0)

    def close(self):
        self.socket.close()

    def _send(self, target, opcode, layout, *values):
        body = struct.pack('=' + layout, *values)
        self.socket.sendall(struct.pack('=II', target, (len(body) + 8) << 16 | opcode) + body)

    def _events(self):
        while True:
            while len(self.unread) < 8 or len(self.unread) < struct.unpack_from('=I', self.unread, 4)[0] >> 16:
                data = self.socket.recv(65536)
                if not data:
                    raise RuntimeError('sway is gone')
                self.unread += data
            sender, rest = struct.unpack_from('=II', self.unread)
            body, self.unread = self.unread[8:rest >> 16], self.unread[rest >> 16:]
            if sender == 1 and rest & 0xffff == 0:
                raise RuntimeError(f'sway refuses: {body!r}')
            yield sender, rest & 0xffff, body

    def _sync(self):
        """Waits until all that was sent is done; returns the events until then."""
        callback = next(self.ids)
        self._send(1, 0, 'I', callback)  # wl_display.sync
        return list(itertools.takewhile(lambda event: event[0] != callback, self._events()))

    def _next_ms(self):
        self.time_ms += 10
        return self.time_ms

    def _frame(self):
        self._send(self.device, 4, '')
        self._sync()

    def move(self, x, y):
        self._send(self.device, 1, 'IIIII', self._next_ms(), int(x), int(y), *self.size)
        self._frame()

    def press(self, button=LEFT):
        self._send(self.device, 2, 'III', self._next_ms(), button, 1)
        self._frame()

    def release(self, button=LEFT):
        self._send(self.device, 2, 'III', self._next_ms(), button, 0)
        self._frame()

    def click(self, x, y, button=LEFT):
        """One that is no part of a double click."""
        self.time_ms += 1000
        # A program takes the place of a press from the last movement it saw.
        self.move(x + 1, y)
        self.move(x, y)
        self.press(button)
        self.release(button)

    def scroll(self, steps):
        """Turns the wheel, downwards where it is positive."""
        for _ in range(abs(steps)):
            self._send(self.device, 3, 'IIi', self._next_ms(), 0, (15 if steps > 0 else -15) * 256)
            self._frame()
