#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bucket as a destination: hoistctl signs by itself and speaks S3 with the embedded store."""

import json
import re
import shutil
import signal
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from faults import ProxiedBackend
from hoist import HOISTCTL, MIB, Backend, Ctl, clock_off_by, events_of, files_with, make_file, parse_events, sha256_of
from session import Session, wait_for

PART = 8 * MIB
N_PARTS = 8
BUCKET = 'hoist'
CHECKSUMS = ('sha256', 'md5', 'none')


class Bucket(unittest.TestCase):
    keyring = None
    make_backend = Backend

    def setUp(self):
        self.session = self.enterContext(Session(keyring=self.keyring))
        self.backend = self.make_backend(self.session)
        self.keys_file = self.backend.folder / '.hoist/credentials'
        self.url = self.backend.url.removesuffix('/api/v1')
        self.files = self.session.folder / 'files'
        self.files.mkdir()

    def use(self, *options, name='lab'):
        self.ctl = Ctl.for_bucket(self.session, name, self.url, BUCKET, self.keys_file, *options)

    def secret(self):
        return re.search(r'aws_secret_access_key *= *(\S+)', self.keys_file.read_text())[1]

    def objects(self):
        return {key: sha256_of(path) for key, path in self.backend.objects().items()}

    def is_clear(self):
        return not list((self.backend.folder / '.hoist/uploads').iterdir())

    def upload(self, *paths, options=()):
        status, events = self.ctl.upload(*paths, options=options)
        self.assertEqual(status, 0, events)
        return events


class BehindProxy(Bucket):
    make_backend = ProxiedBackend

    def test_region_that_is_wrong(self):
        """The first that the storage says of it is the answer to a URL, from which its signer learns nothing."""
        self.backend.proxy.set_script(
            '[mute]\noperation=ListMultipartUploads\nlast=1\naction=answer\npreset=access-denied\n')
        self.use('--region', 'eu-south-2')
        expected = {'a.bin': make_file(self.files / 'a.bin', 10)}
        self.upload(self.files / 'a.bin')
        self.assertEqual(self.objects(), expected)
        self.assertEqual([request['status'] for request in self.backend.proxy.requests('PutObject')], [400, 200])


class Uploads(Bucket):
    def test_sizes_with_each_checksum(self):
        sizes = (0, 1, 16 * MIB - 1, 16 * MIB, 20 * MIB + 1)
        expected = {f'{size}.bin': make_file(self.files / f'{size}.bin', size) for size in sizes}
        for checksum in CHECKSUMS:
            with self.subTest(checksum):
                self.use('--set', f'checksum={checksum}', '--key-prefix', checksum, name=checksum)
                self.upload(*(self.files / name for name in expected))
                found = {key: value for key, value in self.objects().items() if key.startswith(checksum)}
                self.assertEqual(found, {f'{checksum}/{name}': value for name, value in expected.items()})

    def test_names(self):
        names = ('top/a b+c.bin', 'top/50%.bin', "top/it's \"q\" $x", 'top/Größe 北 #1?&=.bin', 'top/e\u0301.bin',
                 'top/\U0001f680.bin', 'top/' + 'x' * 200 + '/' + 'y' * 200)
        expected = {name: make_file(self.files / name, 1000 + index) for index, name in enumerate(names)}
        self.use()
        self.upload(self.files / 'top')
        self.assertEqual(self.objects(), expected)

    def test_key_template(self):
        checksum = make_file(self.files / 'top/a.bin', 10)
        self.use('--key-prefix', 'in/', '--set', 'key-template={yyyy}/{name}')
        self.upload(self.files / 'top')
        ((key, found),) = self.objects().items()
        self.assertRegex(key, r'^in/20\d\d/a\.bin$')
        self.assertEqual(found, checksum)

    def test_receipt_and_verify(self):
        make_file(self.files / 'large.bin', 20 * MIB + 1)
        self.use('--set', 'checksum=sha256')
        (done,) = events_of(self.upload(self.files / 'large.bin'), 'done')
        (receipt,) = parse_events(self.ctl.run('receipt', '--json', str(done['id']), target=False).stdout)
        self.assertEqual(receipt['sha256'], sha256_of(self.files / 'large.bin'))
        self.assertIn('read-back-checksum', receipt['proof'])
        self.assertEqual(receipt['location'], f'{self.url}/{BUCKET}/large.bin')
        self.assertEqual(self.ctl.run('verify', str(done['id'])).returncode, 0)
        (path,) = self.backend.objects().values()
        path.write_bytes(b'damaged')
        self.assertNotEqual(self.ctl.run('verify', str(done['id'])).returncode, 0)

    def test_clock_that_is_wrong(self):
        expected = {name: make_file(self.files / name, size) for name, size in (('a.bin', 10), ('b.bin', 20 * MIB))}
        self.use()
        for off in (-86400, 86400):
            with self.subTest(off):
                run = self.ctl.run('upload', *(self.files / name for name in expected), env=clock_off_by(off))
                self.assertEqual(run.returncode, 0, run.stderr)
                self.assertEqual(self.objects(), expected)


class Interrupted(Bucket):
    make_backend = ProxiedBackend

    def setUp(self):
        super().setUp()
        self.file = self.files / 'big.bin'
        self.checksum = make_file(self.file, N_PARTS * PART - 12345)
        self.use('--set', 'checksum=sha256')

    def start_until(self, n_parts):
        """Starts the upload, until just so many parts of it have arrived: the others are held on their way."""
        self.backend.proxy.hold_parts(*range(n_parts + 1, N_PARTS + 1))
        process = self.ctl.start('ctl', 'upload', self.file)
        wait_for(lambda: self.backend.count_taken() == n_parts, f'{n_parts} parts to arrive')
        return process

    def kill_after(self, n_parts):
        self.session.stop(self.start_until(n_parts), signal.SIGKILL)
        self.backend.proxy.let_go()
        self.backend.wait_until_left()

    def assert_whole(self):
        self.assertEqual(self.objects(), {'big.bin': self.checksum})
        self.assertTrue(self.is_clear())

    def test_kill_and_resume(self):
        self.kill_after(3)
        (upload,) = parse_events(self.ctl.run('list', '--json', target=False).stdout)
        kept, arrived = -(-upload['sent'] // PART), self.backend.count_taken()
        run = self.ctl.run('resume', '--all')
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assert_whole()
        self.assertEqual(self.backend.count_taken() - arrived, N_PARTS - kept)

    def test_store_killed(self):
        process = self.start_until(3)
        self.backend.stop(signal.SIGKILL)
        self.backend.start()
        self.backend.proxy.let_go()
        self.assertEqual(process.wait(60), 0, self.session.read_log('ctl'))
        self.assert_whole()

    def test_cancel(self):
        self.kill_after(2)
        self.assertFalse(self.is_clear())
        run = self.ctl.run('cancel', '--all')
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertTrue(self.is_clear())
        self.assertEqual(self.objects(), {})

    def leave_some(self):
        """As on another computer: the store has some parts, and no list knows of it."""
        self.kill_after(3)
        shutil.rmtree(self.session.env['XDG_STATE_HOME'])
        return self.list()

    def list(self):
        run = self.ctl.run('unfinished list', '--json')
        self.assertEqual(run.returncode, 0, run.stderr)
        return [json.loads(line) for line in run.stdout.splitlines()]

    def test_leftovers_go_on(self):
        (upload,) = self.leave_some()
        self.assertEqual((upload['name'], upload['parts']), ('big.bin', 3))
        self.upload(self.file)
        self.assertEqual(self.backend.count_taken(), N_PARTS)
        self.assert_whole()

    def test_leftovers_are_cleared(self):
        (upload,) = self.leave_some()
        run = self.ctl.run('unfinished clear', '--yes', upload['id'])
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertTrue(self.is_clear())
        self.assertEqual(self.list(), [])


class SetUp(Bucket):
    keyring = 'unlocked'

    def run_ctl(self, *arguments, **options):
        return self.session.run([HOISTCTL, *arguments], **options)

    def test_keys_are_only_in_the_keyring(self):
        make_file(self.files / 'a.bin', 10)
        make_file(self.files / 'b.bin', 20 * MIB)
        self.use()
        self.upload(self.files / 'a.bin', self.files / 'b.bin')
        self.assertEqual(sorted(self.objects()), ['a.bin', 'b.bin'])
        home = Path(self.session.env['HOME'])
        found = [path for path in files_with(home, self.secret()) if 'keyrings' not in path.parts]
        self.assertEqual(found, [])

    def test_keys_from_the_environment(self):
        access, secret = (re.search(rf'{name} *= *(\S+)', self.keys_file.read_text())[1]
                          for name in ('aws_access_key_id', 'aws_secret_access_key'))
        run = self.run_ctl('destination', 'add', '--type', 's3', '--bucket', BUCKET, '--keys-from-environment', 'lab',
                           self.url, env={'AWS_ACCESS_KEY_ID': access, 'AWS_SECRET_ACCESS_KEY': secret})
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(self.run_ctl('destination', 'test', 'lab').returncode, 0)

    def assert_test_says(self, what):
        run = self.run_ctl('destination', 'test', 'lab')
        self.assertEqual(run.returncode, 1, run.stdout)
        self.assertIn(what, run.stderr)
        self.assertNotIn(self.secret(), run.stderr)

    def test_edit_and_what_is_wrong(self):
        self.use()
        wrong = self.session.folder / 'wrong-keys'
        wrong.write_text('AKIAWRONG\nwrong/secret=\n')
        edit = ('destination', 'edit', 'lab')
        self.assertEqual(self.run_ctl(*edit, '--token-file', wrong).returncode, 0)
        self.assert_test_says('InvalidAccessKeyId')
        self.assertEqual(self.run_ctl(*edit, '--token-file', self.keys_file, '--bucket', 'other').returncode, 0)
        self.assert_test_says('There is no')
        self.assertEqual(self.run_ctl(*edit, '--bucket', BUCKET, '--name', 'home').returncode, 0)
        run = self.run_ctl('destination', 'test', 'home')
        self.assertEqual(run.returncode, 0, run.stderr)


tap.main()
