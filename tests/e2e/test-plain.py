#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plain protocol, as the reference backend in Django speaks it."""

import hashlib
import json
import os
import re
import shutil
import signal
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from django_backend import DjangoBackend
from faults import ProxiedBackend
from hoist import HOISTCTL, MIB, Backend, Ctl, make_file, sha256_of
from session import Session, wait_for

CHUNK = 5 * MIB
N_LEFT = 2  # chunks that are there when it is killed
SLOWLY = ('--limit', '10M', '--parallel', '2')


class Plain(unittest.TestCase):
    def open(self, store=ProxiedBackend, **knobs):
        """knobs: of tests/backends/django/site_hoist/settings.py"""
        self.session = self.enterContext(Session())
        self.store = store(self.session)
        self.django = DjangoBackend(self.session, self.store, **knobs)
        self.files = self.session.folder / 'files'
        self.ctl = Ctl(self.session, self.django, name='Plain', url=self.django.plain_url,
                       options=['--type', 'plain'])

    def chunks_of(self, checksum):
        """The chunks of a file that are there, by index."""
        found = {}
        for key, path in self.store.objects().items():
            match = re.fullmatch(f'anna/chunks/{checksum}_([0-9]+)', key)
            if match:
                found[int(match[1])] = path
        return found

    def count_puts(self):
        return sum(request['server_status'] == 200 for request in self.store.proxy.requests('PutObject'))

    def assert_arrived(self, *checksums):
        """All of these files, and nothing else."""
        for checksum in checksums:
            chunks = self.chunks_of(checksum)
            self.assertEqual(sorted(chunks), list(range(len(chunks))))
            joined = hashlib.sha256(b''.join(chunks[index].read_bytes() for index in sorted(chunks)))
            self.assertEqual(joined.hexdigest(), checksum)
        self.assertEqual(len(self.store.objects()), sum(len(self.chunks_of(each)) for each in set(checksums)))

    def run_well(self, *arguments, **options):
        run = self.ctl.run(*arguments, **options)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout

    def leave_some(self, *paths, n_chunks=N_LEFT):
        """Is killed under way, when some chunks are there and the list has them: the others are held on their way."""
        self.store.proxy.set_script(
            f'[held]\noperation=PutObject\ncount=operation\nfirst={n_chunks + 1}\nlast=1000\naction=hold\n')
        process = self.ctl.start('first', 'upload', *paths)
        wait_for(lambda: self.count_puts() >= n_chunks, f'{n_chunks} chunks to arrive')
        wait_for(lambda: self.ctl.parts_done() >= n_chunks, 'the list to have them')
        self.session.stop(process, signal.SIGKILL)
        self.store.proxy.let_go()
        # The backend in Django keeps its connections to the storage.
        wait_for(lambda: len(self.store.proxy.requests()) == self.store.proxy.count(), 'what was on its way to end')

    def snapshot(self, checksum):
        """Which chunks are there, and each as it was put: one that is sent again is another file."""
        return {index: path.stat().st_ino for index, path in self.chunks_of(checksum).items()}

    def count_kept(self, before, checksum):
        now = self.snapshot(checksum)
        return sum(now.get(index) == inode for index, inode in before.items())

    def count_done(self):
        """Chunks that the list has of the only upload."""
        (upload,) = [json.loads(line) for line in self.run_well('list', '--json', target=False).splitlines()]
        return upload['sent'] // CHUNK

    def test_sizes(self):
        self.open()
        sizes = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 4 * CHUNK]
        checksums = [make_file(self.files / f'file {size}.bin', size) for size in sizes]
        status, events = self.ctl.upload(*sorted(self.files.iterdir()))
        self.assertEqual(status, 0, events)
        self.assert_arrived(*checksums)
        self.assertEqual([len(self.chunks_of(each)) for each in checksums], [1, 1, 1, 1, 2, 4])

        # Once more, they are there: nothing is sent.
        puts = self.count_puts()
        status, events = self.ctl.upload(*sorted(self.files.iterdir()))
        self.assertEqual(status, 0, events)
        self.assertEqual(self.count_puts(), puts)
        self.assert_arrived(*checksums)

    def test_other_spelling_and_joined(self):
        # What it joins it sends itself, and asks before: the fault proxy does not know «100-continue».
        self.open(Backend, HOIST_PLAIN_HASH='hash', HOIST_PLAIN_STRINGS='1', HOIST_PLAIN_JOIN='1', HOIST_PLAIN_TOKEN='1')
        self.django.token_file.write_text(f'Token {self.django.token}')
        checksum = make_file(self.files / 'a.bin', 3 * CHUNK + 7)
        process = self.ctl.start('first', 'upload', *SLOWLY, self.files / 'a.bin')
        wait_for(lambda: re.search(r'^PUT \S+ 200 ', self.store.log(), re.M), 'a chunk to arrive')
        # If all of them have by now, that is as good.
        self.session.stop(process, signal.SIGKILL)
        self.run_well('resume', '--all')
        self.assertEqual({key: sha256_of(path) for key, path in self.store.objects().items()},
                         {f'anna/files/{checksum}': checksum})
        (receipt,) = [json.loads(line) for line in self.run_well('receipt', '--json', '1', target=False).splitlines()]
        self.assertEqual(receipt['key'], f'anna/files/{checksum}')
        self.assertEqual(receipt['sha256'], checksum)
        # Nothing but the size was compared, and nothing else is said.
        self.assertNotIn('checksum', receipt)

    def test_errors_as_web_pages(self):
        self.open(HOIST_PLAIN_PAGES='1')
        checksum = make_file(self.files / 'a.bin', CHUNK + 1)
        self.run_well('upload', self.files / 'a.bin')
        self.assert_arrived(checksum)

    def test_killed(self):
        self.open()
        checksum = make_file(self.files / 'a.bin', 10 * CHUNK)
        self.leave_some(self.files / 'a.bin')
        done = self.count_done()
        self.assertGreater(done, 0)
        # What the list calls done and the storage lost is sent again. Any chunk may be the first to arrive.
        chunks = self.chunks_of(checksum)
        chunks[min(chunks)].unlink()
        before = self.snapshot(checksum)
        self.run_well('resume', '--all')
        self.assert_arrived(checksum)
        self.assertGreaterEqual(self.count_kept(before, checksum), done - 1)

    def test_moved(self):
        self.open()
        checksum = make_file(self.files / 'a.bin', 10 * CHUNK)
        self.leave_some(self.files / 'a.bin')
        done = self.count_done()
        before = self.snapshot(checksum)
        # Another file system's copy, so to say: other inode, other times.
        shutil.copyfile(self.files / 'a.bin', self.session.folder / 'elsewhere.bin')
        (self.files / 'a.bin').unlink()
        self.run_well('locate', '1', self.session.folder / 'elsewhere.bin')
        self.run_well('resume', '--all')
        self.assert_arrived(checksum)
        self.assertGreaterEqual(self.count_kept(before, checksum), done)

    def test_other_machine(self):
        self.open()
        checksum = make_file(self.files / 'a.bin', 10 * CHUNK)
        self.leave_some(self.files / 'a.bin')
        before = self.snapshot(checksum)
        shutil.rmtree(self.session.env['XDG_STATE_HOME'])
        os.rename(self.files / 'a.bin', self.files / 'another name')
        self.run_well('upload', self.files / 'another name')
        self.assert_arrived(checksum)
        # All that was there by then is used; what was still on its way may be sent again.
        self.assertEqual(self.count_kept(before, checksum), len(before))

    def test_cancelled(self):
        self.open()
        make_file(self.files / 'a.bin', 10 * CHUNK)
        self.leave_some(self.files / 'a.bin')
        self.run_well('cancel', '--all')
        self.assert_arrived()

    @staticmethod
    def read_by(process):
        """How much a process has read from anywhere, also one that ended and was not waited for."""
        return int(re.search(r'rchar: ([0-9]+)', Path(f'/proc/{process.pid}/io').read_text())[1])

    def test_read_once(self):
        """The SHA-256 of a file that is as it was is known, whoever was killed meanwhile."""
        self.open()
        n_chunks = 16
        size = n_chunks * CHUNK
        checksum = make_file(self.files / 'a.bin', size)
        self.leave_some(self.files / 'a.bin', n_chunks=n_chunks - 4)
        process = self.ctl.start('second', 'resume', '--all')
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        self.assertLess(self.read_by(process), size)
        self.assertEqual(process.wait(), 0, self.session.read_log('second'))
        self.assert_arrived(checksum)

        # Another file by the same name is another one.
        again = make_file(self.files / 'a.bin', size, seed=1)
        process = self.ctl.start('third', 'upload', self.files / 'a.bin')
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        self.assertGreater(self.read_by(process), size)
        self.assertEqual(process.wait(), 0, self.session.read_log('third'))
        self.assert_arrived(checksum, again)

    def test_cancelled_while_it_is_read(self):
        self.open()
        self.files.mkdir()
        size = 40000 * MIB
        (self.files / 'huge.bin').touch()
        os.truncate(self.files / 'huge.bin', size)  # it takes no room, and a minute to be read

        def read():
            uploads = [json.loads(line) for line in self.run_well('list', '--json', target=False).splitlines()]
            return uploads and uploads[0].get('read')

        process = self.ctl.start('first', 'upload', self.files / 'huge.bin')
        self.assertLess(wait_for(read, 'some of it to be read'), size)
        self.run_well('cancel', '--all')
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        self.assertLess(self.read_by(process), size)
        self.assertEqual(process.wait(), 1, self.session.read_log('first'))
        # The backend has not even heard of it.
        self.assertNotIn('initiate', self.session.read_log('django'))
        self.assert_arrived()

    def test_two_with_the_same_contents(self):
        self.open()
        checksum = make_file(self.files / 'a.bin', 8 * CHUNK)
        shutil.copyfile(self.files / 'a.bin', self.files / 'b.bin')
        self.leave_some(self.files / 'a.bin', self.files / 'b.bin')
        # What it has is the other one's, too.
        self.run_well('cancel', '2')
        self.assertGreater(len(self.chunks_of(checksum)), 0)
        self.run_well('resume', '--all')
        self.assert_arrived(checksum)

    def test_changed(self):
        self.open()
        make_file(self.files / 'a.bin', 8 * CHUNK)
        self.leave_some(self.files / 'a.bin')
        checksum = make_file(self.files / 'a.bin', 8 * CHUNK, seed=1)
        run = self.ctl.run('resume', '--all')
        self.assertNotEqual(run.returncode, 0)
        self.assertIn('contents changed', run.stderr)
        self.run_well('retry', '--all')
        self.assert_arrived(checksum)

    def test_urls_that_expire(self):
        self.open(HOIST_URL_LIFETIME_S='2')
        checksum = make_file(self.files / 'a.bin', 10 * CHUNK)
        self.run_well('upload', *SLOWLY, self.files / 'a.bin')
        self.assert_arrived(checksum)

    def test_finds_out(self):
        self.open()
        expected = {'small': (self.django.plain_url, 'plain'), 'api': (self.django.url, 'hoist-api'),
                    'own': (self.store.url, 'hoist-api')}
        for name, (url, kind) in expected.items():
            token_file = self.store.token_file if name == 'own' else self.django.token_file
            run = self.session.run([HOISTCTL, 'destination', 'add', '--type', 'auto', '--token-file', token_file, name, url])
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertIn(kind, run.stdout)
        for url, word in ((self.django.origin + '/nothing', 'address'), ('http://127.0.0.1:1', 'connect')):
            run = self.session.run(
                [HOISTCTL, 'destination', 'add', '--type', 'auto', '--token-file', self.django.token_file, 'none', url])
            self.assertNotEqual(run.returncode, 0)
            self.assertIn(word, run.stderr)
        listed = self.session.run([HOISTCTL, 'destination', 'list', '--json']).stdout
        self.assertEqual({found['name']: found['type'] for found in map(json.loads, listed.splitlines())},
                         {'Plain': 'plain', **{name: kind for name, (_, kind) in expected.items()}})
        # Nothing was begun anywhere.
        self.assertEqual(self.store.objects(), {})

    def test_refused(self):
        self.open()
        make_file(self.files / 'a', 1)
        self.django.token_file.write_text('wrong')
        run = self.ctl.run('upload', self.files / 'a')
        self.assertNotEqual(run.returncode, 0)
        self.assertIn('token', run.stderr)
        self.assert_arrived()


tap.main()
