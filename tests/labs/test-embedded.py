#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The embedded store of hoist-backend, as a bucket: what is asked of the others is asked of it."""

import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from matrix import Bucket, Secured
from servers import CERTIFICATE, Embedded


class Store:
    COLUMN = 'embedded'
    make_storage = Embedded


class Plain(Store, Bucket, unittest.TestCase):
    pass


class Https(Store, Secured, unittest.TestCase):
    @staticmethod
    def make_storage(session):
        return Embedded(session, '--tls-certificate', CERTIFICATE, '--tls-key', CERTIFICATE)


tap.main()
