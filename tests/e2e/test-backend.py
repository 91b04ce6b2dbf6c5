#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program hoist-backend with its embedded store, by its API and by hand."""

import random
import signal
import socket
import stat
import sys
import unittest
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from hoist import HOIST_BACKEND, MIB, Backend, put, sha256_base64
from session import Session, wait_for


class BackendProgram(unittest.TestCase):
    def setUp(self):
        self.session = self.enterContext(Session())
        self.backend = Backend(self.session)

    def initiate(self, path, size, part_size=5 * MIB, **more):
        multipart = size >= 16 * MIB
        file = {
            'fileName': path.rsplit('/', 1)[-1], 'path': path, 'size': size,
            'contentType': 'application/octet-stream', 'multipart': multipart,
            'partSize': part_size if multipart else size,
            'totalChunks': -(-size // part_size) if multipart else 1, **more,
        }
        return self.backend.call('POST', '/initiate', file)

    def sign(self, begun, number, data):
        status, signed = self.backend.call('POST', '/sign', {
            'uploadId': begun['uploadId'], 'key': begun['key'],
            'parts': [{'partNumber': number, 'checksumSha256': sha256_base64(data)}]})
        self.assertEqual(status, 200, signed)
        return signed['urls'][0]

    def begin_multipart(self, path, parts):
        status, begun = self.initiate(path, sum(map(len, parts)))
        self.assertEqual(status, 200, begun)
        return begun

    def send(self, begun, parts, numbers):
        sent = []
        for number in numbers:
            data = parts[number - 1]
            status, etag = put(self.sign(begun, number, data), data)
            self.assertEqual(status, 200)
            sent.append({'partNumber': number, 'etag': etag, 'checksumSha256': sha256_base64(data)})
        return sent

    def complete(self, begun, sent):
        return self.backend.call(
            'POST', '/complete', {'uploadId': begun['uploadId'], 'key': begun['key'], 'parts': sent})

    def listed(self, begun):
        status, listed = self.backend.call(
            'GET', f'/status?uploadId={begun["uploadId"]}&key={begun["key"]}')
        self.assertEqual(status, 200)
        return listed['uploadedChunks']

    def random_parts(self, *sizes):
        noise = random.Random(self.id())
        return [noise.randbytes(size) for size in sizes]

    def test_token_is_for_its_owner_only(self):
        self.assertEqual(stat.S_IMODE(self.backend.token_file.stat().st_mode), 0o600)
        status, answer = self.backend.call('GET', '/')
        self.assertEqual(status, 200)
        self.assertEqual(answer['name'], 'hoist-backend')
        for token in ('wrong', self.backend.token + 'x'):
            status, answer = self.backend.call('GET', '/', token=token)
            self.assertEqual((status, answer['error']['code']), (401, 'unauthorized'))

    def test_small_file(self):
        data = b'content'
        status, begun = self.initiate('folder/Größe 北.txt', len(data), checksumSha256=sha256_base64(data))
        self.assertEqual(status, 200, begun)
        status, etag = put(begun['urls'][0], data)
        self.assertEqual(status, 200)
        status, done = self.backend.call('POST', '/complete', {
            'uploadId': None, 'key': begun['key'],
            'parts': [{'partNumber': 1, 'etag': etag, 'checksumSha256': sha256_base64(data)}]})
        self.assertEqual((status, done['size']), (200, len(data)))
        (key, path), = self.backend.objects().items()
        self.assertTrue(key.endswith('folder/Größe 北.txt'), key)
        self.assertEqual(path.read_bytes(), data)

    def test_damaged_part_is_refused(self):
        data = b'content'
        _, begun = self.initiate('a', len(data), checksumSha256=sha256_base64(data))
        self.assertEqual(put(begun['urls'][0], b'contenT')[0], 400)
        self.assertEqual(self.backend.objects(), {})

    def test_multipart(self):
        parts = self.random_parts(5 * MIB, 5 * MIB, 5 * MIB, 1 * MIB + 1)
        begun = self.begin_multipart('big', parts)
        sent = self.send(begun, parts, (4, 2, 1, 3))
        status, done = self.complete(begun, sorted(sent, key=lambda part: part['partNumber']))
        self.assertEqual((status, done.get('size')), (200, 16 * MIB + 1), done)
        (path,) = self.backend.objects().values()
        self.assertEqual(path.read_bytes(), b''.join(parts))

    def test_killed_backend_goes_on(self):
        parts = self.random_parts(5 * MIB, 5 * MIB, 6 * MIB)
        begun = self.begin_multipart('big', parts)
        sent = self.send(begun, parts, (1, 2))

        # Half of the third part, and then the power goes.
        signed = self.sign(begun, 3, parts[2])
        target = urlsplit(signed['url'])
        with socket.create_connection((target.hostname, target.port)) as connection:
            headers = ''.join(f'{name}: {value}\r\n' for name, value in signed['headers'].items())
            connection.sendall(
                f'PUT {target.path}?{target.query} HTTP/1.1\r\nHost: {target.netloc}\r\n{headers}'
                f'Content-Length: {len(parts[2])}\r\n\r\n'.encode() + parts[2][:3 * MIB])
            self.assertEqual(self.listed(begun), [1, 2])
            self.backend.stop(signal.SIGKILL)
        self.assertEqual(self.backend.objects(), {})

        self.backend.start()
        self.assertEqual(self.listed(begun), [1, 2])
        sent += self.send(begun, parts, (3,))
        status, done = self.complete(begun, sent)
        self.assertEqual(status, 200, done)
        (path,) = self.backend.objects().values()
        self.assertEqual(path.read_bytes(), b''.join(parts))

        # The answer got lost: asked again, after another start, it is the same.
        self.backend.stop(signal.SIGKILL)
        self.backend.start()
        self.assertEqual(self.complete(begun, sent), (200, done))

    def test_abort_leaves_nothing(self):
        parts = self.random_parts(5 * MIB, 11 * MIB)
        begun = self.begin_multipart('big', parts)
        self.send(begun, parts, (1,))
        status, answer = self.backend.call('GET', '/uploads')
        self.assertEqual([upload['uploadId'] for upload in answer['uploads']], [begun['uploadId']])
        status, answer = self.backend.call(
            'POST', '/abort', {'uploadId': begun['uploadId'], 'key': begun['key']})
        self.assertEqual((status, answer), (200, {'aborted': True, 'remaining': 0}))
        self.assertEqual(self.backend.call('GET', '/uploads')[1]['uploads'], [])
        self.assertEqual(self.backend.objects(), {})

    def test_keys_cannot_leave_the_folder(self):
        for path in ('../a', 'a/../../b', '/etc/passwd', 'a/./b', 'a\nb', 'x' * 2000):
            with self.subTest(repr(path[:20])):
                status, answer = self.initiate(path, 1, checksumSha256=sha256_base64(b'x'))
                self.assertEqual((status, answer['error']['code']), (400, 'key_invalid'))

    def test_stops_when_asked(self):
        for how in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(how.name):
                self.assertEqual(self.backend.stop(how), 0)
                self.backend.start()

    def test_log_has_no_secret(self):
        self.test_small_file()
        log = wait_for(lambda: 'PUT' in self.backend.log() and self.backend.log(), 'a line about the PUT')
        for secret in (self.backend.token, 'X-Amz', 'Signature', 'Größe'):
            self.assertNotIn(secret, log)

    def test_wrong_use(self):
        for what, options in (
            ('unknown option', ['--nonsense']),
            ('too much', ['--embedded', self.session.folder / 'x', 'more']),
            ('no configuration', ['--config', '/nonexistent']),
            ('bad address', ['--embedded', self.session.folder / 'x', '--listen', 'nowhere']),
            ('open to all without TLS', ['--embedded', self.session.folder / 'x', '--listen', '0.0.0.0:0']),
            ('folder in use', ['--embedded', self.backend.folder, '--listen', '127.0.0.1:0']),
        ):
            with self.subTest(what):
                run = self.session.run([HOIST_BACKEND, *options], timeout=30)
                self.assertIn(run.returncode, (1, 2))
                self.assertTrue(run.stderr.strip())
                self.assertNotIn('CRITICAL', run.stderr)


tap.main()
