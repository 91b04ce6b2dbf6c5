# SPDX-License-Identifier: GPL-3.0-or-later
"""The fault proxy between programs: what it does is told by a script, what it saw is in its log."""

import json
import queue
import subprocess
import threading

from hoist import BUILD_ROOT, HOIST_BACKEND, Backend
from session import wait_for

HOIST_FAULT_PROXY = BUILD_ROOT / 'tests/faults/hoist-fault-proxy'


class FaultProxy:
    """A hoist-fault-proxy. It has nowhere to send to before set_servers()."""

    def __init__(self, session, name='proxy', listen='127.0.0.1:0'):
        self.session, self.name = session, name
        self.log_file = session.folder / f'{name}.jsonl'
        self.process = session.start(
            name, [HOIST_FAULT_PROXY, '--listen', listen, '--log', self.log_file], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.url = self.process.stdout.readline().decode().removeprefix('listening on ').strip()
        self.answers, self.tripped = queue.Queue(), threading.Event()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            if line == b'tripped\n':
                self.tripped.set()
            else:
                self.answers.put(line.decode().strip())
        self.answers.put('error the proxy ended')

    def say(self, line):
        """Gives an order; returns what the proxy answers beside `ok`."""
        self.process.stdin.write(f'{line}\n'.encode())
        self.process.stdin.flush()
        answer = self.answers.get(timeout=120)
        if not answer.startswith('ok'):
            raise RuntimeError(f'{line}: {answer}')
        return answer.removeprefix('ok').strip()

    def set_servers(self, api, s3=None):
        """Where requests go: addresses with a port."""
        self.say(f'servers {api} {s3 or api}')

    def set_script(self, text):
        """What goes wrong from now on; see tests/faults/hoist-fault-rule.h."""
        path = self.session.folder / f'{self.name}.script'
        path.write_text(text)
        self.say(f'script {path}')

    def trip(self, n_bytes):
        """Sets `tripped` when so much more has travelled, either way."""
        self.tripped.clear()
        self.say(f'trip {n_bytes}')

    def count(self):
        """How many requests there were; also the number of the last one."""
        return int(self.say('count'))

    def wait_until_held(self):
        """Waits until a rule holds a request."""
        wait_for(lambda: int(self.say('held')), 'a request to be held')

    def hold_parts(self, *numbers):
        """Holds these parts of any file on their way, until let_go()."""
        self.set_script(''.join(f'[{number}]\noperation=UploadPart\npart={number}\naction=hold\n' for number in numbers))

    def let_go(self):
        """Whatever is held goes on, and nothing is held or goes wrong any more."""
        self.set_script('')
        self.say('release')

    def wait_until_idle(self):
        """Waits until all that a killed client had sent has had its effect."""
        self.say('idle')

    def requests(self, operation=None):
        """The requests that ended, with all whose answer anybody has: one dict each, in the order in which they came."""
        self.say('noted')
        with open(self.log_file, encoding='ascii') as file:
            records = [json.loads(line) for line in file if line.endswith('\n')]
        return sorted((record for record in records if operation in (None, record['operation'])),
                      key=lambda record: record['number'])


def own_address(log):
    """The address of the port that a backend opened, by what it printed last."""
    line = [line for line in log.splitlines() if line.startswith('listening at ')][-1]
    return line.split('/')[2]


class ProxiedBackend(Backend):
    """An embedded backend behind a fault proxy: clients know the proxy only, and URLs are signed for it."""

    def __init__(self, session, name='backend', options=(), env=None):
        self.proxy = FaultProxy(session, f'{name}-proxy')
        super().__init__(session, name, ('--public-url', self.proxy.url, *options), env)

    def start(self):
        """Starts it, each time on another port, which only the proxy has to know."""
        self.listen = '127.0.0.1:0'
        super().start()
        self.proxy.set_servers(own_address(self.log()))

    def count_taken(self):
        """How many parts the storage took."""
        return sum(request['server_status'] == 200 for request in self.proxy.requests('UploadPart'))

    def wait_until_left(self):
        """Nobody but the proxy is connected to it, and that knows what is still on its way."""
        self.proxy.wait_until_idle()


class SplitBackend(ProxiedBackend):
    """The same, but its API is a backend that has the storage on the other side of the proxy: what these
    two say to each other, such as CompleteMultipartUpload, may go wrong as well."""

    def start(self):
        super().start()
        configuration = self.session.folder / f'{self.name}.conf'
        configuration.write_text(
            f'[server]\nlisten=127.0.0.1:0\npublic-url={self.proxy.url}\ntokens-file={self.folder}/.hoist/tokens\n'
            f'[s3]\nendpoint={self.proxy.url}\nregion=local\nbucket=hoist\nstyle=path\n'
            f'credentials-file={self.folder}/.hoist/credentials\n')
        name = f'{self.name}-api'
        self.session.start(name, [HOIST_BACKEND, '--config', configuration])
        wait_for(lambda: 'listening on ' in self.session.read_log(name), 'the API to listen')
        self.proxy.set_servers(own_address(self.session.read_log(name)), own_address(self.log()))
