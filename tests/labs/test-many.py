#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-many.py embedded|ceph|swift|django: an upload of 10,000 parts, as many as S3 takes.

Parts have 100 bytes, so that it takes minutes and not the night; the storages are told to take such ones. The server
before them decides how large parts are: hoist-backend, or the one in Django.
"""

import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from django_backend import DjangoBackend
from hoist import HOIST_BACKEND, Ctl, make_file
from matrix import Lab
from servers import Ceph, Embedded, Swift
from session import wait_for

PART, N_PARTS = 100, 10000
SIZES = f'min-part-size=1\nmax-part-size={PART}\nsingle-put-below=1\n'


class Many(Lab):
    PROXIED = False

    def use(self, *options, name='lab', keys_file=None):
        return Ctl(self.session, self.front, name)

    def test_ten_thousand_parts(self):
        with self.row('10000'):
            expected = {'many.bin': make_file(self.files / 'many.bin', PART * N_PARTS - 1)}
            self.run_to_its_end('upload', '--parallel', '8', self.files / 'many.bin', timeout=1500)
            (key,) = self.arrived().values()
            etag = self.storage.s3.head_object(Bucket=self.storage.bucket, Key=key)['ETag'].strip('"')
            self.assertTrue(etag.endswith(f'-{N_PARTS}'), etag)
            self.assertEqual(self.storage.sha256(key), expected['many.bin'])
            self.assert_clear()


class Before:
    """A hoist-backend before a storage: it says how large parts are."""

    def __init__(self, session, storage, endpoint):
        self.token_file, configuration = session.folder / 'token', session.folder / 'front.conf'
        tokens, credentials = session.folder / 'tokens.conf', session.folder / 'credentials'
        added = session.run([HOIST_BACKEND, 'token', 'add', '--tokens-file', tokens, 'anna', '--prefix', ''])
        assert added.returncode == 0, added.stderr
        self.token_file.write_text(added.stdout.split()[-1])
        credentials.touch(mode=0o600)
        credentials.write_text(f'aws_access_key_id={storage.key}\naws_secret_access_key={storage.secret}\n')
        configuration.write_text(
            f'[server]\nlisten=127.0.0.1:0\ntokens-file={tokens}\n[s3]\nendpoint={endpoint}\nregion={storage.region}\n'
            f'bucket={storage.bucket}\nstyle=path\nchecksum=md5\ncredentials-file={credentials}\n{SIZES}')
        session.start('front', [HOIST_BACKEND, '--config', configuration])
        self.url = wait_for(lambda: [line.removeprefix('listening on ') for line in session.read_log('front').splitlines()
                                     if line.startswith('listening on ')], 'the backend to listen')[0]


class Storage(Many):
    @classmethod
    def make_front(cls, endpoint):
        return Before(cls.session, cls.storage, endpoint)


class OfEmbedded(Many, unittest.TestCase):
    COLUMN = 'embedded'

    @staticmethod
    def make_storage(session):
        configuration = session.folder / 'store.conf'
        configuration.write_text(f'[s3]\n{SIZES}')
        return Embedded(session, '--config', configuration)

    @classmethod
    def make_front(cls, endpoint):
        return cls.storage.backend


class OfDjango(OfEmbedded):
    COLUMN = 'django'

    @classmethod
    def version(cls):
        return DjangoBackend.version()

    @classmethod
    def make_front(cls, endpoint):
        return DjangoBackend(cls.session, cls.storage.backend, HOIST_MIN_PART='1', HOIST_MAX_PART=str(PART),
                             HOIST_SINGLE_PUT_BELOW='1')


class OfCeph(Storage, unittest.TestCase):
    COLUMN = 'ceph'

    @staticmethod
    def make_storage(session):
        return Ceph(session, '--min-part', '1')


class OfSwift(Storage, unittest.TestCase):
    COLUMN = 'swift'

    @staticmethod
    def make_storage(session):
        return Swift(session, '--min-part', '1')


WHICH = {'embedded': OfEmbedded, 'django': OfDjango, 'ceph': OfCeph, 'swift': OfSwift}
chosen = WHICH[sys.argv.pop(1)]
if chosen.COLUMN in ('ceph', 'swift') and not {'ceph': Ceph, 'swift': Swift}[chosen.COLUMN].is_here():
    print('1..0 # SKIP it is not installed')
    sys.exit(0)


def load_tests(loader, _tests, _pattern):
    return loader.loadTestsFromTestCase(chosen)


tap.main()
