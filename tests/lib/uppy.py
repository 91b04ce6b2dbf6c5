# SPDX-License-Identifier: GPL-3.0-or-later
"""What Uppy Companion does for multipart uploads, on boto3 and before an embedded store: for tests that have no npm."""

import configparser
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import boto3
from botocore.client import Config

BUCKET = 'hoist'


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *_):
        pass

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def read(self):
        return json.loads(self.rfile.read(int(self.headers.get('Content-Length') or 0)) or b'{}')

    def sign(self, key, upload, number):
        return self.server.s3.generate_presigned_url(
            'upload_part', {'Bucket': BUCKET, 'Key': key, 'UploadId': upload, 'PartNumber': number}, ExpiresIn=800)

    def handle_call(self):
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        words = url.path.strip('/').split('/')
        body = self.read()
        self.server.seen.append((f'{self.command} {url.path}', dict(self.headers)))
        if self.server.cookie and self.headers.get('Cookie') != self.server.cookie:
            return self.answer(401, {'message': 'Who are you?'})
        if words[:2] != ['s3', 'multipart']:
            return self.answer(404, {'message': 'Not Found'})
        return self.answer(200, self.multipart(words[2:], query, body))

    def multipart(self, words, query, body):
        s3, key = self.server.s3, query.get('key')
        if not words:
            key = body['filename']
            made = s3.create_multipart_upload(Bucket=BUCKET, Key=key, ContentType=body['type'])
            return {'key': key, 'uploadId': made['UploadId']}
        upload = words[0]
        if words[1:] == ['batch']:
            return {'presignedUrls': {n: self.sign(key, upload, int(n)) for n in query['partNumbers'].split(',')}}
        if words[1:] == ['complete']:
            done = s3.complete_multipart_upload(Bucket=BUCKET, Key=key, UploadId=upload,
                                                MultipartUpload={'Parts': body['parts']})
            return {'location': done['Location']}
        if words[1:]:
            return {'url': self.sign(key, upload, int(words[1])), 'expires': 800}
        if self.command == 'DELETE':
            s3.abort_multipart_upload(Bucket=BUCKET, Key=key, UploadId=upload)
            return {}
        return s3.list_parts(Bucket=BUCKET, Key=key, UploadId=upload).get('Parts', [])

    do_GET = do_POST = do_DELETE = handle_call


class FakeCompanion:
    """Listens until it is left; `seen` has what it was asked, with headers."""

    def __init__(self, store, cookie=None):
        keys = configparser.ConfigParser()
        keys.read(store.folder / '.hoist/credentials')
        self.server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.server.daemon_threads = True
        self.server.cookie = cookie
        self.server.seen = self.seen = []
        self.server.s3 = boto3.client(
            's3', endpoint_url=store.url.rsplit('/api/', 1)[0], region_name='local',
            aws_access_key_id=keys['default']['aws_access_key_id'],
            aws_secret_access_key=keys['default']['aws_secret_access_key'],
            config=Config(signature_version='s3v4', s3={'addressing_style': 'path'}, proxies={}))
        self.url = f'http://127.0.0.1:{self.server.server_address[1]}'

    def __enter__(self):
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={'poll_interval': 0.1})
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
