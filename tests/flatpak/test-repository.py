#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people are given: a signed repository on a web server with its .flatpakref, and the single file.
Both are installed and run, updated, and refused where another one signed them."""

import os
import shutil
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from flatpak_session import INSTALLATION, SOURCE_ROOT, WORK
from flatpak_window import SandboxTestCase, in_login, main

APP = 'io.github.hoist.Hoist'


class Files(SimpleHTTPRequestHandler):
    def send_head(self):
        # Several repositories in one second look the same to whom only asks for newer files.
        del self.headers['If-Modified-Since']
        return super().send_head()

    def log_message(self, *_):
        pass


class RepositoryTests(SandboxTestCase):
    def setUp(self):
        super().setUp()
        if not (WORK / APP / 'repo').exists():
            self.skipTest(f'{APP} was not built in {WORK}: run tests/flatpak/run')

    def publish(self, key):
        """Makes a repository, a bundle and a .flatpakref, signed with a key of that name; in place of any before."""
        self.folder = self.home / 'published' / APP
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(WORK / APP / 'repo', self.folder / 'repo', symlinks=True)
        self.serve_files()
        gnupg = self.home / 'gnupg'
        gnupg.mkdir(mode=0o700, exist_ok=True)
        self.session.env['GNUPGHOME'] = str(gnupg)
        self.must(['gpg', '--batch', '--quiet', '--passphrase', '', '--quick-generate-key',
                   f'{key} <{key}@example.org>', 'ed25519', 'sign', 'never'])
        self.lay_out(key)

    def lay_out(self, key):
        self.must([SOURCE_ROOT / 'flatpak/build', '--release', '--no-build', '--work', self.folder.parent, '--runtime-url', '',
                   '--url', f'{self.url}/repo', '--gpg-key', f'{key}@example.org'])

    def serve_files(self):
        if hasattr(self, 'server'):
            return
        folder = self.folder
        self.server = ThreadingHTTPServer(('127.0.0.1', 0), lambda *args: Files(*args, directory=folder))
        self.url = f'http://127.0.0.1:{self.server.server_port}'
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        # An installation of a person's own, with the runtime of the computer's.
        self.session.env.update(FLATPAK_USER_DIR=str(self.home / 'flatpak'), FLATPAK_SYSTEM_DIR=str(INSTALLATION))

    def new_commit(self, key):
        """What an update is: the same files, later."""
        ref = f'app/{APP}/{os.uname().machine}/stable'
        self.must(['flatpak', 'build-commit-from', '--force', f'--src-repo={WORK / APP / "repo"}', f'--src-ref={ref}',
                   '--subject=An update', '--no-update-summary', self.folder / 'repo', ref])
        self.lay_out(key)

    def must(self, command):
        run = self.session.run(command)
        self.assertEqual(run.returncode, 0, f'{command}: {run.stdout}{run.stderr}')
        return run

    def flatpak(self, *arguments):
        return self.session.run(['flatpak', '--user', *arguments])

    def install(self, *arguments):
        return self.flatpak('install', '-y', '--noninteractive', *arguments)

    def commit(self):
        return self.flatpak('info', '--show-commit', APP).stdout.strip()

    def assert_works(self, origin):
        run = self.session.run(['flatpak', 'run', '--command=hoistctl', APP, '--version'])
        self.assertRegex(run.stdout, r'^hoistctl \d', run.stderr)
        shown = self.flatpak('info', APP).stdout
        self.assertRegex(shown, rf'Origin: +{origin}\n')
        remotes = self.flatpak('remotes', '--columns=name,url,options').stdout
        self.assertRegex(remotes, rf'{origin}\s+{self.url}/repo')
        self.assertNotIn('no-gpg-verify', remotes)

    def assert_not_trusted(self, installed):
        """Nothing is taken from the repository, because its signature is of nobody that is known."""
        shown = self.flatpak('remote-ls', 'hoist')
        self.assertNotEqual(shown.returncode, 0)
        self.assertIn("Can't check signature: public key not found", shown.stderr)
        self.assertEqual(self.commit(), installed)

    @in_login(keyring=None)
    def test_flatpakref(self):
        self.publish('maintainers')
        run = self.install('--from', f'{self.url}/{APP}.flatpakref')
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assert_works('hoist')
        # An update keeps what the person has.
        kept = self.home / '.var/app' / APP / 'config/kept'
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text('kept')
        before = self.commit()
        self.new_commit('maintainers')
        run = self.flatpak('update', '-y', '--noninteractive')
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertNotIn(self.commit(), ('', before))
        self.assert_works('hoist')
        self.assertEqual(kept.read_text(), 'kept')

    @in_login(keyring=None)
    def test_bundle(self):
        self.publish('maintainers')
        run = self.install('--bundle', self.folder / f'{APP}.flatpak')
        self.assertEqual(run.returncode, 0, run.stderr)
        # Its updates come from the repository, by the key that is in the file.
        self.assert_works('hoist-origin')
        before = self.commit()
        self.new_commit('maintainers')
        run = self.flatpak('update', '-y', '--noninteractive')
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertNotIn(self.commit(), ('', before))

    @in_login(keyring=None)
    def test_other_key(self):
        self.publish('maintainers')
        reference = self.home / f'{APP}.flatpakref'
        shutil.copy(self.folder / reference.name, reference)
        self.publish('others')
        self.assertNotEqual(self.install('--from', reference).returncode, 0)
        self.assert_not_trusted(installed='')

    @in_login(keyring=None)
    def test_update_by_another_key(self):
        self.publish('maintainers')
        run = self.install('--from', f'{self.url}/{APP}.flatpakref')
        self.assertEqual(run.returncode, 0, run.stderr)
        before = self.commit()
        self.publish('others')
        self.new_commit('others')
        self.flatpak('update', '-y', '--noninteractive')
        self.assert_not_trusted(installed=before)

    @in_login(keyring=None)
    def test_bundle_by_another_key(self):
        self.publish('others')
        bundle = self.home / 'others.flatpak'
        shutil.copy(self.folder / f'{APP}.flatpak', bundle)
        self.publish('maintainers')
        key = self.folder / 'key.gpg'
        run = self.install('--bundle', f'--gpg-file={key}', bundle)
        self.assertNotEqual(run.returncode, 0)
        self.assertIn('GPG signatures found, but none are in trusted keyring', run.stderr)
        self.assertEqual(self.commit(), '')


if __name__ == '__main__':
    main()
