# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests/bench/run measures with: the sink, the long line, and one measured process."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from hoist import BUILD_ROOT

TOOLS = BUILD_ROOT / 'tests/bench'
KEY, SECRET, REGION, BUCKET = 'bench-key', 'bench-secret', 'us-east-1', 'bench'


@dataclass
class Taken:
    """What one run took; of `server_cpu` the sink's processor seconds meanwhile."""
    wall: float
    cpu: float
    peak_mib: float
    server_cpu: float
    began_us: int
    stats: dict


class Sink:
    """The storage: tests/bench/sink.c, and the line before it if there is one."""

    def __init__(self, session, authority):
        self.session, self.ca = session, authority.ca
        self.process = session.start('sink', [TOOLS / 'sink', authority.issue('localhost')],
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.ports = [int(self.process.stdout.readline()) for _ in range(2)]

    def say(self, order):
        self.process.stdin.write(f'{order}\n'.encode())
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    @contextmanager
    def line(self, rtt_ms, loss_ppm):
        """Puts a long line before it."""
        line = self.session.start('line', [TOOLS / 'line', rtt_ms, loss_ppm, *self.ports], stdout=subprocess.PIPE)
        own, self.ports = self.ports, [int(line.stdout.readline()) for _ in range(2)]
        yield
        self.ports = own
        self.session.stop(line)


class Target:
    """Where to: the sink in the clear or under TLS."""

    def __init__(self, sink, tls):
        self.sink, self.tls, self.port = sink, tls, sink.ports[tls]
        self.host = f'localhost:{self.port}' if tls else f'127.0.0.1:{self.port}'
        self.url = f'http{"s" if tls else ""}://{self.host}'


def measure(session, sink, command, env=None, cwd=None):
    """Runs a command to its end; its output is in the log «client»."""
    before = sink.say('reset')['cpu_us']
    result = session.folder / 'measured'
    with open(session.log_of('client'), 'wb') as log:
        run = subprocess.run([TOOLS / 'measure', result, *map(str, command)], env={**session.env, **(env or {})},
                             stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=cwd, check=False)
    if run.returncode:
        raise RuntimeError(f'{command[0]}: {run.returncode}: {session.read_log("client")[-2000:]}')
    wall, user, system, peak_kib, began = map(float, result.read_text().split())
    stats = sink.say('stats')
    return Taken(wall, user + system, peak_kib / 1024, (stats['cpu_us'] - before) / 1e6, int(began * 1e6), stats)


def has_netem():
    """Whether this kernel can lose and delay packets by itself, in a network namespace of our own."""
    return subprocess.run(['unshare', '--net', 'tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'netem', 'delay', '1ms'],
                          capture_output=True, check=False).returncode == 0


def enter_line(rtt_ms, loss_ppm):
    """Starts this program once more, in a network namespace whose loopback is that long."""
    order = (f'ip link set lo up && tc qdisc add dev lo root netem delay {rtt_ms / 2}ms loss {loss_ppm / 10000}% '
             '&& exec "$@"')
    os.environ['HOIST_BENCH_NETEM'] = '1'
    os.execvp('unshare', ['unshare', '--net', 'sh', '-c', order, 'sh', *sys.argv])
