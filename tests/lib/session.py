#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A private session: folders, a bus, and, where wanted, a display and a keyring.

    with Session(display=True, keyring='unlocked') as session:
        session.start('true', ['true'])

As a program: session.py [--display] [--keyring STATE] [--] COMMAND… runs a
command in one. Everything that was started ends with the session.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# What a session takes over from outside; all else would make a test depend on
# the machine.
INHERITED = ('PATH', 'LANG', 'LC_ALL', 'G_DEBUG', 'ASAN_OPTIONS', 'LSAN_OPTIONS', 'UBSAN_OPTIONS',
             'MALLOC_PERTURB_', 'HOIST_DIRECT')
# Services that the bus may start. Left to itself it would start portals,
# indexers and whatever else is installed.
SERVICES = ('org.a11y.*.service', 'org.gnome.keyring.SystemPrompter.service', 'org.xfce.Xfconf.service')
KEYRING_PASSWORD = 'test'

BUS_CONFIG = '''<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
  <limit name="service_start_timeout">20000</limit>
</busconfig>
'''


def wait_for(condition, what, seconds=60):
    """Polls until the condition gives something true, and returns that."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise TimeoutError(f'waited {seconds} s for {what}')
        time.sleep(0.02)


class Adopted:
    """A process that another one started: as much of Popen as a session needs."""

    returncode = None

    def __init__(self, name, pid):
        self.name, self.pid = name, pid

    def poll(self):
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            self.returncode = 0
        return self.returncode

    def send_signal(self, how):
        try:
            os.kill(self.pid, how)
        except ProcessLookupError:
            pass

    def kill(self):
        self.send_signal(signal.SIGKILL)

    def wait(self, seconds=None):
        wait_for(lambda: self.poll() is not None, f'{self.name} to end', seconds or 60)
        return self.returncode


class Session:
    """Private folders, bus, display and keyring, and the processes in them."""

    def __init__(self, display=False, keyring=None, size='1280x800'):
        """keyring: None for no service at all, 'unlocked', or 'locked'."""
        self.display, self.keyring, self.size = display, keyring, size
        self.processes = []
        self.keyring_data = None
        self.keyring_process = None
        self.folder = None

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix='hoist-test-'))
        try:
            self._make_folders()
            self._start_bus()
            if self.display:
                self._start_display()
            if self.keyring:
                self.start_keyring()
                if self.keyring == 'locked':
                    self.lock_keyring()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            self.stop(process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make_folders(self):
        self.env = {name: os.environ[name] for name in INHERITED if name in os.environ}
        self.env.update(
            XDG_RUNTIME_DIR=str(self.folder / 'run'),
            TMPDIR=str(self.folder / 'tmp'),
            GIO_USE_VFS='local',
            GSETTINGS_BACKEND='memory',
            ADW_DISABLE_PORTAL='1',
            GTK_USE_PORTAL='0',
        )
        for name in ('run', 'tmp'):
            (self.folder / name).mkdir(mode=0o700)
        self.move_in('home')

    def move_in(self, name):
        """Gives what is started from now on a home of its own, as for another person."""
        home = self.folder / name
        self.env.update(
            HOME=str(home),
            XDG_CONFIG_HOME=str(home / '.config'),
            XDG_DATA_HOME=str(home / '.local/share'),
            XDG_STATE_HOME=str(home / '.local/state'),
            XDG_CACHE_HOME=str(home / '.cache'),
        )
        for path in ('.config', '.local/share', '.local/state', '.cache'):
            (home / path).mkdir(mode=0o700, parents=True)
        return home

    def start(self, name, command, env=None, **options):
        """Starts a process whose output goes to the file of log_of(name)."""
        with open(self.log_of(name), 'ab') as log:
            options.setdefault('stdin', subprocess.DEVNULL)
            options.setdefault('stdout', log)
            options.setdefault('stderr', log)
            # It must not outlive a test that is killed.
            process = subprocess.Popen(
                ['setpriv', '--pdeathsig', 'TERM', *map(str, command)],
                env={**self.env, **(env or {})}, **options,
            )
        process.name = name
        self.processes.append(process)
        return process

    def stop(self, process, how=signal.SIGTERM, seconds=20):
        """Ends a process and returns its exit status."""
        if process.poll() is None:
            process.send_signal(how)
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if process in self.processes:
            self.processes.remove(process)
        return process.returncode

    def run(self, command, env=None, timeout=120, **options):
        """Runs a command to its end; returns it with its output as text."""
        options.setdefault('stdin', subprocess.DEVNULL)
        return subprocess.run(
            list(map(str, command)), env={**self.env, **(env or {})},
            capture_output=True, text=True, errors='surrogateescape', timeout=timeout, check=False, **options,
        )

    def log_of(self, name):
        return self.folder / f'{name}.log'

    def read_log(self, name):
        path = self.log_of(name)
        return path.read_text('utf-8', 'replace') if path.exists() else ''

    def line_from(self, name, command):
        """Starts a process and returns the first line that it prints when it is ready."""
        process = self.start(name, command, stdout=subprocess.PIPE)
        line = process.stdout.readline().decode().strip()
        if not line:
            raise RuntimeError(f'{name} did not start: {self.read_log(name)}')
        return line

    def _start_bus(self):
        services = self.folder / 'services'
        services.mkdir()
        for pattern in SERVICES:
            for path in Path('/usr/share/dbus-1/services').glob(pattern):
                (services / path.name).symlink_to(path)
        config = self.folder / 'bus.conf'
        config.write_text(BUS_CONFIG.format(folder=self.folder / 'run', services=services))
        if self.display:
            # The bus hands its environment to what it starts: display first.
            return
        self._start_bus_daemon()

    def _start_bus_daemon(self):
        self.env['DBUS_SESSION_BUS_ADDRESS'] = self.line_from(
            'bus', ['dbus-daemon', f'--config-file={self.folder / "bus.conf"}', '--nofork', '--print-address'])

    def _start_display(self):
        # The server chooses a free number and prints it once it is ready.
        number = self.line_from(
            'xvfb', ['Xvfb', '-displayfd', '1', '-screen', '0', f'{self.size}x24', '-nolisten', 'tcp', '-noreset'])
        self.env.update(
            DISPLAY=f':{number}', GDK_BACKEND='x11', XDG_SESSION_TYPE='x11',
            # Without GL a window is there in a fifth of the time and memory.
            GSK_RENDERER='cairo', GDK_DEBUG='gl-disable',
        )
        self._start_bus_daemon()
        self.start('openbox', ['openbox'])
        wait_for(lambda: 'window id' in self.run(['xprop', '-root', '_NET_SUPPORTING_WM_CHECK']).stdout,
                 'the window manager')

    def _call_bus(self, method, *arguments):
        run = self.run(
            ['gdbus', 'call', '--session', '-d', 'org.freedesktop.DBus', '-o', '/org/freedesktop/DBus',
             '-m', f'org.freedesktop.DBus.{method}', *arguments])
        return run.stdout

    def owns(self, name):
        """Whether somebody owns a name on the bus."""
        return 'true' in self._call_bus('NameHasOwner', name)

    def make_activatable(self, name, command, env=None):
        """Has the bus start a command when somebody calls a name that nobody owns."""
        words = ' '.join(map(str, command))
        (self.folder / 'services' / f'{name}.service').write_text(f'[D-BUS Service]\nName={name}\nExec={words}\n')
        self._call_bus('ReloadConfig')
        # A home that was moved into later, too.
        self._call_bus('UpdateActivationEnvironment', repr({**self.env, **(env or {})}))

    def forget_activatable(self, name):
        """The bus does not know the name any more."""
        (self.folder / 'services' / f'{name}.service').unlink(missing_ok=True)
        self._call_bus('ReloadConfig')

    def adopt(self, bus_name):
        """Waits until a name has an owner; the session ends that process as if it had started it."""
        wait_for(lambda: self.owns(bus_name), f'an owner of {bus_name}')
        answer = self._call_bus('GetConnectionUnixProcessID', bus_name)
        process = Adopted(bus_name, int(answer.split('uint32 ')[1].split(',')[0]))
        self.processes.append(process)
        return process

    def start_keyring(self, unlocked=True):
        """Starts the keyring; one that is not unlocked is as after a login without a password."""
        # One for all homes that are moved into.
        self.keyring_data = self.keyring_data or self.env['XDG_DATA_HOME']
        # The password is everything up to the end of the input, without a newline.
        process = self.start(
            'keyring', ['gnome-keyring-daemon', '--unlock' if unlocked else '--start', '--components=secrets',
                        '--foreground'],
            env={'XDG_DATA_HOME': self.keyring_data}, stdin=subprocess.PIPE)
        if unlocked:
            process.stdin.write(KEYRING_PASSWORD.encode())
        process.stdin.close()
        wait_for(lambda: self.owns('org.freedesktop.secrets'), 'the keyring')
        self.keyring_process = process

    def stop_keyring(self):
        """Kills it, as a crash does."""
        self.stop(self.keyring_process, signal.SIGKILL)
        wait_for(lambda: not self.owns('org.freedesktop.secrets'), 'the keyring to be gone')

    def lock_keyring(self):
        """Locks the login keyring, as a session that was never unlocked has it."""
        run = self.run(
            ['gdbus', 'call', '--session', '-d', 'org.freedesktop.secrets', '-o', '/org/freedesktop/secrets',
             '-m', 'org.freedesktop.Secret.Service.Lock', "['/org/freedesktop/secrets/collection/login']"])
        if run.returncode:
            raise RuntimeError(run.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--display', action='store_true')
    parser.add_argument('--keyring', choices=('unlocked', 'locked'))
    parser.add_argument('command', nargs=argparse.REMAINDER)
    args = parser.parse_args()
    command = args.command[1:] if args.command[:1] == ['--'] else args.command
    with Session(args.display, args.keyring) as session:
        return subprocess.run(command, env=session.env, check=False).returncode


if __name__ == '__main__':
    sys.exit(main())
