# SPDX-License-Identifier: GPL-3.0-or-later
"""What the servers of the labs have in common: ports, waiting, the bucket, and ending.

A server is a gateway, which speaks S3, and what stands behind it. It runs until SIGTERM. SIGUSR1 kills the
gateway with SIGKILL, SIGUSR2 starts it again at the same address; each says so with a line.
"""

import ctypes
import os
import signal
import socket
import ssl
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

BUCKET, REGION = 'lab', 'us-east-1'
TLS = Path(__file__).resolve().parents[1] / 'lib/tls'
PR_SET_PDEATHSIG = 1
HEARD = {signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGUSR2, signal.SIGCHLD}


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def be_a_child():
    """For a process that was forked: it hears signals again, and does not outlive its parent."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)


def spawn(command, log, **options):
    """Starts a program, whose output goes to a file; returns its process id."""
    pid = os.fork()
    if pid == 0:
        try:
            be_a_child()
            with open(log, 'ab') as file:
                os.dup2(file.fileno(), 1)
                os.dup2(file.fileno(), 2)
            os.execvpe(command[0], list(map(str, command)), {**os.environ, **options.get('env', {})})
        finally:
            os._exit(127)
    return pid


def wait_until_it_answers(url, seconds=120):
    """Until there is an answer over HTTP, whatever it says."""
    context = ssl.create_default_context(cafile=TLS / 'ca.pem') if url.startswith('https') else None
    give_up = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=5, context=context).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.05)


def make_bucket(url, key, secret):
    import boto3
    from botocore.config import Config
    boto3.client('s3', endpoint_url=url, aws_access_key_id=key, aws_secret_access_key=secret, region_name=REGION,
                 verify=str(TLS / 'ca.pem'), config=Config(s3={'addressing_style': 'path'})).create_bucket(Bucket=BUCKET)


def elsewhere(function, *arguments):
    """Runs it in a process of its own: not in one whose sockets a server's library has replaced by its own."""
    pid = os.fork()
    if pid == 0:
        be_a_child()
        command = f'import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import keeper; keeper.{function}(*sys.argv[1:])'
        os.execv(sys.executable, [sys.executable, '-B', '-c', command, *arguments])
    if os.waitpid(pid, 0)[1]:
        sys.exit(f'{function} failed')


def wait_and_make_bucket(probe, url, key, secret):
    wait_until_it_answers(probe)
    make_bucket(url, key, secret)


def listen():
    """From now on signals wait until keep() looks at them."""
    signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)


def end(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
    sys.stdout.flush()
    os._exit(0)  # what does not obey is killed with us


def keep(start_gateway, probe, url, others):
    """Runs the gateway before the others (their process ids) until a signal, or one of them, ends.

    probe: a URL that is answered when the gateway is ready
    """
    gateway = start_gateway()

    def ready():
        elsewhere('wait_until_it_answers', probe)
        print(f'listening on {url}', flush=True)

    ready()
    while True:
        heard = signal.sigwait(HEARD)
        if heard == signal.SIGUSR1 and gateway:
            os.kill(gateway, signal.SIGKILL)
            os.waitpid(gateway, 0)
            gateway = None
            print('the gateway was killed', flush=True)
        elif heard == signal.SIGUSR2 and not gateway:
            gateway = start_gateway()
            ready()
        elif heard == signal.SIGCHLD:
            ended = next((pid for pid in (*others, gateway) if pid and os.waitpid(pid, os.WNOHANG)[0]), None)
            if ended:
                print('one of its processes has ended', file=sys.stderr)
                end(pid for pid in (gateway, *others) if pid and pid != ended)
        elif heard in (signal.SIGTERM, signal.SIGINT):
            end(pid for pid in (gateway, *others) if pid)
