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
from matrix import Bucket, Lab, Secured
from servers import Ceph


class Gateway:
    COLUMN = 'ceph'
    make_storage = Ceph


class Plain(Gateway, Bucket, unittest.TestCase):
    pass


class Https(Gateway, Secured, unittest.TestCase):
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
