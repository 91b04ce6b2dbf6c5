# SPDX-License-Identifier: GPL-3.0-or-later
"""Another computer for a session: an SSH server of its own, which GVfs mounts."""

import getpass
import os
import socket
import subprocess
from pathlib import Path

from session import wait_for

GVFSD = '/usr/libexec/gvfsd'
SSHD = '/usr/sbin/sshd'
HOST = 'lab'
SSHD_CONFIG = '''Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin yes
PidFile none
Subsystem sftp internal-sftp
'''
SSH_CONFIG = '''Host lab
 HostName 127.0.0.1
 Port {port}
 IdentityFile {folder}/user
 UserKnownHostsFile {folder}/known
 StrictHostKeyChecking accept-new
'''


def why_not():
    """Why there can be none here, or nothing."""
    missing = [path for path in (GVFSD, SSHD, '/usr/libexec/gvfsd-fuse', '/dev/fuse') if not Path(path).exists()]
    return f'no {missing[0]}' if missing else None


class Gvfs:
    """GVfs's daemon and the other computer, whose files are in a folder of the session."""

    def __init__(self, session, fuse=True):
        self.session, self.fuse = session, fuse
        self.folder = session.folder / 'ssh'
        self.remote = session.folder / 'remote'
        self.remote.mkdir(exist_ok=True)
        session.env.pop('GIO_USE_VFS', None)
        if not self.folder.exists():
            self._start_ssh()
        self.daemon = session.start('gvfsd', [GVFSD, *([] if fuse else ['--no-fuse'])])
        wait_for(lambda: session.owns('org.gtk.vfs.Daemon'), 'GVfs')
        self.mount_point = Path(session.env['XDG_RUNTIME_DIR'], 'gvfs')
        if fuse:
            wait_for(lambda: os.path.ismount(self.mount_point), "GVfs's folder")

    def _start_ssh(self):
        self.folder.mkdir(mode=0o700)
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            port = probe.getsockname()[1]
        for key in ('host', 'user'):
            subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', self.folder / key], check=True)
        for name, text in (('sshd.conf', SSHD_CONFIG), ('ssh.conf', SSH_CONFIG)):
            (self.folder / name).write_text(text.format(port=port, folder=self.folder))
        # GVfs starts ssh, which reads the settings of the real home otherwise.
        wrapper = self.folder / 'bin/ssh'
        wrapper.parent.mkdir()
        wrapper.write_text(f'#!/bin/sh\nexec /usr/bin/ssh -F {self.folder}/ssh.conf "$@"\n')
        wrapper.chmod(0o755)
        self.session.env['PATH'] = f'{wrapper.parent}:{os.environ["PATH"]}'
        if os.getuid() == 0:
            # What it separates its privileges in.
            Path('/run/sshd').mkdir(exist_ok=True)
        self.session.start('sshd', [SSHD, '-D', '-e', '-f', self.folder / 'sshd.conf'])
        wait_for(lambda: 'listening' in self.session.read_log('sshd'), 'the SSH server')

    @property
    def root(self):
        """The address of the other computer."""
        return f'sftp://{getpass.getuser()}@{HOST}'

    def uri(self, name):
        """The address of a file there."""
        return self.root + (self.remote / name).as_uri().removeprefix('file://')

    def _gio(self, *arguments):
        run = self.session.run(['gio', 'mount', *arguments])
        if run.returncode:
            raise RuntimeError(run.stderr)

    def mount(self):
        self._gio(self.root)

    def unmount(self):
        self._gio('--unmount', '--force', self.root)

    def stop(self):
        # What serves a mount is a process of its own, and ends with it.
        self.session.run(['gio', 'mount', '--unmount', '--force', self.root])
        self.session.stop(self.daemon)
        if self.fuse:
            # Not left to the daemon: it would hide what is in the folder from the session's end.
            self.session.run(['fusermount3', '-u', '-z', self.mount_point])
            wait_for(lambda: not os.path.ismount(self.mount_point), "GVfs's folder to go")
