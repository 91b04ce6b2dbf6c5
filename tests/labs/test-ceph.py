#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bucket of a real Ceph Object Gateway, by Debian's packages."""

import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from hoist import MIB, make_file
from matrix import Bucket, Hosted, Lab
from servers import Ceph


class Gateway:
    COLUMN = 'ceph'
    make_storage = Ceph


class Plain(Gateway, Bucket, unittest.TestCase):
    def test_labels(self):
        with self.row('labels'):
            expected = {**self.make_large(), 'small.bin': make_file(self.files / 'small.bin', 10)}
            labelled = self.use('--set', 'tags=team=lab; for=a person', '--set', 'acl=public-read', '--set',
                                'storage-class=STANDARD', name='labelled')
            run = labelled.run('upload', *self.files.iterdir())
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assert_arrived(expected)
            s3 = self.storage.s3
            for key in self.arrived().values():
                where = {'Bucket': self.storage.bucket, 'Key': key}
                # Ceph 16.2 forgets those of an upload in parts, boto3's as well.
                if key.endswith('small.bin'):
                    self.assertEqual({tag['Key']: tag['Value'] for tag in s3.get_object_tagging(**where)['TagSet']},
                                     {'team': 'lab', 'for': 'a person'})
                self.assertIn(('http://acs.amazonaws.com/groups/global/AllUsers', 'READ'), {
                    (grant['Grantee'].get('URI'), grant['Permission']) for grant in s3.get_object_acl(**where)['Grants']})
            (listed,) = {item['StorageClass'] for item in s3.list_objects_v2(
                Bucket=self.storage.bucket, Prefix=self.prefix)['Contents']}
            self.assertEqual(listed, 'STANDARD')


class Https(Gateway, Hosted, unittest.TestCase):
    @staticmethod
    def make_storage(session):
        return Ceph(session, '--tls')


class Busy(Gateway, Lab, unittest.TestCase):
    """It serves two requests at a time, and says SlowDown to all others."""

    @staticmethod
    def make_storage(session):
        return Ceph(session, '--max-requests', '2')

    def test_slow_down(self):
        with self.row('slow-down'):
            expected = {f'{number}.bin': make_file(self.files / f'{number}.bin', MIB) for number in range(40)}
            expected |= self.make_large()
            self.run_to_its_end('upload', '--parallel', '16', *self.files.iterdir(), timeout=300)
            self.assertIn(503, [request['server_status'] for request in self.proxy.requests()])
            self.assert_arrived(expected)
            self.assert_clear()


if not Ceph.is_here():
    print('1..0 # SKIP Ceph is not installed')
    sys.exit(0)
tap.main()
