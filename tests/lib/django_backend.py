# SPDX-License-Identifier: GPL-3.0-or-later
"""The reference Django backend (tests/backends/django) in a session, before a storage."""

import subprocess

from hoist import SOURCE_ROOT
from session import wait_for

# Debian's own, which has its packages; another one may come first in PATH.
PYTHON = '/usr/bin/python3'
FOLDER = SOURCE_ROOT / 'tests/backends/django'


class DjangoBackend:
    """Presigns for the embedded store of a hoist-backend, whose own API is not used."""

    def __init__(self, session, store, name='django', prefix='anna/', **knobs):
        """knobs: further variables of tests/backends/django/site_hoist/settings.py"""
        self.session, self.name = session, name
        self.env = {
            'PYTHONDONTWRITEBYTECODE': '1',
            'HOIST_DJANGO_DB': str(session.folder / f'{name}.sqlite3'),
            'HOIST_S3_ENDPOINT': store.url.rsplit('/api/', 1)[0],
            'HOIST_S3_BUCKET': 'hoist',
            'AWS_SHARED_CREDENTIALS_FILE': str(store.folder / '.hoist/credentials'),
            'AWS_DEFAULT_REGION': 'local',
            'NO_PROXY': '*',
            **knobs,
        }
        self.port = 0
        self.manage('migrate', '--run-syncdb', '--verbosity', '0')
        self.token = self.manage('addtoken', 'anna', '--prefix', prefix).strip()
        self.token_file = session.folder / f'{name}.token'
        self.token_file.touch(mode=0o600)
        self.token_file.write_text(self.token)
        self.start()

    @staticmethod
    def version():
        run = subprocess.run([PYTHON, '-c', 'import boto3, django; print(f"{django.__version__}, boto3 {boto3.__version__}")'],
                             capture_output=True, text=True, check=True)
        return run.stdout.strip()

    def manage(self, *arguments):
        run = self.session.run([PYTHON, FOLDER / 'manage.py', *arguments], env=self.env)
        assert run.returncode == 0, run.stderr
        return run.stdout

    def start(self):
        """Starts it, again on the same port if it ran before."""
        already = len(self.session.read_log(self.name)) if self.port else 0
        self.process = self.session.start(
            self.name, [PYTHON, FOLDER / 'manage.py', 'serve', '--port', str(self.port)], env=self.env)
        self.origin = wait_for(lambda: self._origin(already), 'the Django backend to listen')
        self.port = int(self.origin.rsplit(':', 1)[1])
        self.url = f'{self.origin}/api/v1'
        self.plain_url = f'{self.origin}/plain'

    def _origin(self, already):
        log = self.session.read_log(self.name)[already:]
        if self.process.poll() is not None:
            raise RuntimeError(f'the Django backend ended: {log}')
        lines = [line for line in log.splitlines() if line.startswith('listening on ')]
        return lines[0].removeprefix('listening on ') if lines else None

    def stop(self, **how):
        return self.session.stop(self.process, **how)
