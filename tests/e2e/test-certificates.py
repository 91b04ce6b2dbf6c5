#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates: those of a destination's own, for the backend and for its storage; and what is said of wrong ones."""

import http.server
import random
import socket
import socketserver
import ssl
import sys
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from authority import Authority
from django_backend import DjangoBackend
from hoist import HOISTCTL, MIB, SOURCE_ROOT, Backend, Ctl, make_file, sha256_of
from session import Session
from uppy import FakeCompanion

TLS = SOURCE_ROOT / 'tests/lib/tls'
# Of 2^24 loopback addresses, so that the port is free.
LOOPBACK = '127.{}.{}.{}'.format(*random.SystemRandom().choices(range(1, 255), k=3))
LISTING = b'<ListMultipartUploadsResult></ListMultipartUploadsResult>'


class Storage(http.server.ThreadingHTTPServer):
    """Says to everything that nothing is unfinished, over TLS."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = 'HTTP/1.1'

        def do_GET(self):
            self.send_response(200)
            self.send_header('Content-Length', str(len(LISTING)))
            self.end_headers()
            self.wfile.write(LISTING)

        def log_message(self, *_):
            pass

    def __init__(self, certificate, client_ca=None):
        super().__init__(('127.0.0.1', 0), self.Handler)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)
        if client_ca:
            self.context.verify_mode = ssl.CERT_REQUIRED
            self.context.load_verify_locations(client_ca)
        self.url = f'https://localhost:{self.server_port}'
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def finish_request(self, request, client_address):
        try:
            with self.context.wrap_socket(request, server_side=True) as secured:
                self.RequestHandlerClass(secured, client_address, self)
        except OSError:
            pass  # whoever called did not like what it saw

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Guard(socketserver.ThreadingTCPServer):
    """TLS before a backend without it, for nobody but those whose certificate an authority issued."""

    daemon_threads = True

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            try:
                # By this thread, so that a handshake that nobody answers holds nobody up.
                with self.server.context.wrap_socket(self.request, server_side=True) as client, \
                        socket.create_connection(self.server.backend) as backend:
                    shown = client.getpeercert()
                    self.server.names.append(dict(sum(shown['subject'], ()))['commonName'] if shown else 'nobody')
                    there = threading.Thread(target=self.pass_on, args=(client, backend), daemon=True)
                    there.start()
                    self.pass_on(backend, client)
                    there.join(30)
            except OSError:
                self.server.names.append(None)  # no certificate, or one of somebody else's

        @staticmethod
        def pass_on(source, target):
            try:
                while data := source.recv(1 << 16):
                    target.sendall(data)
            except OSError:
                pass
            for end in (source, target):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def __init__(self, certificate, client_ca, demands=True):
        super().__init__(('127.0.0.1', 0), self.Handler)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)
        self.context.verify_mode = ssl.CERT_REQUIRED if demands else ssl.CERT_OPTIONAL
        self.context.load_verify_locations(client_ca)
        self.names, self.backend = [], None
        self.url = f'https://localhost:{self.server_address[1]}'

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Certificates(unittest.TestCase):
    def setUp(self):
        self.session = self.enterContext(Session())
        self.authority = Authority(self.session.folder / 'certificates')
        self.folder, self.ca, self.issue = self.authority.folder, self.authority.ca, self.authority.issue

    def try_destination(self, url, *options):
        keys = self.session.folder / 'keys'
        keys.write_text('AKIA\nsecret\n')
        add = self.session.run([HOISTCTL, 'destination', 'add', '--type', 's3', '--bucket', 'b', '--token-file', keys, *options,
                                'lab', url])
        self.assertEqual(add.returncode, 0, add.stderr)
        run = self.session.run([HOISTCTL, 'destination', 'test', '--token-file', keys, 'lab'])
        self.session.run([HOISTCTL, 'destination', 'remove', 'lab'])
        return run

    def test_what_is_wrong(self):
        cases = {
            'expired': (dict(ends='20210101000000Z'), True, 'has expired'),
            'early': (dict(begins='20900101000000Z'), True, 'not valid yet'),
            'other': (dict(host='other.example.org'), True, 'belongs to another host'),
            'unknown': ({}, False, 'certificate file'),
        }
        for name, (options, trusted, told) in cases.items():
            with self.subTest(name), Storage(self.issue(name, **options)) as storage:
                run = self.try_destination(storage.url, *(['--ca-file', self.ca] if trusted else []))
                self.assertEqual(run.returncode, 1, run.stdout)
                self.assertIn('localhost', run.stderr)
                self.assertIn(told, run.stderr)

    def test_client_certificate(self):
        with Storage(self.issue('server'), client_ca=self.ca) as storage:
            ours = self.try_destination(storage.url, '--ca-file', self.ca, '--client-certificate', self.issue('anna'))
            self.assertEqual(ours.returncode, 0, ours.stderr)
            apart = self.try_destination(storage.url, '--ca-file', self.ca, '--client-certificate', self.folder / 'anna.crt',
                                         '--client-key', self.folder / 'anna.key')
            self.assertEqual(apart.returncode, 0, apart.stderr)
            none = self.try_destination(storage.url, '--ca-file', self.ca)
            self.assertEqual(none.returncode, 1)
            self.assertIn('client certificate', none.stderr)
            half = self.try_destination(storage.url, '--ca-file', self.ca, '--client-certificate', self.folder / 'anna.crt')
            self.assertEqual(half.returncode, 2)
            self.assertIn('private key is missing', half.stderr)

    def test_guarded(self):
        """Every connection to a backend and to its storage shows the certificate: there is none without."""
        expected = {name: make_file(self.session.folder / name, size) for name, size in (('a.bin', 10), ('b.bin', 20 * MIB))}
        paths = [self.session.folder / name for name in expected]
        with Guard(self.issue('server'), self.ca) as guard:
            backend = Backend(self.session, options=('--public-url', guard.url), listen=f'{LOOPBACK}:8017')
            guard.backend = (LOOPBACK, 8017)
            options = ['--ca-file', self.ca, '--client-certificate', self.issue('anna')]
            keys = backend.folder / '.hoist/credentials'
            targets = {'in/': Ctl.for_bucket(self.session, 'bucket', guard.url, 'hoist', keys, *options, '--key-prefix', 'in')}
            targets[''] = Ctl(self.session, backend, name='api', url=f'{guard.url}/api/v1', options=options)
            for prefix, ctl in targets.items():
                with self.subTest(prefix):
                    run = ctl.run('upload', *paths)
                    self.assertEqual(run.returncode, 0, run.stderr)
                    for name, checksum in expected.items():
                        self.assertEqual(sha256_of(backend.objects()[prefix + name]), checksum)
            self.assertEqual(set(guard.names), {'anna'})

    def guard(self, **how):
        return self.enterContext(Guard(self.issue('server'), self.ca, **how))

    def add(self, kind, url, *secret):
        run = self.session.run([HOISTCTL, 'destination', 'add', '--type', kind, *secret, '--ca-file', self.ca,
                                '--client-certificate', self.issue('anna'), kind, url])
        self.assertEqual(run.returncode, 0, run.stderr)
        return ['--to', kind, *(secret if secret[0] == '--token-file' else [])]

    def upload(self, target):
        expected = {name: make_file(self.session.folder / name, size) for name, size in (('a.bin', 10), ('b.bin', 20 * MIB))}
        run = self.session.run([HOISTCTL, 'upload', *target, *(self.session.folder / name for name in expected)])
        self.assertEqual(run.returncode, 0, run.stderr)
        return expected

    def test_guarded_companion(self):
        """The same of a Companion and of the storage that its URLs lead to."""
        front, storage = self.guard(), self.guard()
        backend = Backend(self.session)
        storage.backend = backend.listen.split(':')
        companion = self.enterContext(FakeCompanion(backend, signed_at=storage.url))
        front.backend = companion.url.removeprefix('http://').split(':')
        expected = self.upload(self.add('companion', front.url, '--no-token'))
        self.assertEqual({key: sha256_of(path) for key, path in backend.objects().items()}, expected)
        self.assertEqual((set(front.names), set(storage.names)), ({'anna'}, {'anna'}))

    def test_guarded_plain(self):
        """The same of a plain backend. It calls its storage as well, and has no certificate to show."""
        front, storage = self.guard(), self.guard(demands=False)
        backend = Backend(self.session)
        storage.backend = backend.listen.split(':')
        django = DjangoBackend(self.session, backend, HOIST_S3_ENDPOINT=storage.url, AWS_CA_BUNDLE=str(self.ca))
        front.backend = django.origin.removeprefix('http://').split(':')
        expected = self.upload(self.add('plain', f'{front.url}/plain', '--token-file', django.token_file))
        self.assertEqual(set(front.names), {'anna'})
        self.assertIn('anna', storage.names)
        chunks = {key.rsplit('/', 1)[1] for key in backend.objects()}
        self.assertEqual({chunk.split('_')[0] for chunk in chunks}, set(expected.values()))

    def test_signed_in_the_open(self):
        """Whoever is asked under TLS sends no file over plain HTTP, not even to this computer."""
        backend = Backend(self.session)
        django = DjangoBackend(self.session, backend)
        companion = self.enterContext(FakeCompanion(backend))
        secrets = {'hoist-api': ['--token-file', backend.token_file], 'plain': ['--token-file', django.token_file],
                   'companion': ['--no-token']}
        servers = {'hoist-api': (backend.listen, '/api/v1'), 'plain': (django.origin.removeprefix('http://'), '/plain'),
                   'companion': (companion.url.removeprefix('http://'), '')}
        make_file(self.session.folder / 'a.bin', 10)
        for kind, (address, path) in servers.items():
            with self.subTest(kind):
                front = self.guard()
                front.backend = address.split(':')
                target = self.add(kind, front.url + path, *secrets[kind])
                run = self.session.run([HOISTCTL, 'upload', *target, self.session.folder / 'a.bin'])
                self.assertEqual(run.returncode, 1, run.stdout)
                self.assertIn('without encryption', run.stdout + run.stderr)
        self.assertEqual(backend.objects(), {})

    def test_storage_behind_the_backend(self):
        """The URLs that a backend signs lead to a storage with a certificate of the same authority."""
        backend = Backend(self.session, options=('--tls-certificate', TLS / 'localhost.pem', '--tls-key', TLS / 'localhost.pem'))
        expected = {name: make_file(self.session.folder / name, size) for name, size in (('a.bin', 10), ('b.bin', 20 * MIB))}
        keys = backend.folder / '.hoist/credentials'
        ctl = Ctl.for_bucket(self.session, 'bucket', backend.url.removesuffix('/api/v1'), 'hoist', keys,
                             '--ca-file', TLS / 'ca.pem', '--key-prefix', 'in')
        for options, prefix in ((ctl.target, 'in/'),
                                (['--url', backend.url, '--token-file', backend.token_file, '--ca-file', TLS / 'ca.pem'], '')):
            with self.subTest(prefix):
                run = self.session.run([HOISTCTL, 'upload', *options, *(self.session.folder / name for name in expected)])
                self.assertEqual(run.returncode, 0, run.stderr)
                for name, checksum in expected.items():
                    self.assertEqual(sha256_of(backend.objects()[prefix + name]), checksum)


tap.main()
