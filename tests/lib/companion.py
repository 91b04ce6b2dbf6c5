# SPDX-License-Identifier: GPL-3.0-or-later
"""Uppy Companion from npm in a session, before a storage of the labs."""

import fcntl
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from hoist import SOURCE_ROOT
from session import wait_for

FOLDER = SOURCE_ROOT / 'tests/labs/companion'
VERSION = json.loads((FOLDER / 'package.json').read_text())['dependencies']['@uppy/companion']
# What it wants (`engines` in its package.json). Debian 12 has 18.
OLDEST_NODE = (20, 19, 3)
NEW_ENOUGH_NODE = 'node@22'


class NotHere(Exception):
    """It cannot be had on this machine; says why."""


def get_cache():
    """Where it is installed: once, whatever is built how often."""
    cache = os.environ.get('HOIST_LAB_CACHE') or Path(
        os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache') / 'hoist-labs'
    return Path(cache) / f'companion-{VERSION}'


def version_of(node):
    run = subprocess.run([node, '--version'], capture_output=True, text=True, check=False)
    return tuple(int(number) for number in re.findall(r'\d+', run.stdout)[:3])


def npm(folder, *arguments):
    command = ['npm', 'install', '--no-audit', '--no-fund', '--no-package-lock', '--omit=dev', *arguments]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=240)
    if run.returncode:
        raise NotHere(f'npm could not install it: {run.stderr.strip().splitlines()[-1:]}')


def install():
    """Installs Companion, and a newer Node.js if need be; returns (its folder, the node for it)."""
    if not shutil.which('npm'):
        raise NotHere('there is no npm')
    folder = get_cache()
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / 'lock', 'w', encoding='utf-8') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        shutil.copy(FOLDER / 'package.json', folder)
        shutil.copy(FOLDER / 'serve.mjs', folder)
        node = shutil.which('node')
        own = folder / 'node_modules/.bin/node'
        extra = [] if node and version_of(node) >= OLDEST_NODE else [NEW_ENOUGH_NODE]
        if not (folder / 'installed').exists():
            npm(folder, *extra)
            (folder / 'installed').touch()
        return folder, own if extra else node


class Companion:
    """Presigns for a storage (servers.Storage), with the storage's own keys."""

    def __init__(self, session, storage, name='companion', env=None, expires=800):
        self.session, self.name = session, name
        self.folder, self.node = install()
        data = session.folder / f'{name}-data'
        data.mkdir()
        self.env = {
            'COMPANION_AWS_KEY': storage.key,
            'COMPANION_AWS_SECRET': storage.secret,
            'COMPANION_AWS_ENDPOINT': storage.url,
            'COMPANION_AWS_BUCKET': storage.bucket,
            'COMPANION_AWS_REGION': storage.region,
            'COMPANION_AWS_FORCE_PATH_STYLE': 'true',
            'COMPANION_AWS_EXPIRES': str(expires),
            'COMPANION_DOMAIN': '127.0.0.1',
            'COMPANION_PROTOCOL': 'http',
            'COMPANION_DATADIR': str(data),
            'COMPANION_SECRET': 'a secret of the lab that guards nothing',
            'COMPANION_PREAUTH_SECRET': 'another secret of the lab',
            'COMPANION_CLIENT_ORIGINS': 'http://127.0.0.1',
            'COMPANION_UPLOAD_URLS': 'http://127.0.0.1/',
            'NO_PROXY': '*',
            **(env or {}),
        }
        self.port = 0
        self.start()

    def start(self):
        """Starts it, again on the same port if it ran before."""
        already = len(self.log())
        self.process = self.session.start(
            self.name, [self.node, self.folder / 'serve.mjs'], env={**self.env, 'LAB_PORT': str(self.port)})
        self.url = wait_for(lambda: self._url(already), 'Companion to listen')
        self.port = int(self.url.rsplit(':', 1)[1])

    def _url(self, already):
        log = self.log()[already:]
        if self.process.poll() is not None:
            raise RuntimeError(f'Companion ended: {log}')
        lines = [line for line in log.splitlines() if line.startswith('listening on ')]
        return lines[0].removeprefix('listening on ') if lines else None

    def stop(self, **how):
        return self.session.stop(self.process, **how)

    def log(self):
        return self.session.read_log(self.name)

    def requests(self):
        """What it was asked, as `METHOD path`."""
        return [line.removeprefix('request: ') for line in self.log().splitlines()
                if line.startswith('request: ')]
