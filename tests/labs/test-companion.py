#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Uppy Companion itself, from npm, before the embedded store, Ceph and Swift.

npm has to reach its registry the first time; where it cannot, or is not installed, the tests are
skipped and say so.
"""

import signal
import sys
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from companion import VERSION, Companion, NotHere, install
from hoist import HOISTCTL, MIB, Ctl, events_of, files_with, make_file, parse_events
from matrix import LIFETIME_S, Fronted, Secured
from servers import CA, CERTIFICATE, Ceph, Embedded, Swift, TlsRelay, output_of
from session import Session, wait_for

try:
    install()
    MISSING = None
except NotHere as reason:
    MISSING = str(reason)

API_KEY = 'an-api-key-that-nobody-may-see'
COOKIE = 'a-cookie-that-nobody-may-see'
SMALL = {'empty': 0, 'one': 1, 'quotes "\'+%.txt': 1000, 'Gr\u00fc\u00dfe \U0001f389.txt': 12345, 'large': 5 << 20}


@unittest.skipIf(MISSING, f'no Companion: {MISSING}')
class Setting(unittest.TestCase):
    """A store, a Companion before it and a hoistctl that has it as its destination."""

    ENV = {}
    EXPIRES = 800
    SECRET = None

    def setUp(self):
        self.session = self.enterContext(Session(keyring='unlocked'))
        self.storage = Embedded(self.session)
        self.companion = Companion(self.session, self.storage, env=self.ENV, expires=self.EXPIRES)
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
        self.assertEqual({key[37:]: self.storage.sha256(key) for key in self.storage.listing()}, expected)


class Gateway(Companion):
    def kill(self):
        self.stop(how=signal.SIGKILL)


class Behind:
    @classmethod
    def version(cls):
        return f'{VERSION}, Node.js {output_of(install()[1], "--version").removeprefix("v")}, before {cls.BEFORE} {cls.storage.version()}'

    @classmethod
    def start_front(cls, endpoint, name, expires=800, **env):
        return Gateway(cls.session, cls.storage, name, {'COMPANION_AWS_ENDPOINT': endpoint, **env}, expires)

    def name_of(self, key):
        """What is behind the UUID."""
        return key[37:]

    def add_front(self, front, name, options):
        run = self.session.run([HOISTCTL, 'destination', 'add', '--type', 'companion', '--no-token', *options, name, front.url])
        self.assertEqual(run.returncode, 0, run.stderr)
        return Ctl.for_destination(self.session, name)


class Plain(Behind, Fronted):
    kind = 'companion'
    short_lived = {'expires': LIFETIME_S}
    wrong_key, told_key = {'COMPANION_AWS_SECRET': 'not the secret'}, 'SignatureDoesNotMatch'
    no_bucket, told_bucket = {'COMPANION_AWS_BUCKET': 'none'}, 'NoSuchBucket'

    def make_small(self):
        return {name: make_file(self.files / name, size) for name, size in SMALL.items()}

    def setUp(self):
        super().setUp()
        self.already = self.proxy.count()

    def asked(self, operation):
        """What was asked since the test began, or since `already`."""
        return [request for request in self.proxy.requests(operation) if request['number'] > self.already]

    def forms(self):
        """What the storage itself answered to forms."""
        return [request['server_status'] for request in self.asked('PostObject')]


class WithForms(Plain):
    """The storage checks what Companion allowed, and by whom it is signed."""

    def test_form(self):
        with self.row('form'):
            expected = self.make_small()
            self.run_to_its_end('upload', *self.files.iterdir())
            self.assert_arrived(expected)
            self.assertEqual(self.forms(), [201] * len(expected))
            self.expire()

    def expire(self):
        """The form comes to the storage's door when it is old."""
        self.ctl = self.use_another('short-lived-forms', self.short_lived)
        self.before = set(self.storage.listing())
        self.already = self.proxy.count()
        expected = {'late.bin': make_file(self.files / 'late.bin', 1000)}
        self.proxy.set_script('[held]\noperation=PostObject\nlast=1\naction=hold\n')
        process = self.ctl.start('ctl-late', 'upload', self.files / 'late.bin')
        self.proxy.wait_until_held()
        held = time.monotonic()
        wait_for(lambda: time.monotonic() > held + LIFETIME_S + 1, 'the form to be old')
        self.release()
        self.assertEqual(process.wait(120), 0, self.session.read_log('ctl-late'))
        self.assert_arrived(expected)
        self.assertEqual(self.forms(), [403, 201])


class WithoutForms(Plain):
    """The storage takes none, which is found out by those that it refuses."""

    def test_in_parts(self):
        expected = self.make_small()
        self.run_to_its_end('upload', *self.files.iterdir())
        self.assert_arrived(expected)
        self.assertTrue(self.forms())
        self.assertTrue(all(400 <= status < 500 or status == 501 for status in self.forms()), self.forms())
        self.assertEqual(len(self.asked('CompleteMultipartUpload')), len(expected))
        self.assert_clear()


class Https(Behind, Secured):
    @classmethod
    def make_front(cls, endpoint):
        front = cls.start_front(endpoint, 'front', NODE_EXTRA_CA_CERTS=str(CA))
        cls.relay = TlsRelay(front.port)
        front.url = cls.relay.url
        return front

    def use(self, *options, name='lab'):
        return self.add_front(self.front, name, options)


class OfEmbedded:
    COLUMN, BEFORE = 'companion', 'embedded store'


@unittest.skipIf(MISSING, f'no Companion: {MISSING}')
class EmbeddedPlain(OfEmbedded, WithoutForms, unittest.TestCase):
    pass


@unittest.skipIf(MISSING, f'no Companion: {MISSING}')
class EmbeddedHttps(OfEmbedded, Https, unittest.TestCase):
    @staticmethod
    def make_storage(session):
        return Embedded(session, '--tls-certificate', CERTIFICATE, '--tls-key', CERTIFICATE)


class OfCeph:
    COLUMN, BEFORE = 'companion-ceph', 'Ceph'
    make_storage = Ceph


@unittest.skipUnless(not MISSING and Ceph.is_here(), 'no Companion or no Ceph')
class CephPlain(OfCeph, WithForms, unittest.TestCase):
    pass


@unittest.skipUnless(not MISSING and Ceph.is_here(), 'no Companion or no Ceph')
class CephHttps(OfCeph, Https, unittest.TestCase):
    @staticmethod
    def make_storage(session):
        return Ceph(session, '--tls')


class OfSwift:
    COLUMN, BEFORE = 'companion-swift', 'Swift'
    make_storage = Swift


@unittest.skipUnless(not MISSING and Swift.is_here(), 'no Companion or no Swift')
class SwiftPlain(OfSwift, WithoutForms, unittest.TestCase):
    pass


@unittest.skipUnless(not MISSING and Swift.is_here(), 'no Companion or no Swift')
class SwiftHttps(OfSwift, Https, unittest.TestCase):
    @staticmethod
    def make_storage(session):
        return Swift(session, '--tls')


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
        self.storage.abort_all()
        return expected

    def test_begun_anew(self):
        expected = self.cut()
        run = self.ctl('resume', '--all')
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assert_arrived(expected)
        self.assertEqual(self.storage.uploads(), [])


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
