#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""hoistctl destination import-aws: what AWS's tools have becomes destinations."""

import re
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from hoist import HOISTCTL, Backend, files_with, make_file, parse_events
from session import Session

BUCKET = 'hoist'


class Aws(unittest.TestCase):
    def setUp(self):
        self.session = self.enterContext(Session(keyring='unlocked'))
        self.backend = Backend(self.session)
        self.folder = Path(self.session.env['HOME'], '.aws')
        self.folder.mkdir()
        keys = (self.backend.folder / '.hoist/credentials').read_text()
        self.access, self.secret = (
            re.search(rf'{name} *= *(\S+)', keys)[1] for name in ('aws_access_key_id', 'aws_secret_access_key'))
        self.keys = f'aws_access_key_id = {self.access}\naws_secret_access_key = {self.secret}\n'
        self.endpoint = self.backend.url.removesuffix('/api/v1')

    def write(self, config='', credentials='', folder=None):
        for name, text in (('config', config), ('credentials', credentials)):
            path = (folder or self.folder) / name
            path.write_text(text)
            path.chmod(0o600)

    def write_lab(self, **options):
        self.write(f'[default]\nregion = eu-central-1\n[profile lab]\nregion = us-east-1\nservices = mine\n'
                   f'[services mine]\ns3 =\n  endpoint_url = {self.endpoint}\n'
                   '[profile signed-in]\nsso_session = x\nregion = r\n[sso-session x]\nsso_region = r\n'
                   '[profile by-program]\ncredential_process = touch /tmp/never\n',
                   f'[lab]\n{self.keys}[session]\n{self.keys}aws_session_token = temporary+token\n', **options)

    def import_aws(self, *arguments, status=0, **options):
        run = self.session.run([HOISTCTL, 'destination', 'import-aws', *arguments], **options)
        self.assertEqual(run.returncode, status, run.stdout + run.stderr)
        for secret in (self.secret, self.access, 'temporary+token'):
            self.assertNotIn(secret, run.stdout + run.stderr)
        return run

    def test_shows_what_there_is(self):
        self.write_lab()
        shown = {line['profile']: line for line in parse_events(self.import_aws('--json').stdout)}
        self.assertEqual(sorted(shown), ['by-program', 'default', 'lab', 'session', 'signed-in'])
        self.assertEqual([name for name, line in shown.items() if line['usable']], ['lab', 'session'])
        self.assertEqual(shown['lab']['url'], self.endpoint)
        self.assertIn('SSO', shown['signed-in']['message'])
        self.assertIn('credential_process', shown['by-program']['message'])
        self.assertEqual([name for name, line in shown.items() if line['temporary']], ['session'])
        text = self.import_aws().stdout
        self.assertIn(f'lab: {self.endpoint}\n', text)
        self.assertRegex(text, r'session: .*keys are temporary')
        self.assertRegex(text, r'signed-in: not supported\. .*SSO')

    def test_becomes_a_destination_that_works(self):
        self.write_lab()
        self.import_aws('--profile', 'lab', '--bucket', BUCKET, '--key-prefix', 'in/')
        run = self.session.run([HOISTCTL, 'destination', 'test', 'lab'])
        self.assertEqual(run.returncode, 0, run.stderr)
        make_file(self.session.folder / 'files/a.bin', 100)
        run = self.session.run([HOISTCTL, 'upload', '--to', 'lab', self.session.folder / 'files/a.bin'])
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(list(self.backend.objects()), ['in/a.bin'])
        home = Path(self.session.env['HOME'])
        found = {path for path in files_with(home, self.secret) if 'keyrings' not in path.parts}
        self.assertEqual(found, {self.folder / 'credentials'})

    def test_several_and_those_that_cannot_be(self):
        self.write_lab()
        run = self.import_aws('--profile', 'lab', '--profile', 'signed-in', '--profile', 'none', '--profile', 'session',
                              '--bucket', BUCKET, status=1)
        self.assertEqual(run.stdout.count('Added'), 2)
        self.assertIn('signed-in: It signs in by SSO', run.stderr)
        self.assertIn('There is no profile “none”', run.stderr)
        self.assertIn('keys are temporary', run.stderr)

    def test_variables(self):
        elsewhere = self.session.folder / 'elsewhere'
        elsewhere.mkdir()
        self.write_lab(folder=elsewhere)
        env = {'AWS_CONFIG_FILE': str(elsewhere / 'config'), 'AWS_SHARED_CREDENTIALS_FILE': str(elsewhere / 'credentials'),
               'AWS_PROFILE': 'lab'}
        run = self.import_aws('--bucket', BUCKET, '--name', 'Renamed', env=env)
        self.assertIn('Added Renamed', run.stdout)
        env |= {'AWS_ENDPOINT_URL': 'https://all.example.org', 'AWS_ENDPOINT_URL_S3': 'https://s3.example.org/'}
        shown = {line['profile']: line['url'] for line in parse_events(self.import_aws('--json', env=env).stdout)}
        self.assertEqual(set(shown.values()), {'https://s3.example.org'})

    def test_what_is_wrong(self):
        for config, where in (('[default]\nregion = x\nhidden nonsense\n', 'config: line 3: '),
                              ('[default\n', 'config: line 1: '), ('x = \x01\n', 'config: line 1: ')):
            with self.subTest(config):
                self.write(config)
                run = self.import_aws(status=2)
                self.assertIn(where, run.stderr)
                self.assertNotIn('hidden', run.stderr)
        self.write('[d]\n' + '# long\n' * 200000)
        self.assertIn('config: this is too large', self.import_aws(status=2).stderr)
        (self.folder / 'config').unlink()
        (self.folder / 'config').mkdir()
        self.assertIn('config: this is no file', self.import_aws(status=2).stderr)
        (self.folder / 'config').rmdir()
        self.assertIn('There are no profiles', self.import_aws(status=1).stderr)

    def test_usage(self):
        for arguments in (['lab'], ['--name', 'x'], ['--bucket', 'b', '--json'],
                          ['--bucket', 'b', '--name', 'x', '--profile', 'a', '--profile', 'b']):
            self.import_aws(*arguments, status=2)


tap.main()
