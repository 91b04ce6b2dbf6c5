# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop session with portals, and Hoist's Flatpak in it.

The documents portal is found at /run/user/UID, whatever XDG_RUNTIME_DIR says,
because that is where a sandbox sees it. So a test enters a mount namespace with
a /run/user/UID of its own, and several of them run side by side."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from contextlib import contextmanager
from pathlib import Path

SOURCE_ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE_ROOT / 'tests/lib'))
import pointer
import session as plain_session
from session import Session, wait_for
from sysbus import SystemBus

WORK = Path(os.environ.get('HOIST_FLATPAK_WORK', SOURCE_ROOT / '_flatpak'))
INSTALLATION = WORK / 'install'
APP = os.environ.get('HOIST_FLATPAK_APP', 'io.github.hoist.Hoist.Devel')
RUNTIME_DIR = Path(f'/run/user/{os.getuid()}')
DOCUMENTS = RUNTIME_DIR / 'doc'

# What a desktop starts by itself when a sandbox asks for it.
PORTALS = (
    'org.freedesktop.portal.Desktop.service', 'org.freedesktop.portal.Documents.service',
    'org.freedesktop.portal.Flatpak.service', 'org.freedesktop.impl.portal.PermissionStore.service',
    'org.freedesktop.impl.portal.desktop.*.service',
)
# Later ones than the machine's, as tests/flatpak/make-portals leaves them.
LATER_PORTALS = os.environ.get('HOIST_FLATPAK_PORTALS')
REPLACED = {
    'org.freedesktop.portal.Desktop': 'xdg-desktop-portal',
    'org.freedesktop.portal.Documents': 'xdg-document-portal',
    'org.freedesktop.impl.portal.PermissionStore': 'xdg-permission-store',
}
INSIDE = 'HOIST_FLATPAK_INSIDE'
ENTER = '''set -e
mkdir -p "$1"
mount -t tmpfs -o mode=0700 tmpfs "$1"
[ -w /dev/fuse ] || chmod 666 /dev/fuse
shift
exec "$@"'''


def why_not():
    """What is missing to run these tests, or nothing."""
    if os.geteuid() != 0:
        return 'needs root, for a mount namespace'
    for program in ('flatpak', 'fusermount3', 'Xvfb', 'gnome-keyring-daemon'):
        if not shutil.which(program):
            return f'no {program}; build-aux/deps.sh test flatpak'
    if not (INSTALLATION / 'app' / APP).exists():
        return f'{APP} is not installed in {INSTALLATION}: run tests/flatpak/run'
    return None


def enter():
    """Goes on in a mount namespace of its own, or says that there is nothing to test and ends."""
    if reason := why_not():
        print(f'1..0 # SKIP {reason}')
        sys.exit(0)
    if INSIDE not in os.environ:
        os.execvpe('unshare', ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', ENTER, 'enter',
                               str(RUNTIME_DIR), sys.executable, *sys.argv], {**os.environ, INSIDE: '1'})


class DesktopSession(Session):
    """A login of a person: the same home may have several, one after the other."""

    def __init__(self, home=None, keyring='unlocked', portals=True, desktop='GNOME', fuse=True, system=False,
                 size='1280x900'):
        """portals: False for a desktop with none at all; desktop: 'X-Other' for one whose portals know files
        and little else; fuse: False for a machine where documents cannot be mounted; system: with a system's bus
        that knows of the network, `self.system`."""
        super().__init__(display=True, keyring=keyring, size=size)
        self.kept_home, self.portals, self.desktop, self.fuse = home, portals, desktop, fuse
        self.with_system, self.system = system, None
        self.mark = f'hoist-flatpak-{uuid.uuid4().hex}'

    def _make_folders(self):
        super()._make_folders()
        for name in ('GSETTINGS_BACKEND', 'ADW_DISABLE_PORTAL', 'GTK_USE_PORTAL'):
            del self.env[name]
        exports = INSTALLATION / 'exports/share'
        self.env.update(
            XDG_RUNTIME_DIR=str(RUNTIME_DIR),
            XDG_CURRENT_DESKTOP=self.desktop,
            XDG_DATA_DIRS=f'{exports}:/usr/local/share:/usr/share',
            FLATPAK_USER_DIR=str(INSTALLATION),
            LIBGL_ALWAYS_SOFTWARE='1',
            HOIST_FLATPAK_SESSION=self.mark,
        )
        if self.kept_home:
            # What looks for a home here finds the person's.
            shutil.rmtree(self.folder / 'home')
            (self.folder / 'home').symlink_to(self.kept_home)
            self.env.update(HOME=str(self.kept_home), **{
                f'XDG_{name}_HOME': str(self.kept_home / path) for name, path in (
                    ('CONFIG', '.config'), ('DATA', '.local/share'), ('STATE', '.local/state'), ('CACHE', '.cache'))})
        if self.desktop != 'GNOME':
            # As with Xfce and MATE: the portals of GTK alone, which know no secrets and no background.
            portals = self.folder / 'portals'
            portals.mkdir()
            (portals / 'gtk.portal').symlink_to('/usr/share/xdg-desktop-portal/portals/gtk.portal')
            self.env['XDG_DESKTOP_PORTAL_DIR'] = str(portals)
        if not self.fuse:
            # The portal's own mount fails, as without the kernel's FUSE.
            DOCUMENTS.write_text('')

    def _start_bus(self):
        patterns = plain_session.SERVICES
        plain_session.SERVICES = patterns + (PORTALS if self.portals else ())
        try:
            super()._start_bus()
        finally:
            plain_session.SERVICES = patterns
        for name, program in REPLACED.items() if self.portals and LATER_PORTALS else ():
            path = self.folder / 'services' / f'{name}.service'
            path.unlink()
            path.write_text(f'[D-BUS Service]\nName={name}\nExec={LATER_PORTALS}/{program}\n')
        # So that the desktop's own calls of the application start it.
        for path in (INSTALLATION / 'exports/share/dbus-1/services').glob(f'{APP}*.service'):
            (self.folder / 'services' / path.name).symlink_to(path)

    def _start_bus_daemon(self):
        super()._start_bus_daemon()
        # There is no system's bus here; flatpak and portals want one to ask.
        outside = {'DBUS_SYSTEM_BUS_ADDRESS': self.env['DBUS_SESSION_BUS_ADDRESS']}
        self.env.update(outside)
        if self.with_system:
            self.system = SystemBus(self)
            # For the portals, which look at the network for those in a sandbox; not for these.
            outside = {name: self.env[name] for name in ('DBUS_SYSTEM_BUS_ADDRESS', 'GIO_USE_NETWORK_MONITOR')}
            del self.env['GIO_USE_NETWORK_MONITOR']
        self._call_bus('UpdateActivationEnvironment', repr(outside))

    def __exit__(self, *_):
        super().__exit__()
        # Portals outlive their bus now and then, and a keyring always does.
        for name in self._leftovers():
            try:
                os.kill(name, signal.SIGKILL)
            except ProcessLookupError:
                pass
        wait_for(lambda: not self._leftovers(), 'the session to be gone')
        subprocess.run(['umount', '--lazy', DOCUMENTS], capture_output=True, check=False)
        for path in RUNTIME_DIR.iterdir():
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)

    def _leftovers(self):
        """The processes of this session that are still there, by their environment."""
        found = []
        for path in Path('/proc').glob('[0-9]*'):
            try:
                words = (path / 'environ').read_bytes().split(b'\0')
                # A process that ended and was not waited for has no command.
                if f'HOIST_FLATPAK_SESSION={self.mark}'.encode() in words and (path / 'cmdline').read_bytes():
                    found.append(int(path.name))
            except (OSError, ValueError):
                continue
        return found

    def delay_portal(self, seconds):
        """From now on the bus gets the portals so much later than it starts them, as at a login on a slow disk."""
        name = 'org.freedesktop.portal.Desktop'
        path = self.folder / f'services/{name}.service'
        command = re.search(r'^Exec=(.*)$', path.read_text(), re.M)[1]
        script = self.folder / 'slow-portal'
        script.write_text(f'#!/bin/sh\nsleep {seconds}\nexec {command}\n')
        script.chmod(0o755)
        path.unlink()
        path.write_text(f'[D-BUS Service]\nName={name}\nExec={script}\n')
        self._call_bus('ReloadConfig')

    def screenshot(self, path):
        pointer.screenshot(self, path)

    def flatpak(self, *arguments, **options):
        return self.run(['flatpak', *arguments], **options)

    def run_app(self, *arguments, options=(), **more):
        """Runs a command of the Flatpak to its end."""
        return self.run(['flatpak', 'run', *options, APP, *arguments], **more)


@contextmanager
def home():
    """A home that outlives sessions."""
    folder = Path(tempfile.mkdtemp(prefix='hoist-home-'))
    for path in ('.config', '.local/share', '.local/state', '.cache'):
        (folder / path).mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
