# SPDX-License-Identifier: GPL-3.0-or-later
"""The storages of the labs in a session, and another's client that looks at what arrived."""

import configparser
import hashlib
import importlib.util
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
from pathlib import Path

from hoist import HOIST_BACKEND, MIB, Backend
from session import wait_for

LABS = Path(__file__).resolve().parent
CA = LABS.parent / 'lib/tls/ca.pem'
CERTIFICATE = LABS.parent / 'lib/tls/localhost.pem'


def output_of(*command):
    run = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True)
    return run.stdout.strip()


def takes_attributes():
    """Whether the file system of sessions keeps extended attributes, as Swift wants to; a tmpfs may not."""
    with tempfile.NamedTemporaryFile() as file:
        try:
            os.setxattr(file.name, 'user.hoist', b'1')
        except OSError:
            return False
    return True


class Storage:
    """What speaks S3. `s3` is boto3's client for it, `url` where it is, `keys_file` has its keys."""

    url = key = secret = keys_file = None
    bucket, region, service = 'lab', 'us-east-1', 'other'

    def connect(self):
        import boto3
        from botocore.config import Config
        self.s3 = boto3.client(
            's3', endpoint_url=self.url, aws_access_key_id=self.key, aws_secret_access_key=self.secret,
            region_name=self.region, verify=str(CA), config=Config(
                s3={'addressing_style': 'path'}, signature_version='s3v4', proxies={'http': None, 'https': None}))

    def listing(self):
        """{key: size}"""
        pages = self.s3.get_paginator('list_objects_v2').paginate(Bucket=self.bucket)
        return {item['Key']: item['Size'] for page in pages for item in page.get('Contents', ())}

    def sha256(self, key):
        checksum = hashlib.sha256()
        for block in self.s3.get_object(Bucket=self.bucket, Key=key)['Body'].iter_chunks(MIB):
            checksum.update(block)
        return checksum.hexdigest()

    def uploads(self):
        """[(key, upload id)] of what is unfinished"""
        found = self.s3.list_multipart_uploads(Bucket=self.bucket).get('Uploads', ())
        return [(upload['Key'], upload['UploadId']) for upload in found]

    def abort_all(self):
        for key, upload in self.uploads():
            self.s3.abort_multipart_upload(Bucket=self.bucket, Key=key, UploadId=upload)


class Program(Storage):
    """A program of this folder that serves until it is stopped (keeper.py)."""

    program = None

    def __init__(self, session, *options, name=None):
        self.session, self.name = session, name or self.program
        self.folder = session.folder / self.name
        self.process = session.start(self.name, ['/usr/bin/python3', '-B', LABS / self.program, self.folder, *options])
        self.url = self._said('listening on ', 1).removeprefix('listening on ')
        self.keys_file = self.folder / 'keys'
        self.key, self.secret = self.keys_file.read_text().split()
        self.connect()

    def _lines(self, start):
        if self.process.poll() is not None:
            raise RuntimeError(f'{self.name} ended: {self.session.read_log(self.name)}')
        return [line for line in self.session.read_log(self.name).splitlines() if line.startswith(start)]

    def _said(self, start, times):
        """Waits until it has said something so many times; returns the last line."""
        return wait_for(lambda: len(self._lines(start)) >= times and self._lines(start)[-1], f'{self.name}: {start}', 120)

    def kill(self):
        """The gateway crashes."""
        times = len(self._lines('the gateway was killed'))
        self.process.send_signal(signal.SIGUSR1)
        self._said('the gateway was killed', times + 1)

    def start(self):
        times = len(self._lines('listening on '))
        self.process.send_signal(signal.SIGUSR2)
        self._said('listening on ', times + 1)


class Swift(Program):
    program = service = 'swift'

    @staticmethod
    def is_here():
        return importlib.util.find_spec('swift') is not None and takes_attributes()

    @staticmethod
    def version():
        return output_of('dpkg-query', '-W', '-f', '${Version}', 'python3-swift').split('-')[0]

    def requests(self):
        """The lines of its log of requests."""
        return [line for line in (self.folder / 'requests').read_text().splitlines() if ' HTTP/1.' in line]


class Ceph(Program):
    program = service = 'ceph'

    @staticmethod
    def is_here():
        return all(map(shutil.which, ('radosgw', 'radosgw-admin', 'ceph-mon', 'ceph-osd', 'ceph')))

    @staticmethod
    def version():
        return output_of('radosgw', '--version').split()[2]

    def requests(self):
        (log,) = (self.folder / 'log').glob('*rgw*.log')
        return [line for line in log.read_text('utf-8', 'replace').splitlines() if ' beast: ' in line]


class Embedded(Storage):
    """The store of hoist-backend. With a configuration it has the settings of that one, too."""

    bucket, region = 'hoist', 'local'

    def __init__(self, session, *options, name='store'):
        self.backend = Backend(session, name, options)
        self.url = self.backend.url.removesuffix('/api/v1')
        self.keys_file = self.backend.folder / '.hoist/credentials'
        credentials = configparser.ConfigParser()
        credentials.read(self.keys_file)
        self.key = credentials['default']['aws_access_key_id']
        self.secret = credentials['default']['aws_secret_access_key']
        self.connect()

    @staticmethod
    def is_here():
        return True

    @staticmethod
    def version():
        return output_of(HOIST_BACKEND, '--version').split()[-1]

    def kill(self):
        self.backend.stop(signal.SIGKILL)

    def start(self):
        self.backend.start()


class TlsRelay:
    """TLS before a server that has none, as a reverse proxy is."""

    def __init__(self, port):
        self.port = port
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(CERTIFICATE)
        self.listening = socket.create_server(('127.0.0.1', 0))
        self.url = f'https://localhost:{self.listening.getsockname()[1]}'
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            connection, _ = self.listening.accept()
            threading.Thread(target=self._relay, args=(connection,), daemon=True).start()

    def _relay(self, connection):
        try:
            near = self.context.wrap_socket(connection, server_side=True)
            far = socket.create_connection(('127.0.0.1', self.port))
        except OSError:
            return  # whoever called did not like what it saw
        threading.Thread(target=self._copy, args=(far, near), daemon=True).start()
        self._copy(near, far)

    @staticmethod
    def _copy(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass
