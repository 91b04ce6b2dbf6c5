#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""hoistctl share: what a link gives, until when, and where it is not."""

import hashlib
import subprocess
import sys
import unittest
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import qr
import tap
from hoist import HOIST_BACKEND, MIB, Backend, Ctl, clock_off_by, files_with, make_file, parse_events
from session import Session

BUCKET = 'hoist'
HOUR = 3600
DAY = 24 * HOUR
NAMES = ('a.bin', 'sub dir/50% ]&)("\'.bin', 'sub dir/\U0001f680 e\u0301.bin')


def download(url):
    """Returns (status, SHA-256 or what the server says)."""
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.status, hashlib.sha256(answer.read()).hexdigest()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


class Share(unittest.TestCase):
    def setUp(self):
        self.session = self.enterContext(Session())
        self.backend = Backend(self.session)
        self.files = self.session.folder / 'files'
        self.sums = {name: make_file(self.files / 'top' / name, 100 + len(name)) for name in NAMES}
        self.sums['large.bin'] = make_file(self.files / 'top/large.bin', 20 * MIB)

    def use(self, kind):
        """The same store, once with keys of our own and once through its backend."""
        if kind == 's3':
            self.ctl = Ctl.for_bucket(self.session, kind, self.backend.url.removesuffix('/api/v1'), BUCKET,
                                      self.backend.folder / '.hoist/credentials')
        else:
            self.ctl = Ctl(self.session, self.backend, name=kind)
        status, events = self.ctl.upload(self.files / 'top')
        self.assertEqual(status, 0, events)

    def share(self, *arguments, status=0, **options):
        run = self.ctl.run('share', *arguments, **options)
        self.assertEqual(run.returncode, status, run.stderr)
        # A link is a secret: it is where it was asked for, and nowhere else.
        self.assertNotIn('X-Amz-', run.stderr)
        return run

    def link(self, *arguments, **options):
        (line,) = self.share(*arguments, **options).stdout.splitlines()
        return line

    def test_gives_the_same_bytes(self):
        for kind in ('s3', 'hoist-api'):
            self.use(kind)
            for name, checksum in self.sums.items():
                with self.subTest(kind=kind, name=name):
                    self.assertEqual(download(self.link(f'top/{name}')), (200, checksum))
            self.forget()

    def forget(self):
        """As if nothing had been uploaded."""
        for path in sorted(Path(self.session.env['XDG_STATE_HOME']).rglob('*'), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()

    def test_ends_when_it_says(self):
        for kind in ('s3', 'hoist-api'):
            with self.subTest(kind):
                self.use(kind)
                urls = {time: self.link('--expires', time, 'top/a.bin') for time in ('1h', '7d')}
                for time, seconds in (('1h', HOUR), ('7d', 7 * DAY)):
                    self.assertEqual(parse_qs(urlsplit(urls[time]).query)['X-Amz-Expires'], [str(seconds)])
                for ahead, good in ((HOUR - 600, ('1h', '7d')), (HOUR + 1, ('7d',)), (7 * DAY - 600, ('7d',)),
                                    (7 * DAY + 1, ())):
                    self.restart(ahead)
                    for time, url in urls.items():
                        status, said = download(url)
                        self.assertEqual(status, 200 if time in good else 403, (ahead, time, said))
                        if time not in good:
                            self.assertIn('Request has expired', said)
                self.restart(0)
                self.forget()

    def restart(self, ahead):
        self.backend.stop()
        self.backend.env = clock_off_by(ahead)
        self.backend.start()

    def test_by_the_clock_of_the_storage(self):
        """A computer whose clock is a day off signs links that are good all the same."""
        self.use('s3')
        for off in (-DAY, DAY):
            url = self.link('--expires', '1h', 'top/a.bin', env=clock_off_by(off))
            self.assertEqual(download(url), (200, self.sums['a.bin']))

    def test_is_kept_nowhere(self):
        self.use('s3')
        url = self.link('top/a.bin')
        signature = parse_qs(urlsplit(url).query)['X-Amz-Signature'][0]
        self.assertEqual(files_with(self.session.folder, signature), [])
        self.assertEqual(files_with(Path(self.session.env['HOME']), signature), [])

    def test_formats(self):
        self.use('hoist-api')
        self.assertEqual(self.link('--format', 's3', 'top/sub dir/50% ]&)("\'.bin'),
                         f's3://{BUCKET}/top/sub dir/50% ]&)("\'.bin')
        self.assertTrue(self.link('--format', 'markdown', 'top/a.bin').startswith('[top/a.bin](http://'))
        self.assertRegex(self.link('--format', 'html', 'top/a.bin'), r'^<a href="http://[^"]*&amp;[^"]*">top/a.bin</a>$')
        lines = self.share('top/a.bin', 'top/large.bin').stdout.splitlines()
        self.assertEqual([download(line) for line in lines], [(200, self.sums['a.bin']), (200, self.sums['large.bin'])])
        (told,) = parse_events(self.share('--json', 'top/a.bin').stdout)
        self.assertEqual((told['signed'], told['temporary'], told['s3']), (True, False, f's3://{BUCKET}/top/a.bin'))

    def test_qr_code(self):
        self.use('s3')
        url, *code = self.share('--qr', 'top/a.bin').stdout.splitlines()
        self.assertEqual(qr.read_text(self.session.folder, code), url)

    def test_token_that_may_not(self):
        token = subprocess.run(
            [HOIST_BACKEND, 'token', 'add', 'mean', '--no-share', '--embedded', self.backend.folder], check=True,
            capture_output=True, text=True).stdout
        self.backend.token_file = self.session.folder / 'mean'
        self.backend.token_file.write_text(token)
        self.use('hoist-api')
        run = self.share('--expires', '1h', 'top/a.bin')
        self.assertEqual(run.stdout.strip(), f'{self.backend.url.removesuffix("/api/v1")}/{BUCKET}/mean/top/a.bin')
        self.assertIn('makes no links that expire', run.stderr)


tap.main()
