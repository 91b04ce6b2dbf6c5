#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk that is full, broken or read-only below the list of uploads: nothing is called done that
is not on it, the person is told, and it goes on by itself when the disk works again."""

import shlex
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from faults import ProxiedBackend
from hoist import HOISTCTL, MIB, Ctl, FaultDisk, make_file, sha256_of
from session import Session, wait_for

SAVED_AGAIN = 'can be saved again'
# Of a large file the first part arrives; all else is held on its way.
HELD = '[held]\noperation=PutObject\naction=hold\n' + ''.join(
    f'[held-{part}]\noperation=UploadPart\npart={part}\naction=hold\n' for part in (2, 3, 4, 5))


class Disk(unittest.TestCase):
    def setUp(self):
        self.session = self.enterContext(Session())
        self.backend = ProxiedBackend(self.session)
        self.ctl = Ctl(self.session, self.backend, 'lab')
        self.disk = FaultDisk(self.session)
        self.file = self.session.folder / 'big.bin'
        self.checksum = make_file(self.file, 40 * MIB)

    def assert_arrived(self):
        (path,) = self.backend.objects().values()
        self.assertEqual(sha256_of(path), self.checksum)

    def wait_for_line(self, name, text):
        wait_for(lambda: text in self.session.read_log(name), f'«{text}» from {name}')

    def start_upload(self):
        before = self.backend.count_taken()
        self.backend.proxy.set_script(HELD)
        process = self.ctl.start('ctl', 'upload', self.file, env=self.disk.env)
        wait_for(lambda: self.backend.count_taken() > before, 'the first part')
        return process

    def test_fails_at_the_start(self):
        for call, error, words in (('mkdir', 'ENOSPC', 'No space left'), ('pwrite', 'ENOSPC', 'No space left'),
                                   ('open', 'EROFS', 'Read-only'), ('fdatasync', 'EIO', 'Input/output error')):
            with self.subTest(f'{call} {error}'):
                self.disk.fail(call, error)
                run = self.ctl.run('upload', self.file, env=self.disk.env)
                self.assertEqual(run.returncode, 1, run.stderr)
                self.assertIn(words, run.stderr)
                self.assertNotIn('PUT', self.backend.log())
        self.disk.work()
        run = self.ctl.run('upload', self.file, env=self.disk.env)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assert_arrived()

    def test_fails_under_way(self):
        for call, error, words in (('pwrite', 'ENOSPC', 'Free some space'), ('fdatasync', 'EIO', 'Check the disk')):
            with self.subTest(f'{call} {error}'):
                process = self.start_upload()
                self.disk.fail(call, error)
                self.backend.proxy.let_go()
                self.wait_for_line('ctl', words)
                self.assertIsNone(process.poll())
                self.assertEqual(self.backend.objects(), {})
                self.disk.work()
                self.assertEqual(process.wait(60), 0, self.session.read_log('ctl'))
                self.wait_for_line('ctl', SAVED_AGAIN)
                self.assert_arrived()
                for path in self.backend.objects().values():
                    path.unlink()
                self.session.log_of('ctl').unlink()

    def test_who_follows_is_told(self):
        process = self.start_upload()
        other = self.session.folder / 'other.bin'
        make_file(other, 10 * MIB)
        follower = self.ctl.start('follower', 'upload', other)
        self.disk.fail('pwrite', 'ENOSPC')
        self.backend.proxy.let_go()
        self.wait_for_line('follower', 'Free some space')
        # One that comes later is, too.
        self.assertIn('Free some space', self.ctl.run('list', target=False).stderr)
        self.disk.work()
        self.wait_for_line('follower', SAVED_AGAIN)
        self.assertEqual((process.wait(60), follower.wait(60)), (0, 0))
        self.assertEqual(len(self.backend.objects()), 2)

    def test_killed_while_it_fails(self):
        process = self.start_upload()
        self.disk.fail('fdatasync', 'EIO')
        self.backend.proxy.let_go()
        self.wait_for_line('ctl', 'Check the disk')
        self.session.stop(process, 9)
        self.disk.work()
        run = self.ctl.run('resume', '--all')
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assert_arrived()

    def test_damage_is_told(self):
        self.assertEqual(self.ctl.run('upload', self.file).returncode, 0)
        journal = Path(self.session.env['XDG_STATE_HOME']) / 'hoist/journal'
        data = bytearray(journal.read_bytes())
        data[len(data) // 2] ^= 1
        journal.write_bytes(data)
        run = self.ctl.run('history', target=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn('The list of uploads was damaged. 1 entry could not be read', run.stderr)
        (kept,) = journal.parent.glob('journal.damaged-*')
        self.assertEqual(kept.read_bytes(), data)
        self.assertIn(str(kept), run.stderr)
        # Once.
        self.assertEqual(self.ctl.run('history', target=False).stderr, '')

    def test_real_small_disk(self):
        """A tmpfs of 64 KiB that is full and gets room again."""
        state = Path(self.session.env['XDG_STATE_HOME'])
        mount = f'mount -t tmpfs -o size=64k tmpfs {shlex.quote(str(state))}'
        namespace = ['unshare', '--map-root-user', '--mount', 'sh', '-ec']
        if subprocess.run([*namespace, mount], capture_output=True, check=False).returncode:
            self.skipTest('nothing can be mounted here')
        upload = shlex.join(map(str, self.ctl.arguments('upload', self.file)))
        assert str(HOISTCTL) in upload
        self.backend.proxy.set_script(HELD)
        process = self.session.start('ctl', [*namespace, f'{mount}; exec {upload}'])
        wait_for(lambda: self.backend.count_taken() == 1, 'the first part')
        filler = Path(f'/proc/{process.pid}/root{state}/filler')
        with open(filler, 'wb', buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass
        self.backend.proxy.let_go()
        # What is left of its last page may hold a few more records.
        wait_for(lambda: 'Free some space' in self.session.read_log('ctl') or process.poll() is not None,
                 'the disk to be full')
        filler_was_noticed = process.poll() is None
        filler.unlink(missing_ok=True)
        self.assertEqual(process.wait(60), 0, self.session.read_log('ctl'))
        self.assert_arrived()
        if filler_was_noticed:
            self.assertIn(SAVED_AGAIN, self.session.read_log('ctl'))


tap.main()
