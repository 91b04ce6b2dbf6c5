# SPDX-License-Identifier: GPL-3.0-or-later
"""What Uppy Companion does, on boto3 and before an embedded store: for tests that have no npm. With `forms` it signs forms for
small files, and takes them itself as S3 would; the store knows none."""

import configparser
import hashlib
import json
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import boto3
import forms
from botocore.client import Config

BUCKET = 'hoist'


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *_):
        pass

    def answer(self, status, value):
        self.answer_with(status, json.dumps(value, default=str).encode(), 'application/json')

    def answer_with(self, status, body, kind, headers=()):
        self.send_response(status)
        self.send_header('Content-Type', kind)
        for header in headers:
            self.send_header(*header)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def read(self):
        return json.loads(self.rfile.read(int(self.headers.get('Content-Length') or 0)) or b'{}')

    def take_form(self):
        """Of the storage: POST Object."""
        body = self.rfile.read(int(self.headers['Content-Length']))
        self.server.seen.append((f'{self.command} {self.path}', dict(self.headers)))
        refusal = self.server.refuse_form()
        try:
            if refusal:
                raise refusal
            fields, data = forms.parse(self.headers['Content-Type'], body)
            forms.check(fields, len(data), self.server.secret)
        except forms.Refused as reason:
            return self.answer_with(reason.status, f'<Error><Code>{reason.code}</Code><Message>{reason.message}</Message></Error>'
                                    .encode(), 'application/xml')
        meta = {name.removeprefix('x-amz-meta-'): value for name, value in fields.items() if name.startswith('x-amz-meta-')}
        self.server.s3.put_object(Bucket=BUCKET, Key=fields['key'], Body=data, ContentType=fields['content-type'])
        self.server.metadata[fields['key']] = meta
        etag = self.server.etag or hashlib.md5(data).hexdigest()
        document = (f'<PostResponse><Location>{self.server.url}/form/there</Location><Bucket>{BUCKET}</Bucket>'
                    f'<Key>k</Key><ETag>&quot;{etag}&quot;</ETag></PostResponse>')
        return self.answer_with(201, document.encode(), 'application/xml', self.server.more_headers)

    def params(self, query):
        key = f'{uuid.uuid4()}-{query["filename"]}'
        meta = {f'x-amz-meta-{name[9:-1]}': value for name, value in query.items() if name.startswith('metadata[')}
        fields = {'success_action_status': '201', 'content-type': query['type'], **meta}
        signed = self.server.s3.generate_presigned_post(
            BUCKET, key, Fields=dict(fields), Conditions=[{name: value} for name, value in fields.items()], ExpiresIn=800)
        return {'method': 'POST', 'url': f'{self.server.url}/form', 'fields': signed['fields'], 'expires': 800}

    def sign(self, key, upload, number):
        return self.server.signer.generate_presigned_url(
            'upload_part', {'Bucket': BUCKET, 'Key': key, 'UploadId': upload, 'PartNumber': number}, ExpiresIn=800)

    def handle_call(self):
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        words = url.path.strip('/').split('/')
        if words == ['form']:
            return self.take_form()
        body = self.read()
        self.server.seen.append((f'{self.command} {url.path}', dict(self.headers)))
        if self.server.cookie and self.headers.get('Cookie') != self.server.cookie:
            return self.answer(401, {'message': 'Who are you?'})
        if words == ['s3', 'params'] and self.server.forms:
            return self.answer(200, self.params(query))
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

    def __init__(self, store, cookie=None, with_forms=False, signed_at=None):
        """signed_at: where the signed URLs lead, if not to the store itself"""
        keys = configparser.ConfigParser()
        keys.read(store.folder / '.hoist/credentials')
        self.server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.server.daemon_threads = True
        self.server.cookie = cookie
        self.server.seen = self.seen = []
        self.server.forms = with_forms
        self.server.refuse_form = lambda: None
        self.server.etag, self.server.more_headers, self.server.metadata = None, (), {}
        self.server.secret = keys['default']['aws_secret_access_key']
        at = store.url.rsplit('/api/', 1)[0]
        self.server.s3, self.server.signer = (boto3.client(
            's3', endpoint_url=endpoint, region_name='local',
            aws_access_key_id=keys['default']['aws_access_key_id'],
            aws_secret_access_key=keys['default']['aws_secret_access_key'],
            config=Config(signature_version='s3v4', s3={'addressing_style': 'path'}, proxies={}))
            for endpoint in (at, signed_at or at))
        self.server.url = self.url = f'http://127.0.0.1:{self.server.server_address[1]}'

    def __enter__(self):
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={'poll_interval': 0.1})
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
