#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backend in Django and boto3 (tests/backends/django), before the embedded store."""

import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from django_backend import DjangoBackend
from hoist import Ctl, make_file
from matrix import LIFETIME_S, Fronted, Secured
from servers import CA, CERTIFICATE, Embedded, TlsRelay


class Backend(DjangoBackend):
    def kill(self):
        self.stop(how=9)


class Behind:
    COLUMN = 'django'

    @classmethod
    def version(cls):
        return DjangoBackend.version()

    @classmethod
    def start_front(cls, endpoint, name, **knobs):
        return Backend(cls.session, cls.storage.backend, name, **{'HOIST_S3_ENDPOINT': endpoint, **knobs})

    def name_of(self, key):
        return key.removeprefix(f'anna/{self.prefix}/')

    def add_front(self, front, name, options):
        return Ctl(self.session, front, name, options=['--key-prefix', self.prefix, *options])


class Plain(Behind, Fronted, unittest.TestCase):
    kind = 'hoist-api'
    short_lived = {'HOIST_URL_LIFETIME_S': str(LIFETIME_S)}
    no_bucket, told_bucket = {'HOIST_S3_BUCKET': 'none'}, 'NoSuchBucket'
    told_key = 'token'

    def test_wrong_key(self):
        """The token is what a person can have wrong."""
        with self.row('wrong-key'):
            make_file(self.files / 'small.bin', 10)
            wrong = self.session.folder / 'wrong-token'
            wrong.write_text('a-token-that-nobody-has')
            run = self.session.run([*self.ctl.arguments('upload', target=False), '--to', 'lab', '--token-file', wrong,
                                    self.files / 'small.bin'])
            self.assert_told(run, 'token', 'a-token-that-nobody-has')


class Https(Behind, Secured, unittest.TestCase):
    @staticmethod
    def make_storage(session):
        return Embedded(session, '--tls-certificate', CERTIFICATE, '--tls-key', CERTIFICATE)

    @classmethod
    def make_front(cls, endpoint):
        front = cls.start_front(endpoint, 'front', AWS_CA_BUNDLE=str(CA))
        cls.relay = TlsRelay(front.port)
        front.url = f'{cls.relay.url}/api/v1'
        return front

    def use(self, *options, name='lab'):
        return self.add_front(self.front, name, options)


tap.main()
