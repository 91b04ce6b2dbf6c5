#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The system's proxy: what goes to a backend and to its storage goes through it, whole."""

import random
import socket
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from authority import Authority
from hoist import HOISTCTL, MIB, SOURCE_ROOT, Backend, Ctl, make_file, sha256_of
from proxy import Proxy
from session import Session

# No resolver knows it (RFC 6761): who reaches it does so through the proxy, and lets that look it up.
HOST = 'uploads.test'
SIZES = {'empty.bin': 0, 'small.bin': 100_000, 'large.bin': 20 * MIB}
TOTAL = sum(SIZES.values())


class ThroughProxy(unittest.TestCase):
    def setUp(self):
        self.session = self.enterContext(Session())
        self.session.env['GIO_USE_PROXY_RESOLVER'] = 'libproxy'
        authority = Authority(self.session.folder / 'certificates')
        self.ca, certificate = authority.ca, authority.issue('server', host=HOST)
        # Of 2^24 loopback addresses, so that the port is free: with a public URL it says no other one.
        self.address = '127.{}.{}.{}'.format(*random.SystemRandom().choices(range(1, 255), k=3))
        self.backend = Backend(self.session, options=(
            '--tls-certificate', certificate, '--tls-key', certificate, '--public-url', f'https://{HOST}'), listen=f'{self.address}:8443')
        self.url = f'https://{HOST}/api/v1'
        self.keys = self.backend.folder / '.hoist/credentials'
        self.files = self.session.folder / 'files'
        self.expected = {name: make_file(self.files / name, size) for name, size in SIZES.items()}

    def proxy(self, kind='http', **options):
        return self.enterContext(Proxy(kind, hosts={HOST: (self.address, 8443)}, **options))

    def api(self):
        """As hoistctl is told where to: the upload API of the backend."""
        return ['--url', self.url, '--token-file', self.backend.token_file, '--ca-file', self.ca]

    def bucket(self):
        return Ctl.for_bucket(self.session, 'bucket', f'https://{HOST}', 'hoist', self.keys, '--ca-file', self.ca,
                              '--key-prefix', 'in').target

    def upload(self, target, env):
        return self.session.run([HOISTCTL, 'upload', *target, *(self.files / name for name in SIZES)], env=env)

    def assert_whole(self, prefix=''):
        objects = self.backend.objects()
        self.assertEqual({name: sha256_of(objects[prefix + name]) for name in SIZES}, self.expected)

    def assert_through(self, proxy, method):
        self.assertEqual(set(proxy.requests), {(method, f'{HOST}:443')})
        self.assertGreater(proxy.sent_bytes, TOTAL)

    def test_connect(self):
        proxy = self.proxy()
        run = self.upload(self.api(), proxy.env())
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assert_whole()
        self.assert_through(proxy, 'CONNECT')

    def test_connect_bucket(self):
        proxy = self.proxy()
        run = self.upload(self.bucket(), proxy.env())
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assert_whole('in/')
        self.assert_through(proxy, 'CONNECT')

    def test_socks(self):
        proxy = self.proxy('socks5')
        run = self.upload(self.api(), proxy.env())
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assert_whole()
        self.assert_through(proxy, 'SOCKS5')

    def test_password(self):
        """Its name and password are in the system's settings; both kinds of proxies take them."""
        for kind in ('http', 'socks5'):
            with self.subTest(kind):
                proxy = self.proxy(kind, credentials=('anna', 'geheim'))
                run = self.upload(self.api(), proxy.env('anna:geheim'))
                self.assertEqual(run.returncode, 0, run.stderr)
                self.assert_whole()
                self.assertGreater(proxy.sent_bytes, TOTAL)
                self.assertNotIn('geheim', run.stdout + run.stderr)

    def test_wrong_password(self):
        for kind in ('http', 'socks5'):
            for user in (None, 'anna:falsch'):
                with self.subTest(kind, user=user):
                    proxy = self.proxy(kind, credentials=('anna', 'geheim'))
                    run = self.session.run([HOISTCTL, 'destination', 'test', *self.added()], env=proxy.env(user))
                    self.assertEqual(run.returncode, 1, run.stdout)
                    self.assertIn('proxy', run.stderr)
                    self.assertIn('password', run.stderr)
                    self.assertNotIn('falsch', run.stderr)
                    self.assertGreater(proxy.refused, 0)

    def added(self):
        """A destination to test, added once."""
        if not hasattr(self, 'is_added'):
            run = self.session.run([HOISTCTL, 'destination', 'add', '--token-file', self.backend.token_file, '--ca-file', self.ca,
                                    'lab', self.url])
            self.assertEqual(run.returncode, 0, run.stderr)
            self.is_added = True
        return ['--token-file', self.backend.token_file, 'lab']

    def test_unreachable(self):
        with socket.create_server(('127.0.0.1', 0)) as taken:
            closed = f'http://127.0.0.1:{taken.getsockname()[1]}'
        run = self.session.run([HOISTCTL, 'destination', 'test', *self.added()], env={'https_proxy': closed})
        self.assertEqual(run.returncode, 1, run.stdout)
        self.assertIn('proxy', run.stderr)
        self.assertIn('cannot be reached', run.stderr)

    def test_refused(self):
        """A refusal is the proxy's and not the server's: neither the token nor the address is to blame."""
        proxy = self.proxy(refusals=dict.fromkeys(range(1, 100), 403))
        run = self.session.run([HOISTCTL, 'destination', 'test', *self.added()], env=proxy.env())
        self.assertEqual(run.returncode, 1, run.stdout)
        self.assertIn('The proxy does not connect', run.stderr)
        self.assertIn('403', run.stderr)

    def test_refused_for_a_while(self):
        """Nothing is lost by it, whichever request it meets."""
        proxy = self.proxy(refusals={1: 503, 3: 403, 4: 502, 6: 407})
        run = self.upload(self.api(), proxy.env())
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertGreaterEqual(proxy.refused, 3)
        self.assert_whole()

    def test_no_proxy(self):
        """What is not to go through a proxy does not."""
        proxy = self.proxy()
        pem = SOURCE_ROOT / 'tests/lib/tls/localhost.pem'
        backend = Backend(self.session, name='direct', options=('--tls-certificate', pem, '--tls-key', pem))
        target = ['--url', backend.url, '--token-file', backend.token_file, '--ca-file', pem.with_name('ca.pem')]
        run = self.upload(target, proxy.env(no_proxy='localhost,127.0.0.1'))
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(proxy.requests, [])

    def test_plain_http(self):
        """To this computer itself, where nothing forbids a proxy: no tunnel, and the body is whole all the same."""
        proxy = self.proxy()
        backend = Backend(self.session, name='plain')
        target = ['--url', backend.url, '--token-file', backend.token_file]
        run = self.upload(target, proxy.env())
        self.assertEqual(run.returncode, 0, run.stderr)
        objects = backend.objects()
        self.assertEqual({name: sha256_of(objects[name]) for name in SIZES}, self.expected)
        self.assertGreater(proxy.sent_bytes, TOTAL)
        self.assertIn('PUT', {method for method, _ in proxy.requests})


tap.main()
