# SPDX-License-Identifier: GPL-3.0-or-later
"""A small proxy for tests: HTTP with CONNECT, or SOCKS5. It knows names that nobody else knows, and counts."""

import base64
import select
import socket
import struct
import threading
from urllib.parse import urlsplit


class Proxy:
    """A proxy on a port of its own, until the end of its `with`.

    `hosts` maps names to (address, port): a name that no resolver knows shows that whoever asked for it
    asked the proxy. `credentials` (user, password) are demanded if they are given; `refusals` {2: 403} has the
    status that the second tunnel is refused with. `requests` has (method, target) of each connection in its order, `sent_bytes` how much went to servers through it.
    """

    def __init__(self, kind='http', hosts=None, credentials=None, refusals=None):
        self.kind, self.hosts, self.credentials, self.refusals = kind, hosts or {}, credentials, refusals or {}
        self.requests, self.tunnels, self.refused, self.sent_bytes = [], 0, 0, 0
        self.lock = threading.Lock()
        self.closing = threading.Event()
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        self.threads = []

    def url(self, user=None):
        """As environment variables have it; user is `name:password`."""
        scheme = 'socks5' if self.kind == 'socks5' else 'http'
        return f'{scheme}://{user + "@" if user else ""}127.0.0.1:{self.port}'

    def env(self, user=None, **more):
        return {'http_proxy': self.url(user), 'https_proxy': self.url(user), **more}

    def __enter__(self):
        self._start(self._accept)
        return self

    def __exit__(self, *_):
        self.closing.set()
        # shutdown() wakes accept(); close() alone does not
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in list(self.threads):
            thread.join(30)

    def _start(self, target, *arguments):
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self.threads.append(thread)
        thread.start()

    def _accept(self):
        while not self.closing.is_set():
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self._start(self._serve, client)

    def _serve(self, client):
        with client:
            try:
                (self._serve_socks5 if self.kind == 'socks5' else self._serve_http)(client)
            except OSError:
                pass  # whoever called has gone

    def _connect(self, method, host, port):
        with self.lock:
            self.requests.append((method, f'{host}:{port}'))
        return socket.create_connection(self.hosts[host] if host in self.hosts else (host, port), timeout=30)

    def _relay(self, client, server):
        """Both ways, until either side has said all."""
        while not self.closing.is_set():
            readable, _, _ = select.select([client, server], [], [], 0.2)
            for source in readable:
                data = source.recv(1 << 16)
                if not data:
                    return
                if source is client:
                    with self.lock:
                        self.sent_bytes += len(data)
                (server if source is client else client).sendall(data)

    def _is_welcome(self, headers):
        if not self.credentials:
            return True
        wanted = 'Basic ' + base64.b64encode(':'.join(self.credentials).encode()).decode()
        return headers.get('proxy-authorization') == wanted

    def _serve_http(self, client):
        head = b''
        while b'\r\n\r\n' not in head:
            data = client.recv(1 << 16)
            if not data:
                return
            head += data
        head, body = head.split(b'\r\n\r\n', 1)
        lines = head.decode('latin-1').split('\r\n')
        method, target, version = lines[0].split(' ')
        headers = {name.lower(): value.strip() for name, value in (line.split(':', 1) for line in lines[1:])}
        if not self._is_welcome(headers):
            with self.lock:
                self.refused += 1
            client.sendall(b'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="office"\r\n'
                           b'Content-Length: 0\r\nConnection: close\r\n\r\n')
            return
        if method == 'CONNECT':
            with self.lock:
                self.tunnels += 1
                status = self.refusals.get(self.tunnels)
                self.refused += status is not None
            if status:
                client.sendall(f'HTTP/1.1 {status} No\r\nContent-Length: 4\r\n\r\nNo.\n'.encode())
                return
            host, port = target.rsplit(':', 1)
            with self._connect(method, host, int(port)) as server:
                client.sendall(b'HTTP/1.1 200 Connection established\r\n\r\n')
                self._relay(client, server)
            return
        # One request a connection, with the server's own form of the address.
        address = urlsplit(target)
        path = (address.path or '/') + (f'?{address.query}' if address.query else '')
        kept = [line for line in lines[1:] if not line.lower().startswith(('proxy-', 'connection:'))]
        with self._connect(method, address.hostname, address.port or 80) as server:
            server.sendall('\r\n'.join([f'{method} {path} {version}', *kept, 'Connection: close', '', '']).encode('latin-1'))
            server.sendall(body)
            with self.lock:
                self.sent_bytes += len(body)
            self._relay(client, server)

    def _read(self, client, n_bytes):
        data = b''
        while len(data) < n_bytes:
            more = client.recv(n_bytes - len(data))
            if not more:
                raise OSError('the client has gone')
            data += more
        return data

    def _serve_socks5(self, client):
        """RFC 1928, and RFC 1929 for the password."""
        _, n_methods = self._read(client, 2)
        methods = self._read(client, n_methods)
        wanted = 2 if self.credentials else 0
        if wanted not in methods:
            with self.lock:
                self.refused += 1
            client.sendall(b'\x05\xff')
            return
        client.sendall(bytes([5, wanted]))
        if self.credentials:
            _, length = self._read(client, 2)
            user = self._read(client, length).decode()
            password = self._read(client, self._read(client, 1)[0]).decode()
            good = (user, password) == tuple(self.credentials)
            client.sendall(b'\x01' + (b'\0' if good else b'\1'))
            if not good:
                with self.lock:
                    self.refused += 1
                return
        _, _, _, kind = self._read(client, 4)
        if kind == 3:
            host = self._read(client, self._read(client, 1)[0]).decode()
        else:
            host = socket.inet_ntop(*((socket.AF_INET, self._read(client, 4)) if kind == 1 else (socket.AF_INET6, self._read(client, 16))))
        port, = struct.unpack('>H', self._read(client, 2))
        with self._connect('SOCKS5', host, port) as server:
            client.sendall(b'\x05\0\0\1' + bytes(6))
            self._relay(client, server)
