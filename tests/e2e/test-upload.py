#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""hoistctl upload against the embedded backend: what arrives, and what it says."""

import os
import signal
import socket
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from faults import ProxiedBackend
from hoist import MIB, Backend, Ctl, events_of, make_file, sha256_of
from session import Session, wait_for

NOBODY = 65534


class Upload(unittest.TestCase):
    def setUp(self):
        self.session = self.enterContext(Session())
        self.backend = Backend(self.session)
        self.ctl = Ctl(self.session, self.backend)
        self.files = self.session.folder / 'files'
        self.files.mkdir()

    def assert_arrived(self, expected):
        """The objects are exactly these: {end of the key: SHA-256}."""
        objects = self.backend.objects()
        found = {
            name: sha256_of(path) for key, path in objects.items()
            for name in expected if key == name or key.endswith('/' + name)
        }
        self.assertEqual(found, expected)
        self.assertEqual(len(objects), len(expected), list(objects))

    def start_until(self, n_parts, *arguments):
        """Starts an upload to a backend of which just so many parts arrive: the others are held on their way."""
        self.backend = ProxiedBackend(self.session, 'held')
        self.backend.proxy.hold_parts(*range(n_parts + 1, 9))
        self.ctl = Ctl(self.session, self.backend)
        process = self.ctl.start('ctl', 'upload', *arguments)
        wait_for(lambda: self.backend.count_taken() == n_parts, f'{n_parts} parts to arrive')
        return process

    def test_file_with_a_person_watching(self):
        checksum = make_file(self.files / 'a.bin', 100)
        run = self.ctl.run('upload', self.files / 'a.bin')
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertRegex(run.stdout, r'^a\.bin -> \S*a\.bin\n$')
        self.assert_arrived({'a.bin': checksum})

    def test_sizes(self):
        sizes = (0, 1, 16 * MIB - 1, 16 * MIB, 16 * MIB + 1, 40 * MIB + 12345)
        expected = {f'{size}.bin': make_file(self.files / f'{size}.bin', size) for size in sizes}
        status, events = self.ctl.upload(*(self.files / name for name in expected))
        self.assertEqual(status, 0, events)
        self.assert_arrived(expected)
        done = {event['name']: event for event in events_of(events, 'done')}
        self.assertEqual(sorted(done), sorted(expected))
        for size in sizes:
            self.assertEqual((done[f'{size}.bin']['size'], done[f'{size}.bin']['sent']), (size, size))
        (summary,) = events_of(events, 'summary')
        self.assertEqual((summary['done'], summary['failed'], summary['size']), (6, 0, sum(sizes)))

    def test_folder_keeps_its_structure(self):
        names = ('top/a.bin', 'top/sub/b.bin', 'top/sub/deeper/Größe 北 #1?&+%20.bin', 'top/.hidden', "top/it's \"q\" $x")
        expected = {name: make_file(self.files / name, 1000 + index) for index, name in enumerate(names)}
        (self.files / 'top/empty folder').mkdir()
        status, events = self.ctl.upload(self.files / 'top')
        self.assertEqual(status, 0, events)
        self.assert_arrived(expected)

    def resident_bytes(self, path):
        """How much of a file is in memory."""
        return int(self.session.run(['fincore', '--bytes', '--noheadings', '--output', 'RES', path]).stdout)

    def test_memory_of_others(self):
        """What was read to be sent is let go of; what was in memory before stays there."""
        paths = [self.files / name for name in ('small.bin', 'large.bin')]
        for path, size in zip(paths, (MIB, 40 * MIB + 12345)):
            make_file(path, size)
            with open(path, 'rb+') as file:
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        if any(map(self.resident_bytes, paths)):
            self.skipTest('this file system keeps its files in memory')
        # Over loopback the kernel holds pages of sendfile(2) a little longer than the answer takes.
        env = {'HOIST_DIRECT': '0'}
        self.assertEqual(self.ctl.upload(*paths, env=env)[0], 0)
        self.assertEqual([self.resident_bytes(path) for path in paths], [0, 0])
        warm = []
        for path in paths:
            path.read_bytes()
            warm.append(self.resident_bytes(path))
        self.assertEqual(self.ctl.upload(*paths, env=env)[0], 0)
        # The kernel may take a few away by itself.
        for path, before in zip(paths, warm):
            self.assertGreater(self.resident_bytes(path), before * 3 // 4)

    def test_thousand_small_files(self):
        expected = {f'many/{index % 10}/{index}.bin': make_file(self.files / f'many/{index % 10}/{index}.bin', index)
                    for index in range(1000)}
        status, events = self.ctl.upload(self.files / 'many')
        self.assertEqual(status, 0, events[-3:])
        self.assert_arrived(expected)
        (summary,) = events_of(events, 'summary')
        self.assertEqual((summary['done'], summary['failed']), (1000, 0))

    def test_percent_says_hundred_only_at_the_end(self):
        make_file(self.files / 'big.bin', 24 * MIB)
        status, events = self.ctl.upload(self.files / 'big.bin', options=['--limit', '16M'])
        self.assertEqual(status, 0)
        percents = [event['percent'] for event in events_of(events, 'progress')]
        self.assertEqual(percents, sorted(percents))
        before = [event for event in events[:events.index(events_of(events, 'done')[0])]
                  if event['event'] == 'progress']
        self.assertTrue(all(event['percent'] < 100 for event in before))

    def test_hours_with_another_limit(self):
        """At all hours: without them it would take half an hour."""
        checksum = make_file(self.files / 'a.bin', 2 * MIB)
        options = ['--limit', '1k', '--limit-hours', '0-0=full']
        status, events = self.ctl.upload(self.files / 'a.bin', options=options)
        self.assertEqual(status, 0, events)
        self.assert_arrived({'a.bin': checksum})

    def test_one_bad_file_stops_no_other(self):
        expected = {name: make_file(self.files / name, 10) for name in ('a.bin', 'z.bin')}
        status, events = self.ctl.upload(self.files / 'a.bin', self.files / 'gone.bin', self.files / 'z.bin')
        self.assertEqual(status, 1)
        self.assert_arrived(expected)
        (failed,) = events_of(events, 'failed')
        self.assertEqual((Path(failed['path']).name, failed['code']), ('gone.bin', 'file-missing'))
        self.assertIn('gone.bin', failed['message'] + failed['name'])

    def test_unreadable_file(self):
        # Nothing is unreadable for root: the files are root's and the reader is nobody.
        expected = {'in/good.bin': make_file(self.files / 'in/good.bin', 10)}
        make_file(self.files / 'in/secret.bin', 10)
        os.chmod(self.files / 'in/secret.bin', 0)
        prefix = []
        if os.geteuid() == 0:
            for path in (self.session.folder, *self.session.folder.rglob('*')):
                if path != self.files / 'in/secret.bin' and not path.is_symlink():
                    os.chown(path, NOBODY, NOBODY)
            prefix = ['setpriv', f'--reuid={NOBODY}', f'--regid={NOBODY}', '--clear-groups']
        run = self.session.run([*prefix, *self.ctl.arguments('upload', self.files / 'in')])
        self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
        self.assertIn('secret.bin', run.stderr)
        self.assertIn('in/good.bin ->', run.stdout)
        self.assert_arrived(expected)

    def test_what_is_no_file(self):
        def make_socket(path):
            with socket.socket(socket.AF_UNIX) as unix:
                unix.bind(str(path))
        for what, make in (('fifo', os.mkfifo), ('socket', make_socket)):
            make(self.files / what)
        for path in (self.files / 'fifo', self.files / 'socket', Path('/dev/null')):
            with self.subTest(path.name):
                status, events = self.ctl.upload(path, timeout=30)
                self.assertEqual(status, 1)
                (failed,) = events_of(events, 'failed')
                self.assertEqual(failed['code'], 'file-unsuitable')
        self.assertEqual(self.backend.objects(), {})

    def test_links_in_a_circle(self):
        expected = {'loop/a.bin': make_file(self.files / 'loop/a.bin', 10)}
        (self.files / 'loop/sub').mkdir()
        (self.files / 'loop/sub/up').symlink_to('..')
        (self.files / 'loop/self').symlink_to('self')
        status, events = self.ctl.upload(self.files / 'loop', timeout=60)
        self.assertIn(status, (0, 1), events)
        (key,) = [key for key in self.backend.objects() if key.endswith('a.bin')]
        self.assertEqual(sha256_of(self.backend.objects()[key]), expected['loop/a.bin'])
        self.assertEqual(len(self.backend.objects()), 1)

    def test_name_that_is_not_utf8(self):
        os.mkdir(self.files / 'odd')
        with open(os.fsencode(self.files / 'odd') + b'/caf\xe9.txt', 'wb') as file:
            file.write(b'x')
        make_file(self.files / 'odd/good.bin', 10)
        status, events = self.ctl.upload(self.files / 'odd')
        told = events_of(events, 'failed') + events_of(events, 'done')
        self.assertEqual(len(told), 2, events)
        self.assertTrue(any(key.endswith('odd/good.bin') for key in self.backend.objects()))
        self.assertEqual(status, 1 if events_of(events, 'failed') else 0)

    def test_file_that_grows(self):
        path = self.files / 'log.bin'
        make_file(path, 24 * MIB)
        process = self.start_until(1, '--json', '--retry-for', '20s', path)
        with open(path, 'ab') as file:
            file.write(b'more')
        self.backend.proxy.let_go()
        process.wait(120)
        for object_path in self.backend.objects().values():
            # Never a mixture: the old file or the new one.
            self.assertEqual(sha256_of(object_path), sha256_of(path))
        if process.returncode:
            self.assertIn('file-changed', self.session.read_log('ctl'))

    def test_interrupted_and_resumed(self):
        checksum = make_file(self.files / 'big.bin', 64 * MIB)
        process = self.start_until(2, self.files / 'big.bin')
        self.assertEqual(self.session.stop(process, signal.SIGINT), 130)
        self.backend.proxy.let_go()
        self.assertIn('resume', self.session.read_log('ctl'))
        self.assertEqual(self.backend.objects(), {})
        run = self.ctl.run('resume', '--all')
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assert_arrived({'big.bin': checksum})

    def test_cancel_clears_the_server(self):
        make_file(self.files / 'big.bin', 64 * MIB)
        self.session.stop(self.start_until(1, self.files / 'big.bin'), signal.SIGINT)
        self.backend.proxy.let_go()
        self.assertEqual(len(self.backend.call('GET', '/uploads')[1]['uploads']), 1)
        run = self.ctl.run('cancel', '--all')
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(self.backend.call('GET', '/uploads')[1]['uploads'], [])
        self.assertEqual(self.ctl.run('list', '--json', target=False).stdout, '')

    def test_history(self):
        ctl = Ctl(self.session, self.backend, 'lab')
        make_file(self.files / 'a.bin', 10)
        self.assertEqual(ctl.upload(self.files / 'a.bin')[0], 0)
        run = ctl.run('history', target=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertRegex(run.stdout, r'a\.bin -> ')
        self.assertEqual(ctl.run('list', '--json', target=False).stdout, '')

    def test_wrong_use(self):
        for what, arguments in (
            ('no command', []),
            ('unknown command', ['hoist']),
            ('unknown option', ['upload', '--nonsense', 'x']),
            ('nothing to upload', ['upload', '--url', self.backend.url, '--token-file', '/dev/null']),
            ('no destination', ['upload', 'x']),
            ('unknown destination', ['upload', '--to', 'nowhere', 'x']),
            ('which upload?', ['cancel']),
            ('no number', ['pause', 'abc']),
        ):
            with self.subTest(what):
                run = self.session.run([self.ctl.arguments('x')[0], *arguments])
                self.assertEqual(run.returncode, 2, run.stdout + run.stderr)
                self.assertTrue(run.stderr.strip())

    def test_wrong_token(self):
        (self.files / 'token').write_text('hst_wrong\n')
        make_file(self.files / 'a.bin', 10)
        run = self.ctl.run('upload', '--url', self.backend.url, '--token-file', self.files / 'token',
                           self.files / 'a.bin', target=False)
        self.assertEqual(run.returncode, 1)
        self.assertTrue(run.stderr.strip())
        self.assertNotIn('hst_wrong', run.stdout + run.stderr)

    def test_nothing_listens(self):
        make_file(self.files / 'a.bin', 10)
        self.backend.stop()
        status, events = self.ctl.upload(self.files / 'a.bin', options=['--retry-for', '1s'])
        self.assertEqual(status, 1)
        (failed,) = events_of(events, 'failed')
        self.assertEqual(failed['code'], 'network')


tap.main()
