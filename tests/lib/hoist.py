# SPDX-License-Identifier: GPL-3.0-or-later
"""The finished programs in a session: the embedded backend, hoistctl, files to send."""

import base64
import hashlib
import http.client
import json
import os
import random
import re
import signal
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from session import wait_for

SOURCE_ROOT = Path(__file__).resolve().parents[2]
BUILD_ROOT = Path(os.environ.get('HOIST_BUILD_ROOT', SOURCE_ROOT / '_build'))
HOIST = BUILD_ROOT / 'src/app/hoist'
HOISTCTL = BUILD_ROOT / 'src/app/hoistctl'
HOIST_BACKEND = BUILD_ROOT / 'src/backend/hoist-backend'
FAULT_DISK = BUILD_ROOT / 'tests/lib/libfault-disk.so'
FAULT_CLOCK = BUILD_ROOT / 'tests/lib/libfault-clock.so'
FAULT_FOLDER = BUILD_ROOT / 'tests/lib/libfault-folder.so'
DRAG_SOURCE = BUILD_ROOT / 'tests/lib/drag-source'

MIB = 1 << 20
# ESTABLISHED, SYN_RECV and CLOSE_WAIT, as /proc/net/tcp has them (Linux, include/net/tcp_states.h).
TCP_CONNECTED = ('01', '03', '08')


def make_file(path, size_bytes, seed=0):
    """Writes a file of reproducible random bytes; returns its SHA-256."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    noise, checksum, left = random.Random(f'{seed} {path.name}'), hashlib.sha256(), size_bytes
    with open(path, 'wb') as file:
        while left:
            block = noise.randbytes(min(left, MIB))
            file.write(block)
            checksum.update(block)
            left -= len(block)
    return checksum.hexdigest()


def sha256_of(path):
    checksum = hashlib.sha256()
    with open(path, 'rb') as file:
        while block := file.read(MIB):
            checksum.update(block)
    return checksum.hexdigest()


class Backend:
    """A hoist-backend that keeps its objects in a folder of the session."""

    def __init__(self, session, name='backend', options=(), env=None, listen='127.0.0.1:0'):
        self.session, self.name, self.options, self.env = session, name, options, env
        self.folder = session.folder / name
        self.listen = listen
        self.start()

    def start(self):
        """Starts it, again on the same port if it ran before."""
        already = len(self.log())
        self.process = self.session.start(
            self.name,
            [HOIST_BACKEND, '--embedded', self.folder, '--listen', self.listen, '--log-requests', *self.options],
            env=self.env)
        self.url = wait_for(lambda: self._url(already), 'the backend to listen')
        self.listen = self.url.split('/')[2]
        self.token_file = self.folder / 'token'

    def _url(self, already):
        if self.process.poll() is not None:
            raise RuntimeError(f'the backend ended: {self.log()}')
        lines = [line for line in self.log()[already:].splitlines() if line.startswith('listening on ')]
        return lines[0].removeprefix('listening on ') if lines else None

    def stop(self, how=signal.SIGTERM):
        self.go_on()
        return self.session.stop(self.process, how)

    def hold(self):
        """Stands still from now on: nothing that is under way gets done, however long a test takes."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def wait_until_left(self):
        """Until all that was sent by clients that are gone has been received, or refused."""
        port = f':{int(self.listen.rsplit(":", 1)[1]):04X}'

        def connections():
            lines = [line.split() for line in Path('/proc/net/tcp').read_text().splitlines()[1:]]
            # It is a client of its own store, too, and keeps those connections.
            sockets = self._sockets()
            own = {line[1] for line in lines if line[2].endswith(port) and line[9] in sockets}
            return [line for line in lines
                    if line[1].endswith(port) and line[3] in TCP_CONNECTED and line[2] not in own]

        wait_for(lambda: not connections(), 'the connections to the backend to end')

    def _sockets(self):
        """The inodes of its sockets."""
        found = set()
        for entry in Path(f'/proc/{self.process.pid}/fd').iterdir():
            try:
                target = os.readlink(entry)
            except FileNotFoundError:
                continue  # closed meanwhile
            if target.startswith('socket:['):
                found.add(target[8:-1])
        return found

    def log(self):
        return self.session.read_log(self.name)

    @property
    def token(self):
        return self.token_file.read_text().strip()

    def objects(self):
        """The objects: {key: path}."""
        found = {}
        for folder, folders, names in os.walk(self.folder):
            # The store's own files come and go while it works.
            folders[:] = [name for name in folders if name != '.hoist']
            if Path(folder) != self.folder:
                for path in (Path(folder, name) for name in names):
                    found[path.relative_to(self.folder).as_posix().split('/', 1)[1]] = path
        return found

    def call(self, method, path, body=None, token=None):
        """Calls the upload API; returns (status, the answer as an object)."""
        request = urllib.request.Request(
            self.url + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={'Authorization': f'Bearer {token or self.token}', 'Content-Type': 'application/json'})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)


class FaultDisk:
    """A disk below the list of uploads that fails as it is told (tests/lib/fault-disk.h)."""

    def __init__(self, session):
        self.rules = session.folder / 'fault-rules'
        self.env = {
            'LD_PRELOAD': str(FAULT_DISK),
            'HOIST_FAULT_FOLDER': session.env['XDG_STATE_HOME'],
            'HOIST_FAULT_RULES': str(self.rules),
        }

    def fail(self, call, error):
        """From now on a call such as `pwrite` fails with an error such as `ENOSPC`."""
        self.rules.write_text(f'{call} {error}\n')

    def work(self):
        self.rules.unlink(missing_ok=True)


def preload(library, **variables):
    """The environment of a program before which such a library stands."""
    # A sanitizer's library does not mind one before it that uses nothing but the C library.
    options = ':'.join(filter(None, (os.environ.get('ASAN_OPTIONS'), 'verify_asan_link_order=0')))
    return {'LD_PRELOAD': str(library), 'ASAN_OPTIONS': options, **variables}


def clock_off_by(seconds):
    """The environment of a program whose wall clock is so much ahead (tests/lib/fault-clock.c)."""
    return preload(FAULT_CLOCK, HOIST_FAULT_CLOCK_S=str(int(seconds)))


def folder_held(folder, gate):
    """The environment of a program that waits in a folder (tests/lib/fault-folder.c), at a pipe
    that is made for it."""
    os.mkfifo(gate)
    return preload(FAULT_FOLDER, HOIST_FAULT_FOLDER_HELD=str(folder), HOIST_FAULT_FOLDER_GATE=str(gate))


def put(signed, data):
    """Sends data to a presigned URL, as `sign` and `initiate` give it; returns (status, ETag)."""
    target = urlsplit(signed['url'])
    connection = http.client.HTTPConnection(target.hostname, target.port, timeout=60)
    try:
        # Not through urllib: it adds a content type, which was not signed.
        connection.request('PUT', f'{target.path}?{target.query}', data, signed['headers'])
        answer = connection.getresponse()
        answer.read()
        return answer.status, (answer.headers['ETag'] or '').strip('"')
    finally:
        connection.close()


def sha256_base64(data):
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


class Ctl:
    """hoistctl, as a person calls it, with a backend as its destination."""

    def __init__(self, session, backend, name=None, url=None, options=()):
        """name: add the backend as a destination, by options, instead of naming its address each time."""
        self.session, self.backend = session, backend
        token = ['--token-file', backend.token_file]
        if name:
            run = self.session.run(
                [HOISTCTL, 'destination', 'add', *token, *options, name, url or backend.url])
            assert run.returncode == 0, run.stderr
        # Where there is a keyring it has the token.
        stored = name and session.keyring == 'unlocked'
        self.target = [*(['--to', name] if name else ['--url', backend.url]), *([] if stored else token)]

    @classmethod
    def for_bucket(cls, session, name, url, bucket, keys_file, *options):
        """hoistctl with a bucket as its destination, whose keys are in a file."""
        self = cls.__new__(cls)
        self.session, self.backend = session, None
        run = session.run([HOISTCTL, 'destination', 'add', '--type', 's3', '--bucket', bucket, '--token-file', keys_file,
                           *options, name, url])
        assert run.returncode == 0, run.stderr
        self.target = ['--to', name, *([] if session.keyring == 'unlocked' else ['--token-file', keys_file])]
        return self

    @classmethod
    def for_destination(cls, session, name):
        """hoistctl with a destination that is set up and wants no secret."""
        self = cls.__new__(cls)
        self.session, self.backend, self.target = session, None, ['--to', name]
        return self

    def arguments(self, command, *arguments, target=True):
        """The command line; with target it says where to."""
        return [HOISTCTL, *command.split(), *(self.target if target else []), *arguments]

    def run(self, command, *arguments, target=True, **options):
        """Runs it to its end; returns it with its output."""
        return self.session.run(self.arguments(command, *arguments, target=target), **options)

    def upload(self, *paths, options=(), **more):
        """Uploads; returns (exit status, the events that it tells programs)."""
        run = self.run('upload', '--json', *options, *paths, **more)
        return run.returncode, parse_events(run.stdout)

    def parts_done(self):
        """How many parts the list of uploads has as delivered, of those that are not finished."""
        listed = parse_events(self.run('list', '--json', target=False).stdout)
        if not listed:
            return 0
        told = self.run('details', '--json', *(str(upload['id']) for upload in listed), target=False).stdout
        return sum(map(int, re.findall(r'"partsDone"\s*:\s*"([0-9]+)"', told)))

    def start(self, name, command, *arguments, target=True, **options):
        """Starts it beside the test; its output is in session.read_log(name)."""
        return self.session.start(name, self.arguments(command, *arguments, target=target), **options)


def parse_events(output):
    """The JSON lines of a run; whatever is no JSON object fails."""
    events = [json.loads(line) for line in output.splitlines()]
    assert all(isinstance(event, dict) for event in events), output
    return events


def events_of(events, kind):
    return [event for event in events if event.get('event') == kind]


def files_with(home, secret):
    """The files below a folder that a secret stands in."""
    return [path for path in home.rglob('*') if path.is_file() and secret.encode() in path.read_bytes()]
