#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""hoistctl with a bucket of OpenStack Swift; what arrived is looked at with boto3, not with our own code."""

import hashlib
import shutil
import signal
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from hoist import MIB, Ctl, make_file, parse_events
from session import Session, wait_for

LAB = Path(__file__).resolve().parent / 'swift'
BUCKET = 'lab'
SLOWLY = ('--limit', '12M', '--parallel', '2')
NAMES = ('a b.bin', 'p+q.bin', '50%.bin', 'it\'s "q".bin', '\U0001f680.bin', 'e\u0301.bin',
         '/'.join(letter * 180 for letter in 'vwxyz'))
SIZES = {'zero': 0, 'one': 1, 'almost-16m': 16 * MIB - 1, '100m': 100 * MIB}


class Swift(unittest.TestCase):
    def setUp(self):
        self.session = self.enterContext(Session())
        self.folder = self.session.folder / 'swift'
        self.session.start('swift', [LAB, self.folder])
        self.url = wait_for(self._url, 'Swift to listen')
        self.keys_file = self.folder / 'keys'
        self.key, self.secret = self.keys_file.read_text().split()
        self.s3 = boto3.client('s3', endpoint_url=self.url, aws_access_key_id=self.key, region_name='us-east-1',
                               aws_secret_access_key=self.secret, config=Config(s3={'addressing_style': 'path'}))
        self.files = self.session.folder / 'files'
        self.files.mkdir()

    def _url(self):
        lines = [line for line in self.session.read_log('swift').splitlines() if line.startswith('listening on ')]
        return lines[0].removeprefix('listening on ') if lines else None

    def use(self, name='swift', *options):
        self.ctl = Ctl.for_bucket(self.session, name, self.url, BUCKET, self.keys_file, '--service', 'swift', *options)

    def objects(self, prefix=''):
        """{key: SHA-256}, by boto3."""
        found = {}
        for page in self.s3.get_paginator('list_objects_v2').paginate(Bucket=BUCKET, Prefix=prefix):
            for item in page.get('Contents', ()):
                checksum = hashlib.sha256()
                for block in self.s3.get_object(Bucket=BUCKET, Key=item['Key'])['Body'].iter_chunks(MIB):
                    checksum.update(block)
                found[item['Key'].removeprefix(prefix)] = checksum.hexdigest()
        return found

    def uploads(self):
        return self.s3.list_multipart_uploads(Bucket=BUCKET).get('Uploads', [])

    def leave_some(self):
        """Kills an upload of eight parts under way; returns the file's SHA-256."""
        self.use()
        checksum = make_file(self.files / 'big.bin', 60 * MIB)
        process = self.ctl.start('ctl', 'upload', *SLOWLY, self.files / 'big.bin')
        wait_for(lambda: any(self.s3.list_parts(Bucket=BUCKET, Key='big.bin', UploadId=upload['UploadId']).get('Parts')
                             for upload in self.uploads()), 'a part to arrive')
        self.session.stop(process, signal.SIGKILL)
        return checksum

    def test_sizes_and_names(self):
        expected = {name: make_file(self.files / name, 1000) for name in NAMES}
        expected |= {name: make_file(self.files / name, size) for name, size in SIZES.items()}
        self.use('swift', '--key-prefix', 'in', '--set', 'metadata=from=lab')
        run = self.ctl.run('upload', *sorted(self.files.iterdir()), timeout=300)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(self.objects('in/'), expected)
        for name in expected:
            head = self.s3.head_object(Bucket=BUCKET, Key=f'in/{name}')
            self.assertEqual(head['Metadata'], {'from': 'lab'}, name)
        self.assertEqual(self.ctl.run('verify', '--all').returncode, 0)
        self.assertEqual(self.uploads(), [])

    def test_kill_and_resume(self):
        checksum = self.leave_some()
        run = self.ctl.run('resume', '--all')
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(self.objects(), {'big.bin': checksum})
        self.assertEqual(self.uploads(), [])

    def test_upload_that_somebody_dropped(self):
        checksum = self.leave_some()
        for upload in self.uploads():
            self.s3.abort_multipart_upload(Bucket=BUCKET, Key=upload['Key'], UploadId=upload['UploadId'])
        run = self.ctl.run('resume', '--all')
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(self.objects(), {'big.bin': checksum})

    def test_cancel(self):
        self.leave_some()
        run = self.ctl.run('cancel', '--all')
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(self.uploads(), [])
        self.assertEqual(self.objects(), {})

    def test_leftovers(self):
        self.leave_some()
        shutil.rmtree(self.session.env['XDG_STATE_HOME'])
        (upload,) = parse_events(self.ctl.run('unfinished list', '--json').stdout)
        self.assertEqual(upload['name'], 'big.bin')
        run = self.ctl.run('unfinished clear', '--yes', upload['id'])
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(self.uploads(), [])

    def test_what_is_wrong(self):
        self.use()
        wrong = self.session.folder / 'wrong'
        for text, options, told in ((f'{self.key}\nwrong\n', (), 'SignatureDoesNotMatch'),
                                    (f'nobody\n{self.secret}\n', (), '403'),
                                    (f'{self.key}\n{self.secret}\n', ('--bucket', 'none'), 'no bucket “none”')):
            with self.subTest(told):
                wrong.write_text(text)
                if options:
                    self.ctl.run('destination edit', 'swift', *options, target=False)
                run = self.ctl.run('destination test', 'swift', '--token-file', wrong, target=False)
                self.assertEqual(run.returncode, 1)
                self.assertIn(told, run.stderr)
                self.assertNotIn(self.secret, run.stderr)


if not shutil.which('swift-proxy-server') or not shutil.which('memcached'):
    print('1..0 # SKIP Swift is not installed')
    sys.exit(0)
import boto3
from botocore.config import Config

tap.main()
