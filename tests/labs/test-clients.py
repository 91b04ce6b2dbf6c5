#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The embedded store as others' clients see it: boto3, aws-cli, s3cmd and rclone."""

import shutil
import sys
import unittest
import urllib.error
import urllib.request
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError
from hoist import MIB, make_file, sha256_of
from matrix import NAMES
from servers import Embedded
from session import Session

MANY = 1001  # a page has at most 1,000
LARGE = 17 * MIB + 1


class Store(unittest.TestCase):
    def setUp(self):
        self.session = self.enterContext(Session())
        self.store = Embedded(self.session)
        self.s3, self.names = self.store.s3, {'Bucket': self.store.bucket}
        self.large = self.session.folder / 'large.bin'
        self.checksum = make_file(self.large, LARGE)

    def call(self, *command, **options):
        env = {'AWS_ACCESS_KEY_ID': self.store.key, 'AWS_SECRET_ACCESS_KEY': self.store.secret, 'NO_PROXY': '*',
               'AWS_DEFAULT_REGION': self.store.region, 'AWS_EC2_METADATA_DISABLED': 'true', 'AWS_PAGER': ''}
        run = self.session.run(command, env=env, **options)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout

    def put_many(self):
        """Objects in the order in which they are to be listed: the store's are files, as a person may put them there."""
        folder = self.store.backend.folder / self.store.bucket / 'many'
        folder.mkdir(parents=True)
        for number in range(MANY):
            (folder / f'{number:04}').touch()
        return [f'many/{number:04}' for number in range(MANY)]

    def make_names(self):
        folder = self.session.folder / 'names'
        return folder, {name: make_file(folder / name, 100 + index) for index, (_, name) in enumerate(NAMES.values())}


class Boto3(Store):
    def assert_refused(self, code, call, **arguments):
        with self.assertRaises(ClientError) as caught:
            call(**{**self.names, **arguments})
        self.assertEqual(caught.exception.response['Error']['Code'], code)

    def test_transfers(self):
        for threshold in (8 * MIB, 1000 * MIB):
            with self.subTest(threshold):
                transfer = TransferConfig(multipart_threshold=threshold, multipart_chunksize=5 * MIB, max_concurrency=4)
                self.s3.upload_file(str(self.large), self.store.bucket, 'a/large.bin', Config=transfer,
                                    ExtraArgs={'ContentType': 'image/png', 'Metadata': {'from': 'boto3'}})
                self.s3.download_file(self.store.bucket, 'a/large.bin', str(self.session.folder / 'back'), Config=transfer)
                self.assertEqual(sha256_of(self.session.folder / 'back'), self.checksum)
                head = self.s3.head_object(**self.names, Key='a/large.bin')
                self.assertEqual((head['ContentType'], head['Metadata'], head['ContentLength']),
                                 ('image/png', {'from': 'boto3'}, LARGE))

    def test_pages_and_deletion(self):
        keys = self.put_many()
        pages = list(self.s3.get_paginator('list_objects_v2').paginate(**self.names))
        self.assertEqual([len(page['Contents']) for page in pages], [1000, 1])
        self.assertEqual([item['Key'] for page in pages for item in page['Contents']], keys)
        small = self.s3.get_paginator('list_objects_v2').paginate(**self.names, PaginationConfig={'PageSize': 400})
        self.assertEqual([item['Key'] for page in small for item in page['Contents']], keys)
        first = self.s3.get_paginator('list_objects').paginate(**self.names, PaginationConfig={'PageSize': 400})
        self.assertEqual([item['Key'] for page in first for item in page['Contents']], keys)
        self.s3.put_object(**self.names, Key='none/1', Body=b'')
        tops = self.s3.get_paginator('list_objects').paginate(**self.names, Delimiter='/', PaginationConfig={'PageSize': 1})
        self.assertEqual([item['Prefix'] for page in tops for item in page['CommonPrefixes']], ['many/', 'none/'])
        self.s3.delete_object(**self.names, Key='none/1')
        folders = self.s3.list_objects_v2(**self.names, Delimiter='/')
        self.assertEqual([item['Prefix'] for item in folders['CommonPrefixes']], ['many/'])
        for key in keys[1:-1:100]:
            self.s3.delete_object(**self.names, Key=key)
        self.assertEqual(list(self.store.listing()), [key for key in keys if key not in keys[1:-1:100]])

    def test_names(self):
        folder, expected = self.make_names()
        for name in expected:
            self.s3.upload_file(str(folder / name), self.store.bucket, name)
        self.assertEqual({key: self.store.sha256(key) for key in self.store.listing()}, expected)

    def test_presigned(self):
        def fetch(url, **options):
            with urllib.request.urlopen(urllib.request.Request(url, **options), timeout=60) as answer:
                return answer.read()
        key = {**self.names, 'Key': 'a b/+%.txt'}
        fetch(self.s3.generate_presigned_url('put_object', key), method='PUT', data=b'text',
              headers={'Content-Type': ''})
        self.assertEqual(fetch(self.s3.generate_presigned_url('get_object', key)), b'text')
        self.assertEqual(fetch(self.s3.generate_presigned_url('get_object', key), headers={'Range': 'bytes=1-2'}), b'ex')
        with self.assertRaises(urllib.error.HTTPError) as refused:
            fetch(self.s3.generate_presigned_url('get_object', key).replace('a%20b', 'a%20c'))
        self.assertEqual(refused.exception.code, 403)

    def test_unfinished_uploads(self):
        begun = self.s3.create_multipart_upload(**self.names, Key='u')['UploadId']
        upload = {'Key': 'u', 'UploadId': begun}
        for number in (1, 3):
            self.s3.upload_part(**self.names, **upload, PartNumber=number, Body=b'x' * (5 * MIB))
        parts = list(self.s3.get_paginator('list_parts').paginate(**self.names, **upload, PaginationConfig={'PageSize': 1}))
        self.assertEqual([part['PartNumber'] for page in parts for part in page['Parts']], [1, 3])
        self.assertEqual(self.store.uploads(), [('u', begun)])
        named = [{'PartNumber': part['PartNumber'], 'ETag': part['ETag']} for page in parts for part in page['Parts']]
        self.assert_refused('InvalidPartOrder', self.s3.complete_multipart_upload, **upload, MultipartUpload={'Parts': named[::-1]})
        self.s3.abort_multipart_upload(**self.names, **upload)
        self.assert_refused('NoSuchUpload', self.s3.list_parts, **upload)
        self.assertEqual(self.store.uploads(), [])

    def test_refusals(self):
        self.assert_refused('NoSuchKey', self.s3.get_object, Key='none')
        self.assert_refused('404', self.s3.head_object, Key='none')
        self.assert_refused('NoSuchBucket', self.s3.list_objects_v2, Bucket='none')
        self.assert_refused('BadDigest', self.s3.put_object, Key='a', Body=b'x', ContentMD5='AAAAAAAAAAAAAAAAAAAAAA==')
        self.s3.put_object(**self.names, Key='a', Body=b'x')
        # What it cannot do it refuses, and does not pass over.
        self.assert_refused('NotImplemented', self.s3.copy_object, Key='b', CopySource={**self.names, 'Key': 'a'})
        self.assert_refused('NotImplemented', self.s3.put_bucket_versioning, VersioningConfiguration={'Status': 'Enabled'})
        self.assertEqual(list(self.store.listing()), ['a'])


class AwsCli(Store):
    def aws(self, *arguments):
        return self.call('aws', '--endpoint-url', self.store.url, *arguments)

    @unittest.skipUnless(shutil.which('aws'), 'aws-cli is not installed')
    def test_it(self):
        bucket, back = f's3://{self.store.bucket}', self.session.folder / 'back'
        folder, expected = self.make_names()
        self.aws('s3', 'cp', '--only-show-errors', self.large, f'{bucket}/a b/large+.bin')
        self.aws('s3', 'sync', '--only-show-errors', folder, f'{bucket}/names')
        self.assertIn('large+.bin', self.aws('s3', 'ls', '--recursive', f'{bucket}/'))
        self.aws('s3', 'cp', '--only-show-errors', f'{bucket}/a b/large+.bin', back / 'large.bin')
        self.aws('s3', 'sync', '--only-show-errors', f'{bucket}/names', back / 'names')
        self.assertEqual(sha256_of(back / 'large.bin'), self.checksum)
        self.assertEqual({name: sha256_of(back / 'names' / name) for name in expected}, expected)
        url = self.aws('s3', 'presign', f'{bucket}/a b/large+.bin').strip()
        with urllib.request.urlopen(url, timeout=60) as answer:
            self.assertEqual(len(answer.read()), LARGE)
        self.aws('s3', 'rm', '--only-show-errors', '--recursive', f'{bucket}/')
        self.assertEqual(self.store.listing(), {})


class S3cmd(Store):
    def s3cmd(self, *arguments):
        host = self.store.url.removeprefix('http://')
        return self.call('s3cmd', '--config', '/dev/null', '--no-ssl', f'--host={host}', f'--host-bucket={host}',
                         f'--access_key={self.store.key}', f'--secret_key={self.store.secret}', '--region=local',
                         '--multipart-chunk-size-mb=5', *arguments)

    @unittest.skipUnless(shutil.which('s3cmd'), 's3cmd is not installed')
    def test_it(self):
        bucket, back = f's3://{self.store.bucket}', self.session.folder / 'back.bin'
        self.s3cmd('put', self.large, f'{bucket}/a b/large+.bin')
        self.assertIn('large+.bin', self.s3cmd('ls', '--recursive', bucket))
        self.s3cmd('get', f'{bucket}/a b/large+.bin', back)
        self.assertEqual(sha256_of(back), self.checksum)
        self.s3cmd('del', f'{bucket}/a b/large+.bin')
        self.assertEqual(self.store.listing(), {})


class Rclone(Store):
    def rclone(self, *arguments):
        return self.call('rclone', '--config', '/dev/null', '--s3-provider', 'Other', '--s3-env-auth', '--s3-region', 'local',
                         '--s3-endpoint', self.store.url, '--s3-no-check-bucket', '--s3-chunk-size', '5M', '--s3-upload-cutoff', '8M', *arguments)

    @unittest.skipUnless(shutil.which('rclone'), 'rclone is not installed')
    def test_it(self):
        remote, back = f':s3:{self.store.bucket}', self.session.folder / 'back'
        folder, expected = self.make_names()
        self.rclone('copy', self.large, f'{remote}/a b')
        self.rclone('copy', folder, f'{remote}/names')
        self.rclone('check', '--download', folder, f'{remote}/names')
        self.assertEqual({key.removeprefix('names/'): self.store.sha256(key) for key in self.store.listing()
                          if key.startswith('names/')}, expected)
        self.rclone('copy', f'{remote}/a b', back)
        self.assertEqual(sha256_of(back / 'large.bin'), self.checksum)
        self.rclone('delete', remote)
        self.assertEqual(self.store.listing(), {})


tap.main()
