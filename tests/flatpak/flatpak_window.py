# SPDX-License-Identifier: GPL-3.0-or-later
"""The window of the Flatpak, as window.py has it of the program."""

import functools
import os
import re
import subprocess
import sys
import traceback
import unittest
from pathlib import Path

import flatpak_session
from flatpak_session import APP, DesktopSession, home, wait_for

import a11y
import pointer
import tap
from faults import FaultProxy, own_address
from hoist import Backend, make_file, sha256_of
from window import PICTURES, Window


class FlatpakWindow(Window):
    def __init__(self, session, *arguments, bytes_per_s=0, options=(), settings=None, started_by=None, title='^Hoist$'):
        """started_by: a function that has it started by somebody else."""
        self.session = session
        keyfile = Path(session.env['HOME'], '.var/app', APP, 'config/glib-2.0/settings/keyfile')
        keyfile.parent.mkdir(parents=True, exist_ok=True)
        # What Hoist itself wrote there in an earlier run, it finds again.
        kept = [line for line in (keyfile.read_text().splitlines() if keyfile.exists() else ())
                if '=' in line and not line.startswith('bytes-per-second=')]
        lines = [f'{name}={value}' for name, value in (settings or {}).items()]
        keyfile.write_text('\n'.join(['[io/github/hoist/Hoist]', f'bytes-per-second=uint64 {bytes_per_s}', *kept, *lines, '']))
        if started_by:
            started_by()
            self.process = None
        else:
            self.process = session.start('hoist', ['flatpak', 'run', *options, APP, *arguments])
        self.place(title)
        self.root = a11y.application('hoist')

    def row(self, name):
        # A row of GTK 4.18 and later is a «grouping».
        roles = ('grouping', 'panel')
        return wait_for(lambda: next((found for role in roles for found in a11y.find_all(self.root, role, name)), None),
                        f'the row of {name}')

    def row_says(self, name):
        rows = [row for role in ('grouping', 'panel') for row in a11y.find_all(self.root, role, name)]
        return a11y.texts(rows[0]) if rows else []

    def choose(self, place):
        """Clicks an entry of the menu that is open; place: 0 for the first one."""
        # GTK 4.18 gives entries no name.
        a11y.click(wait_for(lambda: a11y.find_all(self.root, 'menu item'), 'the menu')[place])

    def choose_in_row(self, name, place):
        # A menu button has a button inside, which is the one that can be pressed.
        a11y.click(a11y.find_all(self.row(name), 'toggle button', 'More')[-1])
        self.choose(place)

    def add_destination(self, name, url, token):
        """Fills in the dialog for a destination, which is open, and adds it."""
        dialog = self.find('frame', 'Add Destination')
        # A token's entry is a «password text» from GTK 4.12 on.
        for entry, text in (('Name', name), ('Address', url), ('Token', token)):
            node = wait_for(lambda: next((found for role in ('text', 'password text')
                                          for found in a11y.find_all(dialog, role, entry)), None), f'the entry {entry}')
            a11y.set_text(node, text)
        a11y.click(a11y.find(dialog, 'push button', 'Add'))
        a11y.wait_until_gone(self.root, 'frame', 'Add Destination')

    def kill(self):
        """Ends it at once, with all that is in its sandbox."""
        self.session.flatpak('kill', APP)
        return self.session.stop(self.process) if self.process else None


def mount(case, *arguments):
    """Mounts something until a test is over."""
    subprocess.run(['mount', *map(str, arguments)], check=True)
    case.addCleanup(subprocess.run, ['umount', '--lazy', str(arguments[-1])], check=True)


def in_login(**options):
    """Runs a test within one login."""
    def decorate(test):
        @functools.wraps(test)
        def run(self):
            self.log_in(lambda: test(self), **options)
        return run
    return decorate


class SandboxTestCase(unittest.TestCase):
    """Each test has a home of its own, and logs in as often as it likes."""

    session_class = DesktopSession
    window_class = FlatpakWindow

    def setUp(self):
        self.name = self.id().rsplit('.', 1)[-1]
        self.home = self.enterContext(home())
        self.session = None
        self.window = None

    def forget_overrides(self):
        """What a person allows the Flatpak, or takes away, is in this test alone: its mount namespace is its own."""
        overrides = flatpak_session.INSTALLATION / 'overrides'
        overrides.mkdir(exist_ok=True)
        mount(self, '-t', 'tmpfs', 'tmpfs', overrides)

    def log_in(self, body, **options):
        """Runs something in a session of the person, from the login to the logout. In a process of its own,
        because what looks into a session by AT-SPI cannot look into another one."""
        sys.stdout.flush()
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.close(reading)
            trace = self._run_in_child(body, options)
            with open(writing, 'w', encoding='utf-8') as pipe:
                pipe.write(trace)
            sys.stdout.flush()
            os._exit(0)
        os.close(writing)
        with open(reading, encoding='utf-8') as pipe:
            trace = pipe.read()
        _, status = os.waitpid(child, 0)
        if trace.startswith('SKIP '):
            self.skipTest(trace.removeprefix('SKIP '))
        if trace or status:
            self.fail(f'in the login:\n{trace or status}')

    def _run_in_child(self, body, options):
        trace = ''
        try:
            with self.session_class(self.home, **options) as self.session:
                a11y.connect(self.session)
                try:
                    body()
                except unittest.SkipTest as skip:
                    return f'SKIP {skip}'
                except BaseException:
                    trace = traceback.format_exc()
                    self.tell_more()
                if self.window:
                    self.window.kill()
        except BaseException:
            trace = trace or traceback.format_exc()
        return trace

    def tell_more(self):
        try:
            PICTURES.mkdir(exist_ok=True)
            self.session.screenshot(PICTURES / f'failed-flatpak-{self.name}.png')
            shown = a11y.dump(self.window.root) if self.window else ''
            if not self.window and self.session.owns(f'{APP}.Uploads'):
                shown = self.ctl('list').stdout
        except Exception as error:  # it may be gone
            shown = f'no picture: {error}'
        tap.tell(self.session.read_log('hoist'), shown)

    def ctl(self, *arguments, options=(), **more):
        return self.session.run_app(*arguments, options=('--command=hoistctl', *options), **more)

    def serve(self, held_parts=()):
        """Starts the backend outside the sandbox; its store is in the person's home, which stays, and it has
        the same address in each login. held_parts: those of each file that are on their way until let_go()."""
        port = self.home / 'port'
        listen = port.read_text() if port.exists() else '127.0.0.1:0'
        proxy = FaultProxy(self.session, listen=listen) if held_parts else None
        self.backend = Backend.__new__(Backend)
        self.backend.session, self.backend.name, self.backend.env = self.session, 'backend', None
        self.backend.options = ('--public-url', proxy.url) if proxy else ()
        self.backend.folder = self.home / 'store'
        self.backend.listen = '127.0.0.1:0' if proxy else listen
        self.backend.start()
        port.write_text(self.backend.listen)
        if proxy:
            proxy.set_servers(own_address(self.backend.log()))
            proxy.set_script(''.join(f'[{part}]\noperation=UploadPart\npart={part}\naction=hold\n' for part in held_parts))
        self.proxy = proxy
        return self.backend

    def let_go(self):
        """What is held goes on, and nothing is held any more."""
        self.proxy.set_script('')
        self.proxy.say('release')

    def count_parts(self):
        """How many arrived since this login."""
        return len(re.findall(r'PUT .* 200', self.backend.log()))

    def add_destination(self):
        run = self.session.run(
            ['flatpak', 'run', '--command=hoistctl', APP, 'destination', 'add', '--token-file', '-', 'Work',
             self.backend.url], input=self.backend.token, stdin=None)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run

    def open(self, *arguments, **options):
        self.window = self.window_class(self.session, *arguments, **options)
        return self.window

    def set_limit(self, bytes_per_s):
        """Sets how fast the running Hoist may send; 0 = as it likes."""
        run = self.session.run(
            ['gdbus', 'call', '--session', '-d', f'{APP}.Uploads', '-o', '/io/github/hoist/Hoist/Uploads',
             '-m', 'io.github.hoist.Hoist.Uploads1.SetLimits', '0', str(bytes_per_s), '@a{sv} {}'])
        self.assertEqual(run.returncode, 0, run.stderr)

    def make(self, name, size):
        return make_file(self.home / 'files' / name, size)

    def path(self, name):
        return self.home / 'files' / name

    def arrived(self):
        """{name: SHA-256} of the objects."""
        return {key.rsplit('/', 1)[-1]: sha256_of(path) for key, path in self.backend.objects().items()}

    def wait_for_objects(self, expected, seconds=90):
        wait_for(lambda: self.arrived() == expected, f'the objects {sorted(expected)}', seconds)

    def state_folder(self):
        return self.home / '.var/app' / APP / '.local/state/hoist'

    def choose_file(self, path):
        """Picks a file in the desktop's own chooser."""
        number = pointer.window(self.session, '^(Upload Files|Locate|Choose)')
        pointer.type_into(self.session, number, str(path), 'Return')
        return number

    def picture(self, name):
        PICTURES.mkdir(exist_ok=True)
        self.session.screenshot(PICTURES / f'{name}.png')


def main():
    flatpak_session.enter()
    tap.main()
