#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proof of delivery: receipts that sha256sum accepts, and verify, when somebody meddled with the storage."""

import json
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from hoist import MIB, Backend, Ctl, events_of, make_file, sha256_of
from session import Session

NAMES = ('small.bin', 'set/large.bin', 'set/back\\slash.bin', 'set/Größe 北.bin', 'empty.bin')


class Proof(unittest.TestCase):
    def setUp(self):
        self.session = self.enterContext(Session())
        self.backend = Backend(self.session)
        self.ctl = Ctl(self.session, self.backend, 'lab')
        self.files = self.session.folder / 'files'
        self.files.mkdir()

    def deliver(self, sizes):
        """Uploads {name: size} and returns {name: id}."""
        for name, size in sizes.items():
            make_file(self.files / name, size)
        tops = {self.files / name.split('/')[0] for name in sizes}
        status, events = self.ctl.upload(*sorted(tops))
        self.assertEqual(status, 0, events)
        return {event['name']: str(event['id']) for event in events_of(events, 'done')}

    def receipt(self, *arguments):
        return self.ctl.run('receipt', *arguments, target=False)

    def object(self, name):
        (path,) = [path for key, path in self.backend.objects().items() if key == name or key.endswith('/' + name)]
        return path

    def test_receipt(self):
        ids = self.deliver({'large.bin': 20 * MIB + 1})
        run = self.receipt('--json', ids['large.bin'])
        self.assertEqual(run.returncode, 0, run.stderr)
        receipt = json.loads(run.stdout)
        path = self.files / 'large.bin'
        self.assertEqual(receipt['path'], str(path))
        self.assertEqual(receipt['size'], 20 * MIB + 1)
        self.assertEqual(receipt['sha256'], sha256_of(path))
        self.assertEqual((receipt['parts'], receipt['partSize']), (3, 8 * MIB))
        self.assertRegex(receipt['checksum'], '-3$')
        self.assertRegex(receipt['etag'], '-3$')
        self.assertIn('read-back-checksum', receipt['proof'])
        self.assertNotIn('?', receipt['location'])
        for name in ('begun', 'finished', 'serverTime'):
            self.assertRegex(receipt[name], r'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$')
        text = self.receipt(ids['large.bin']).stdout
        self.assertIn(receipt['sha256'], text)
        self.assertIn('Destination: lab', text)

    def test_sha256sum_accepts_the_lines(self):
        self.deliver({name: 20 * MIB if 'large' in name else 1000 * index
                      for index, name in enumerate(NAMES[:-1])} | {'empty.bin': 0})
        run = self.receipt('--all', '--sha256sums')
        self.assertEqual(run.returncode, 0, run.stderr)
        sums = self.session.folder / 'SHA256SUMS'
        sums.write_text(run.stdout)
        self.assertEqual(len(run.stdout.splitlines()), len(NAMES))
        check = ['sha256sum', '--check', '--strict', '--quiet', str(sums)]
        subprocess.run(check, cwd=self.files, check=True)
        # What the storage has passes the same check, and what is damaged does not.
        (folder,) = {path.parent for key, path in self.backend.objects().items() if key.endswith('small.bin')}
        subprocess.run(check, cwd=folder, check=True)
        (folder / 'small.bin').write_bytes(b'damaged')
        self.assertNotEqual(subprocess.run(check, cwd=folder, capture_output=True).returncode, 0)

    def verify(self, *arguments):
        run = self.ctl.run('verify', '--json', *arguments)
        return run.returncode, {line['name']: line for line in map(json.loads, run.stdout.splitlines())}

    def test_verify(self):
        names = {f'{kind}-{size}.bin': size for kind in ('same', 'damaged', 'replaced', 'gone')
                 for size in (1000, 17 * MIB)}
        ids = self.deliver(names)
        status, found = self.verify('--all', '--file')
        self.assertEqual(status, 0, found)
        self.assertEqual({(line['object'], line['file']) for line in found.values()}, {('same', 'same')})

        for name in names:
            path = self.object(name)
            if name.startswith('damaged'):
                with path.open('r+b') as file:
                    file.seek(500)
                    file.write(b'\0\1\2')
            elif name.startswith('replaced'):
                path.write_bytes(b'something else')
            elif name.startswith('gone'):
                path.unlink()
        status, found = self.verify('--all')
        self.assertEqual(status, 1, found)
        for name, line in found.items():
            expected = {'same': 'same', 'gone': 'gone'}.get(name.split('-')[0], 'replaced')
            self.assertEqual(line['object'], expected, name)
        self.assertIn('size', found['replaced-1000.bin']['differs'])
        self.assertNotIn('size', found['damaged-1000.bin']['differs'])
        # It stays in the history, and those that are as they were are still proved.
        receipt = json.loads(self.receipt('--json', ids['gone-1000.bin']).stdout)
        self.assertEqual(receipt['verified'], 'gone')
        self.assertEqual(self.verify(ids['same-1000.bin'])[0], 0)

        # A copy that was brought back by hand is the same file to anybody but the storage.
        make_file(self.files / 'same-1000.bin', 1001)
        status, found = self.verify('--file', ids['same-1000.bin'])
        self.assertEqual((status, found['same-1000.bin']['object'], found['same-1000.bin']['file']),
                         (1, 'same', 'differs'))

    def test_verify_without_the_backend(self):
        ids = self.deliver({'a.bin': 10})
        self.backend.stop()
        status, found = self.verify(ids['a.bin'])
        self.assertEqual(status, 3, found)
        self.assertEqual(found['a.bin']['object'], 'unknown')
        self.assertTrue(found['a.bin']['message'])

    def test_wrong_use(self):
        for arguments in (['receipt'], ['receipt', 'x'], ['verify'], ['receipt', '1', '--json', '--sha256sums']):
            with self.subTest(arguments):
                run = self.session.run([self.ctl.arguments('x')[0], *arguments])
                self.assertEqual(run.returncode, 2, run.stdout + run.stderr)
        run = self.receipt('7')
        self.assertEqual(run.returncode, 1)
        self.assertIn('7', run.stderr)


tap.main()
