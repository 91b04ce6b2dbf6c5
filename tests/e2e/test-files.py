#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to a file, with the finished programs: moved, renamed, on a drive that goes and comes."""

import json
import shlex
import signal
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from faults import ProxiedBackend
from hoist import MIB, Ctl, make_file, sha256_of
from session import Session, wait_for

SIZE = 64 * MIB


class Files(unittest.TestCase):
    def setUp(self):
        self.session = self.enterContext(Session())
        self.backend = ProxiedBackend(self.session)
        self.ctl = Ctl(self.session, self.backend, 'lab')
        self.file = self.session.folder / 'big.bin'
        self.checksum = make_file(self.file, SIZE)

    def assert_arrived(self):
        (path,) = self.backend.objects().values()
        self.assertEqual(sha256_of(path), self.checksum)

    def send_some(self, path):
        self.backend.proxy.hold_parts(6, 7, 8)
        process = self.ctl.start('ctl', 'upload', path)
        wait_for(lambda: self.backend.count_taken() == 5, 'some parts to arrive')
        self.session.stop(process, signal.SIGKILL)
        self.backend.proxy.let_go()
        self.backend.wait_until_left()

    def unfinished(self):
        (line,) = self.ctl.run('list', '--json', target=False).stdout.splitlines()
        return json.loads(line)

    def test_renamed_between_two_runs(self):
        self.send_some(self.file)
        self.file.rename(self.file.with_name('renamed.bin'))
        run = self.ctl.run('resume', '--all')
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assert_arrived()

    def test_moved_between_two_runs(self):
        self.send_some(self.file)
        elsewhere = self.session.folder / 'elsewhere'
        elsewhere.mkdir()
        self.file.rename(elsewhere / 'other name.bin')
        run = self.ctl.run('resume', '--all')
        self.assertEqual(run.returncode, 1)
        self.assertIn('no longer there. If it was moved, locate it', run.stderr)
        upload = self.unfinished()
        self.assertIn('locate it', self.ctl.run('list', target=False).stdout)

        another = self.session.folder / 'another.bin'
        make_file(another, SIZE)
        run = self.ctl.run('locate', upload['id'], another)
        self.assertEqual(run.returncode, 1)
        self.assertIn('the contents differ', run.stderr)

        run = self.ctl.run('locate', upload['id'], elsewhere / 'other name.bin')
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assert_arrived()

    def test_located_that_was_never_seen(self):
        self.session.run(['mv', self.file, self.file.with_name('elsewhere.bin')])
        run = self.ctl.run('upload', self.file)
        self.assertEqual(run.returncode, 1)
        self.assertIn('no longer there', run.stderr)
        run = self.ctl.run('locate', self.unfinished()['id'], self.file.with_name('elsewhere.bin'))
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assert_arrived()

    def test_locate_says_what_it_needs(self):
        for arguments in ((), ('1',), ('one', self.file), ('1', self.file, self.file)):
            self.assertEqual(self.ctl.run('locate', *arguments).returncode, 2, arguments)
        self.assertEqual(self.ctl.run('locate', '99', self.file).returncode, 2)

    def test_drive_goes_and_comes(self):
        drive = self.session.folder / 'Holiday pictures'
        drive.mkdir()
        namespace = ['unshare', '--map-root-user', '--mount', 'sh', '-ec']
        mount = f'mount -t tmpfs -o size=200m tmpfs {shlex.quote(str(drive))}'
        if subprocess.run([*namespace, mount], capture_output=True, check=False).returncode:
            self.skipTest('nothing can be mounted here')
        fill = f'{mount}; cp -p {shlex.quote(str(self.file))} {shlex.quote(str(drive))}'
        upload = shlex.join(map(str, self.ctl.arguments('upload', '--parallel', '1', drive / 'big.bin')))
        # Two more are to be read when the one that is on its way has arrived.
        self.backend.proxy.hold_parts(6)
        process = self.session.start('ctl', [*namespace, f'{fill}; exec {upload}'])
        self.backend.proxy.wait_until_held()

        def inside(command):
            subprocess.run(['nsenter', '--target', str(process.pid), '--user', '--mount', '--preserve-credentials',
                            'sh', '-ec', command], check=True)
        # As by whoever pulls it out: it does not wait for who reads from it.
        inside(f'umount -l {shlex.quote(str(drive))}')
        self.backend.proxy.let_go()
        wait_for(lambda: 'The drive “Holiday pictures” is not connected' in self.session.read_log('ctl'),
                 'the drive to be missed')
        arrived = self.backend.count_taken()
        self.assertEqual(self.backend.objects(), {})
        self.assertIsNone(process.poll())
        # With another inode and device, as after any mount, and at once with all that is on it.
        again = self.session.folder / 'again'
        again.mkdir()
        inside(fill.replace(str(drive), str(again)) + f'; mount --bind {again} {shlex.quote(str(drive))}')
        self.assertEqual(process.wait(60), 0, self.session.read_log('ctl'))
        self.assert_arrived()
        self.assertLess(self.backend.count_taken() - arrived, SIZE // (8 * MIB))


tap.main()
