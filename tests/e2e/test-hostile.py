#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-hostile.py hoist-api|plain|companion|s3: servers that mean harm, or are broken, before a provider. It is said what is
wrong, memory stays what it was, and the file is neither lost nor held to be delivered."""

import http.client
import http.server
import json
import os
import re
import sys
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import memory
import tap
from django_backend import DjangoBackend
from hoist import HOISTCTL, MIB, Backend, make_file, parse_events, sha256_of
from session import Session
from uppy import FakeCompanion

LARGE = 10 * MIB
# What a run may take more than one that finds nobody. Not under a sanitizer, which keeps what was freed.
MORE_KIB = 48 * 1024 if 'asan' not in os.environ.get('HOIST_BUILD_ROOT', '') else 1 << 30
BOMB = b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a0 "aaaaaaaaaa">' + b''.join(
    b'<!ENTITY a%d "%s">' % (level, b'&a%d;' % (level - 1) * 10) for level in range(1, 12)) + b']>'
# What comes as an error, too: the rest is read by the same code whatever the status.
ERRORS = ('nothing', 'a page', 'fields that are lists', '10 MB of text', 'entities in an error', 'no end')


def everything(value):
    """An object that has a value wherever any of the protocols looks for one."""
    return {name: value for name in (
        'uploadId', 'uploadID', 'key', 'urls', 'url', 'parts', 'files', 'partSize', 'uploadedChunks', 'limits', 'presignedUrls',
        'location', 'method', 'fields', 'expires', 'expiresIn', 'capabilities', 'checksums', 'account', 'server', 'error')}


def as_json(value):
    return 'application/json', json.dumps(value).encode()


ANSWERS = {
    'nothing': ('application/json', b''),
    'no document': ('text/plain', b'Hello'),
    'a page': ('text/html', b'<html><body>Welcome</body></html>'),
    'half a document': ('application/json', b'{"uploadId": "a", "ur'),
    'null': as_json(None),
    'a list': as_json([1, 2, 3]),
    'fields that are null': as_json(everything(None)),
    'fields that are numbers': as_json(everything(-1)),
    'fields that are lists': as_json(everything([[]])),
    'fields that are objects': as_json(everything({'a': {}})),
    'very large numbers': ('application/json', json.dumps(everything(0)).replace(': 0', ': 1e999').encode()),
    'a file': as_json({**everything('file:///etc/passwd'), 'urls': ['file:///etc/passwd']}),
    'another scheme': as_json({**everything('ftp://127.0.0.1/'), 'urls': ['ftp://127.0.0.1/a', 'javascript:alert(1)']}),
    'the same part twice': as_json({**everything('a'), 'parts': [{'partNumber': 1, 'PartNumber': 1, 'etag': 'a', 'size': 1}] * 2}),
    '10 MB of text': as_json(everything('x' * (LARGE // 20))),
    '10 MB of brackets': ('application/json', b'[' * LARGE),
    '10 MB of URLs': as_json({**everything('a'), 'urls': ['http://127.0.0.1:1/' + 'x' * 80] * (LARGE // 100)}),
    '10 MB of numbers': ('application/json', b'{"urls": [' + b'0,' * (LARGE // 2) + b'0]}'),
    '10 MB of names': ('application/json', b'{' + b'"a":0,' * (LARGE // 6) + b'"b":0}'),
    '10 MB of an element': ('application/xml', b'<a>' * (LARGE // 3)),
    'entities that grow': ('application/xml', BOMB + b'<ListMultipartUploadsResult><Bucket>&a11;</Bucket></ListMultipartUploadsResult>'),
    'entities in an error': ('application/xml', BOMB + b'<Error><Code>&a11;</Code></Error>'),
    'bytes that are no text': ('application/json', b'{"uploadId": "\xff\xfe\x00"}'),
    'no end': (None, b'{"a": "'),
}


class Hostile(http.server.ThreadingHTTPServer):
    """Says the same to everything."""

    daemon_threads = True

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = 'HTTP/1.1'

        def answer(self):
            kind, body = self.server.said
            try:
                self.rfile.read(int(self.headers.get('Content-Length') or 0))
                self.send_response(self.server.status)
                self.send_header('Content-Type', kind or 'application/json')
                if kind:
                    self.send_header('Content-Length', str(len(body)))
                else:
                    self.send_header('Connection', 'close')
                self.end_headers()
                self.wfile.write(body)
                while kind is None:
                    self.wfile.write(b'x' * 65536)
            except OSError:
                self.close_connection = True  # it has heard enough

        do_GET = do_POST = do_PUT = do_DELETE = answer

        def do_HEAD(self):
            self.send_response(self.server.status)
            self.send_header('Content-Length', '0')
            self.end_headers()

        def log_message(self, *_):
            pass

    def __init__(self):
        super().__init__(('127.0.0.1', 0), self.Handler)
        self.url, self.said, self.status = f'http://127.0.0.1:{self.server_port}', ANSWERS['nothing'], 200
        threading.Thread(target=self.serve_forever, daemon=True).start()


# What a server that is well up to then says in the middle of an upload: by kind, in the order of an upload.
LATER = ('fields that are numbers', 'no end')
CALLS = {
    'hoist-api': (r'POST .*/initiate', r'POST .*/sign', r'POST .*/complete', r'GET .*/status'),
    'plain': (r'POST .*/initiate', r'POST .*/complete', r'GET .*/status'),
    'companion': (r'POST /s3/multipart$', r'GET /s3/multipart/[^/]+/(batch|[0-9])', r'POST .*/complete', r'GET /s3/multipart/[^/]+\?'),
    's3': (r'POST .*\?uploads', r'PUT .*partNumber', r'POST .*uploadId', r'GET .*uploadId'),
}


class Between(Hostile):
    """Passes on what is asked, but for the calls that it is told: of those it makes its own answer."""

    class Handler(Hostile.Handler):
        def pass_on(self):
            if self.server.call and re.match(self.server.call, f'{self.command} {self.path}'):
                self.server.n_answered += 1
                return Hostile.Handler.answer(self)
            body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
            far = http.client.HTTPConnection(self.server.address, timeout=60)
            # With its Host, for which it may be signed.
            far.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                far.putheader(name, value)
            far.endheaders(body)
            answer = far.getresponse()
            said = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ('transfer-encoding', 'content-length', 'connection', 'date', 'server'):
                    self.send_header(name, value)
            self.send_header('Content-Length', answer.getheader('Content-Length') if self.command == 'HEAD' else str(len(said)))
            self.end_headers()
            self.wfile.write(said)
            far.close()

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = pass_on

    def __init__(self, address):
        super().__init__()
        self.address, self.call, self.n_answered = address, None, 0


class Providers(unittest.TestCase):
    def setUp(self):
        self.session = self.enterContext(Session())
        self.secret = self.session.folder / 'secret'
        self.secret.write_text('an-access-key\na-secret-key-that-nobody-may-see\n')
        self.token = self.session.folder / 'token'
        self.token.write_text('a-token-that-nobody-may-see')
        self.file = self.session.folder / 'file.bin'
        make_file(self.file, 20 * MIB)

    def add(self, kind, url):
        self.session.move_in(f'home-{kind}-{len(list(self.session.folder.iterdir()))}')
        more = {'s3': ['--bucket', 'hoist', '--token-file', self.secret], 'companion': ['--no-token']}.get(
            kind, ['--token-file', self.token])
        run = self.session.run([HOISTCTL, 'destination', 'add', '--type', kind, *more, 'lab', url])
        self.assertEqual(run.returncode, 0, run.stderr)
        return ['--to', 'lab', *(more[-2:] if kind != 'companion' else [])]

    def upload(self, target, *command):
        """Returns (exit status, what was said, peak memory in KiB)."""
        log = self.session.log_of('ctl')
        log.unlink(missing_ok=True)
        process = self.session.start('ctl', [HOISTCTL, *(command or ('upload', self.file)), *target, '--retry-for', '1s'])
        peak_mib = 0
        while process.poll() is None:
            # It only grows, so the last look tells.
            peak_mib = memory.peak_mib(process) or peak_mib
            time.sleep(0.005)
        self.session.stop(process)
        return process.returncode, self.session.read_log('ctl'), int(peak_mib * 1024)

    def test_answers(self):
        kind = KIND
        _, _, usual_kib = self.upload(self.add(kind, 'http://127.0.0.1:1'))
        server = self.enterContext(Hostile())
        most_kib = 0
        for status, name in [(200, name) for name in ANSWERS] + [(500, name) for name in ERRORS]:
            with self.subTest(f'{kind}: {status}, {name}'):
                server.said, server.status = ANSWERS[name], status
                code, told, peak_kib = self.upload(self.add(kind, server.url))
                most_kib = max(most_kib, peak_kib - usual_kib)
                self.assertEqual(code, 1, told)
                self.assertIn('file.bin', told)
                self.assertNotIn('nobody-may-see', told)
                self.assertLess(peak_kib, usual_kib + MORE_KIB, told)
                (kept,) = parse_events(self.session.run([HOISTCTL, 'list', '--json']).stdout)
                self.assertEqual(kept['name'], 'file.bin')
        print(f'# {kind}: at most {most_kib} KiB more than the {usual_kib} KiB of a run that finds nobody', flush=True)
        server.shutdown()

    def start_well(self):
        """A server that is well, and one between; returns the address to use, and what arrived, by SHA-256."""
        store = Backend(self.session)
        self.token.write_text(store.token)
        path = '/api/v1'
        if KIND == 's3':
            self.secret, path = store.folder / '.hoist/credentials', ''
        server = store.url.split('/')[2]
        if KIND == 'companion':
            server, path = self.enterContext(FakeCompanion(store)).url.split('/')[2], ''
        elif KIND == 'plain':
            django = DjangoBackend(self.session, store)
            server, self.token, path = f'127.0.0.1:{django.port}', django.token_file, '/plain'
        return self.enterContext(Between(server)), path, store

    def test_later_answers(self):
        """One upload goes through all of it, and arrives."""
        _, _, usual_kib = self.upload(self.add(KIND, 'http://127.0.0.1:1'))
        server, path, store = self.start_well()
        target = self.add(KIND, server.url + path)
        command = ('upload', self.file)
        for call in CALLS[KIND]:
            for name in LATER:
                with self.subTest(f'{KIND}: {call}, {name}'):
                    server.said, server.call, server.n_answered = ANSWERS[name], call, 0
                    code, told, peak_kib = self.upload(target, *command)
                    command = ('retry', '--all')
                    self.assertEqual(code, 1, told)
                    self.assertTrue(server.n_answered)
                    self.assertLess(peak_kib, usual_kib + MORE_KIB, told)
                    (kept,) = parse_events(self.session.run([HOISTCTL, 'list', '--json']).stdout)
                    self.assertEqual((kept['name'], kept['state']), ('file.bin', 'failed'))
        server.call = None
        code, told, _ = self.upload(target, *command)
        self.assertEqual(code, 0, told)
        found = store.objects()
        if KIND == 'plain':
            found = {key: path for key, path in found.items() if '/chunks/' in key}
            self.assertEqual(len(found), 4)
        else:
            self.assertEqual([sha256_of(path) for path in found.values()], [sha256_of(self.file)])
        server.shutdown()


KIND = sys.argv.pop(1)
tap.main()
