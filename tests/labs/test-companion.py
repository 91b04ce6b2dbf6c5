#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Uppy Companion itself, from npm, before the embedded store.

npm has to reach its registry the first time; where it cannot, or is not installed, the tests are
skipped and say so.
"""

import signal
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from companion import VERSION, Companion, NotHere, install
from hoist import HOISTCTL, MIB, Backend, Ctl, events_of, files_with, make_file, parse_events, sha256_of
from matrix import LIFETIME_S, Fronted, Secured
from servers import CA, CERTIFICATE, Embedded, TlsRelay, output_of
from session import Session, wait_for

try:
    install()
    MISSING = None
except NotHere as reason:
    MISSING = str(reason)

API_KEY = 'an-api-key-that-nobody-may-see'
COOKIE = 'a-cookie-that-nobody-may-see'


@unittest.skipIf(MISSING, f'no Companion: {MISSING}')
class Setting(unittest.TestCase):
    """A store, a Companion before it and a hoistctl that has it as its destination."""

    ENV = {}
    EXPIRES = 800
    SECRET = None

    def setUp(self):
        self.session = self.enterContext(Session(keyring='unlocked'))
        self.store = Backend(self.session)
        self.companion = Companion(self.session, self.store, env=self.ENV, expires=self.EXPIRES)
        self.files = self.session.folder / 'files'
        self.add(self.SECRET)

    def add(self, secret):
        token = ['--no-token']
        if secret:
            file = self.session.folder / 'secret'
            file.write_text(secret)
            token = ['--token-file', file]
        run = self.session.run([HOISTCTL, 'destination', 'add', '--type', 'companion', *token, 'Uppy', self.companion.url])
        self.assertEqual((run.returncode, run.stderr), (0, ''))

    def ctl(self, *arguments, **options):
        return self.session.run([HOISTCTL, *arguments], **options)

    def upload(self, *paths):
        run = self.ctl('upload', '--json', '--to', 'Uppy', *paths)
        return run.returncode, parse_events(run.stdout)

    def start_upload(self, path, limit='8M'):
        return self.session.start('first', [HOISTCTL, 'upload', '--json', '--to', 'Uppy', '--limit', limit, path])

    def wait_until_sent(self, size):
        wait_for(lambda: any(event['sent'] > size for event in events_of(
            parse_events(self.session.read_log('first').rpartition('\n')[0]), 'progress')), f'{size} bytes to be sent')

    def assert_arrived(self, expected):
        """What there is, by its name: the server puts a UUID before it."""
        self.assertEqual({key[37:]: sha256_of(path) for key, path in self.store.objects().items()}, expected)

    def uploads(self):
        """The unfinished uploads in the store, as another's client sees them."""
        listed = self.session.run(['/usr/bin/python3', '-c', LIST_UPLOADS], env={
            'AWS_SHARED_CREDENTIALS_FILE': str(self.store.folder / '.hoist/credentials'),
            'ENDPOINT': self.store.url.rsplit('/api/', 1)[0], 'NO_PROXY': '*'})
        self.assertEqual(listed.returncode, 0, listed.stderr)
        return listed.stdout.split()


class Gateway(Companion):
    def kill(self):
        self.stop(how=signal.SIGKILL)


class Behind:
    COLUMN = 'companion'

    @classmethod
    def version(cls):
        return f'{VERSION}, Node.js {output_of(install()[1], "--version").removeprefix("v")}'

    @classmethod
    def start_front(cls, endpoint, name, expires=800, **env):
        return Gateway(cls.session, cls.storage.backend, name, {'COMPANION_AWS_ENDPOINT': endpoint, **env}, expires)

    def name_of(self, key):
        """What is behind the UUID."""
        return key[37:]

    def add_front(self, front, name, options):
        run = self.session.run([HOISTCTL, 'destination', 'add', '--type', 'companion', '--no-token', *options, name, front.url])
        self.assertEqual(run.returncode, 0, run.stderr)
        return Ctl.for_destination(self.session, name)


@unittest.skipIf(MISSING, f'no Companion: {MISSING}')
class Plain(Behind, Fronted, unittest.TestCase):
    short_lived = {'expires': LIFETIME_S}
    wrong_key, told_key = {'COMPANION_AWS_SECRET': 'not the secret'}, 'SignatureDoesNotMatch'
    no_bucket, told_bucket = {'COMPANION_AWS_BUCKET': 'none'}, 'NoSuchBucket'


@unittest.skipIf(MISSING, f'no Companion: {MISSING}')
class Https(Behind, Secured, unittest.TestCase):
    @staticmethod
    def make_storage(session):
        return Embedded(session, '--tls-certificate', CERTIFICATE, '--tls-key', CERTIFICATE)

    @classmethod
    def make_front(cls, endpoint):
        front = cls.start_front(endpoint, 'front', NODE_EXTRA_CA_CERTS=str(CA))
        cls.relay = TlsRelay(front.port)
        front.url = cls.relay.url
        return front

    def use(self, *options, name='lab'):
        return self.add_front(self.front, name, options)


LIST_UPLOADS = '''
import os, boto3
s3 = boto3.client('s3', endpoint_url=os.environ['ENDPOINT'], region_name='local')
for upload in s3.list_multipart_uploads(Bucket='hoist').get('Uploads', []):
    print(upload['UploadId'])
'''


class Open(Setting):
    """As Companion is by default: it asks nobody who they are."""

    def test_receipt_says_what_was_proved(self):
        make_file(self.files / 'big.bin', 17 * MIB)
        self.assertEqual(self.upload(self.files / 'big.bin')[0], 0)
        run = self.ctl('receipt', '1')
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn('was told the file’s checksum and accepted the file', run.stdout)
        self.assertNotIn('ead back', run.stdout)
        verify = self.ctl('verify', '1')
        self.assertNotEqual(verify.returncode, 0)

    def test_leftovers_cannot_be_listed(self):
        run = self.ctl('unfinished', 'list', '--to', 'Uppy')
        self.assertNotEqual(run.returncode, 0)
        self.assertIn('does not tell which uploads are unfinished', run.stderr)

    def test_not_a_companion(self):
        self.ctl('destination', 'edit', 'Uppy', '--url', self.companion.url + '/elsewhere')
        run = self.ctl('destination', 'test', 'Uppy')
        self.assertNotEqual(run.returncode, 0)
        self.assertIn('no Companion', run.stdout + run.stderr)


class Gone(Setting):
    """The upload is gone on the storage: begun anew, and not asked for for ever."""

    def cut(self):
        """Kills hoistctl half-way and drops the upload behind its back."""
        expected = {'big.bin': make_file(self.files / 'big.bin', 48 * MIB)}
        process = self.start_upload(self.files / 'big.bin')
        self.wait_until_sent(17 * MIB)
        self.session.stop(process, signal.SIGKILL)
        run = self.session.run(['/usr/bin/python3', '-c', ABORT_UPLOADS], env={
            'AWS_SHARED_CREDENTIALS_FILE': str(self.store.folder / '.hoist/credentials'),
            'ENDPOINT': self.store.url.rsplit('/api/', 1)[0], 'NO_PROXY': '*'})
        self.assertEqual(run.returncode, 0, run.stderr)
        return expected

    def test_begun_anew(self):
        expected = self.cut()
        run = self.ctl('resume', '--all')
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assert_arrived(expected)
        self.assertEqual(self.uploads(), [])


ABORT_UPLOADS = '''
import os, boto3
s3 = boto3.client('s3', endpoint_url=os.environ['ENDPOINT'], region_name='local')
for upload in s3.list_multipart_uploads(Bucket='hoist')['Uploads']:
    s3.abort_multipart_upload(Bucket='hoist', Key=upload['Key'], UploadId=upload['UploadId'])
'''


class GoneInProduction(Gone):
    """The same where it only says that something went wrong."""

    ENV = {'NODE_ENV': 'production'}


class Misconfigured(Setting):
    """Its key for the storage is wrong: ours is not, and nothing is asked again for ever."""

    ENV = {'COMPANION_AWS_SECRET': 'not the secret'}

    def test_fails_and_says_so(self):
        make_file(self.files / 'a', 1)
        run = self.ctl('upload', '--to', 'Uppy', self.files / 'a')
        self.assertNotEqual(run.returncode, 0)
        self.assertIn('SignatureDoesNotMatch', run.stderr)
        self.assertEqual(self.companion.requests().count('POST /s3/multipart'), 1)


class MisconfiguredInProduction(Misconfigured):
    ENV = {'COMPANION_AWS_SECRET': 'not the secret', 'NODE_ENV': 'production'}

    def test_fails_and_says_so(self):
        make_file(self.files / 'a', 1)
        run = self.ctl('upload', '--to', 'Uppy', self.files / 'a')
        self.assertNotEqual(run.returncode, 0)
        self.assertIn('again and again', run.stderr)
        self.assertEqual(self.companion.requests().count('POST /s3/multipart'), 6)


class Guarded(Setting):
    """Behind an API key and a session, as people mount it."""

    ENV = {'LAB_API_KEY': API_KEY, 'LAB_COOKIE': COOKIE}
    SECRET = f'X-Api-Key: {API_KEY}\nCookie: theme=dark; session={COOKIE}\n'

    def test_lets_in_who_shows_it(self):
        expected = {'a': make_file(self.files / 'a', 17 * MIB)}
        status, events = self.upload(self.files / 'a')
        self.assertEqual(status, 0, events)
        self.assert_arrived(expected)
        (self.session.folder / 'secret').unlink()
        for secret in (API_KEY, COOKIE):
            self.assertEqual(files_with(Path(self.session.env['XDG_CONFIG_HOME']), secret), [])
            self.assertEqual(files_with(Path(self.session.env['XDG_STATE_HOME']), secret), [])
            self.assertNotIn(secret, str(events))

    def test_refused_for_no_key(self):
        self.assert_refused('X-Api-Key: another', 'headers or cookies')

    def test_refused_for_an_old_session(self):
        self.assert_refused(f'X-Api-Key: {API_KEY}\nCookie: session=old', 'sign in')

    def assert_refused(self, secret, told):
        make_file(self.files / 'a', 1)
        (self.session.folder / 'secret').write_text(secret)
        run = self.ctl('destination', 'edit', 'Uppy', '--token-file', self.session.folder / 'secret')
        self.assertEqual(run.returncode, 0, run.stderr)
        run = self.ctl('upload', '--to', 'Uppy', self.files / 'a')
        self.assertNotEqual(run.returncode, 0)
        self.assertIn(told, run.stderr)
        self.assert_arrived({})


tap.main()
