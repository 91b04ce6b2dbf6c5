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

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from companion import Companion, NotHere, install
from hoist import HOISTCTL, MIB, Backend, events_of, files_with, make_file, parse_events, sha256_of
from session import Session, wait_for

try:
    install()
    MISSING = None
except NotHere as reason:
    MISSING = str(reason)

API_KEY = 'an-api-key-that-nobody-may-see'
COOKIE = 'a-cookie-that-nobody-may-see'


@unittest.skipIf(MISSING, f'no Companion: {MISSING}')
class Lab(unittest.TestCase):
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


LIST_UPLOADS = '''
import os, boto3
s3 = boto3.client('s3', endpoint_url=os.environ['ENDPOINT'], region_name='local')
for upload in s3.list_multipart_uploads(Bucket='hoist').get('Uploads', []):
    print(upload['UploadId'])
'''


class Open(Lab):
    """As Companion is by default: it asks nobody who they are."""

    def test_sizes_and_names(self):
        sizes = {'empty': 0, 'one byte': 1, 'below+ %20.bin': 16 * MIB - 1, 'Größe 北 👍.bin': 16 * MIB,
                 'it\'s "q" & e\u0301.bin': 21 * MIB + 5, 'x' * 196 + '.bin': 7}
        expected = {name: make_file(self.files / name, size) for name, size in sizes.items()}
        status, events = self.upload(*(self.files / name for name in sizes))
        self.assertEqual(status, 0, events)
        self.assert_arrived(expected)
        self.assertEqual(self.uploads(), [])
        keys = {event['key'] for event in events_of(events, 'done')}
        self.assertEqual(keys, set(self.store.objects()))

    def test_hundred_mebibytes(self):
        expected = {'big.bin': make_file(self.files / 'big.bin', 100 * MIB)}
        status, events = self.upload(self.files / 'big.bin')
        self.assertEqual(status, 0, events)
        self.assert_arrived(expected)

    def test_receipt_says_what_was_proved(self):
        make_file(self.files / 'big.bin', 17 * MIB)
        self.assertEqual(self.upload(self.files / 'big.bin')[0], 0)
        run = self.ctl('receipt', '1')
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn('was told the file’s checksum and accepted the file', run.stdout)
        self.assertNotIn('ead back', run.stdout)
        verify = self.ctl('verify', '1')
        self.assertNotEqual(verify.returncode, 0)

    def test_killed_hoist_goes_on(self):
        expected = {'big.bin': make_file(self.files / 'big.bin', 64 * MIB)}
        process = self.start_upload(self.files / 'big.bin')
        self.wait_until_sent(24 * MIB)
        self.session.stop(process, signal.SIGKILL)
        begun = self.companion.requests().count('POST /s3/multipart')
        run = self.ctl('resume', '--all')
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assert_arrived(expected)
        self.assertEqual(self.companion.requests().count('POST /s3/multipart'), begun)
        self.assertEqual(self.uploads(), [])

    def test_killed_companion_is_waited_for(self):
        expected = {'big.bin': make_file(self.files / 'big.bin', 48 * MIB)}
        process = self.start_upload(self.files / 'big.bin')
        self.wait_until_sent(9 * MIB)
        self.companion.stop(how=signal.SIGKILL)
        self.companion.start()
        wait_for(lambda: process.poll() is not None, 'the upload to end')
        self.assertEqual(process.returncode, 0, self.session.read_log('first'))
        self.assert_arrived(expected)

    def test_cancelled_leaves_nothing(self):
        make_file(self.files / 'big.bin', 64 * MIB)
        process = self.start_upload(self.files / 'big.bin', '4M')
        self.wait_until_sent(9 * MIB)
        self.session.stop(process, signal.SIGKILL)
        self.assertEqual(len(self.uploads()), 1)
        self.assertEqual(self.ctl('cancel', '--all').returncode, 0)
        self.assertEqual(self.uploads(), [])
        self.assert_arrived({})

    def test_leftovers_cannot_be_listed(self):
        run = self.ctl('unfinished', 'list', '--to', 'Uppy')
        self.assertNotEqual(run.returncode, 0)
        self.assertIn('does not tell which uploads are unfinished', run.stderr)

    def test_not_a_companion(self):
        self.ctl('destination', 'edit', 'Uppy', '--url', self.companion.url + '/elsewhere')
        run = self.ctl('destination', 'test', 'Uppy')
        self.assertNotEqual(run.returncode, 0)
        self.assertIn('no Companion', run.stdout + run.stderr)


class Gone(Lab):
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


class Misconfigured(Lab):
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


class ShortLives(Lab):
    """URLs that are old before the file is through."""

    EXPIRES = 2

    def test_signed_again(self):
        expected = {'big.bin': make_file(self.files / 'big.bin', 48 * MIB)}
        process = self.start_upload(self.files / 'big.bin', '8M')
        wait_for(lambda: process.poll() is not None, 'the upload to end')
        self.assertEqual(process.returncode, 0, self.session.read_log('first'))
        self.assert_arrived(expected)


class Guarded(Lab):
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
