#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Destinations that are not typed into the sandbox: an administrator's, out of the computer's /etc or out of a folder
of their own, and profiles of AWS's tools; and what is said where the sandbox does not show them."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from flatpak_session import APP, SOURCE_ROOT
from flatpak_window import SandboxTestCase, in_login, main, mount

import a11y
import pointer

BASE_ID = 'io.github.hoist.Hoist'
BUCKET = 'hoist'
# Its place in the main menu, from the end.
DESTINATIONS = -6
BY_ADMINISTRATOR = '(set by your administrator)'


def documented(page, start):
    """The commands of a page that start so, for the development's id and the person's own installation."""
    text = re.sub(r'\s+', ' ', (SOURCE_ROOT / 'docs' / page).read_text('utf-8'))
    found = re.findall(rf'`({re.escape(start)}[^`]*)`', text)
    return [shlex.split(command.replace('--system', '--user').replace(BASE_ID, APP)) for command in found]


class AdministratorTests(SandboxTestCase):
    def setUp(self):
        super().setUp()
        self.forget_overrides()

    def write(self, folder):
        (folder / 'hoist').mkdir(parents=True)
        (folder / 'hoist/destinations.conf').write_text(
            f'[hoist]\ndefault=work\n[destination work]\nname=Work of all\nurl={self.backend.url}\n')

    def check(self, command, folder):
        """Nothing is seen before a command that the documentation names; then all of it holds."""
        self.serve()
        self.write(folder)
        self.assertNotIn('Work of all', self.ctl('destination', 'list').stdout)
        run = self.session.run(command)
        self.assertEqual(run.returncode, 0, run.stderr)
        listed = self.ctl('destination', 'list')
        self.assertRegex(listed.stdout, rf'Work of all.*{re.escape(BY_ADMINISTRATOR)}')
        self.assertEqual(listed.stderr, '')
        refused = self.ctl('destination', 'remove', 'Work of all')
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn('was set up by your administrator and cannot be removed', refused.stderr)
        # The token is each person's own.
        run = self.session.run(
            ['flatpak', 'run', '--command=hoistctl', APP, 'destination', 'edit', '--token-file', '-', 'Work of all'],
            input=self.backend.token, stdin=None)
        self.assertEqual(run.returncode, 0, run.stderr)
        expected = {'a.bin': self.make('a.bin', 1000)}
        # Where uploads go when nobody says where, is theirs to say as well.
        run = self.ctl('upload', self.path('a.bin'))
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(self.arrived(), expected)

    def test_etc(self):
        etc = self.home / 'etc'
        subprocess.run(['cp', '-a', '/etc', etc], check=True)
        mount(self, '--bind', etc, '/etc')
        (command,) = documented('destinations.md', 'flatpak override --system --filesystem=host-etc')

        def look():
            self.check(command, Path('/etc'))
            window = self.open()
            window.row('a.bin')
            pointer.press_key(self.session, 'F10')
            window.choose(DESTINATIONS)
            window.wait_for_label('Work of all')
            self.picture('flatpak-administrator')

        self.log_in(look)

    def test_folder_of_its_own(self):
        mount(self, '-t', 'tmpfs', 'tmpfs', '/srv')
        (command,) = documented('destinations.md', 'flatpak override --system --filesystem=/srv/hoist')
        self.log_in(lambda: self.check(command, Path('/srv')))


class AwsTests(SandboxTestCase):
    def setUp(self):
        super().setUp()
        self.forget_overrides()
        self.folder = self.home / '.aws'

    def write(self):
        keys = (self.backend.folder / '.hoist/credentials').read_text()
        self.secret = re.search(r'aws_secret_access_key *= *(\S+)', keys)[1]
        keys = '\n'.join(line for line in keys.splitlines() if '=' in line)
        self.folder.mkdir(mode=0o700)
        (self.folder / 'config').write_text(
            f'[profile lab]\nendpoint_url = {self.backend.url.removesuffix("/api/v1")}\nregion = local\n')
        (self.folder / 'credentials').write_text(f'[lab]\n{keys}\n')

    def check_import(self):
        run = self.ctl('destination', 'import-aws', '--profile', 'lab', '--bucket', BUCKET)
        self.assertEqual((run.returncode, run.stderr), (0, ''), run.stdout)
        self.assertNotIn(self.secret, run.stdout)
        expected = {'a.bin': self.make('a.bin', 1000)}
        run = self.ctl('upload', '--to', 'lab', '@@', self.path('a.bin'), '@@', options=('--file-forwarding',))
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(self.arrived(), expected)

    @in_login()
    def test_home_can_be_read(self):
        self.serve()
        self.write()
        self.check_import()

    @in_login()
    def test_home_not_readable(self):
        """It says the command that lets it read them, for itself, and that is all that it needs."""
        self.serve()
        self.write()
        run = self.session.flatpak('override', '--user', '--nofilesystem=home', APP)
        self.assertEqual(run.returncode, 0, run.stderr)
        refused = self.ctl('destination', 'import-aws')
        self.assertNotEqual(refused.returncode, 0)
        command = re.search(rf'flatpak override --user --filesystem=\S+ {re.escape(APP)}(?=\s|$)', refused.stderr)
        self.assertTrue(command, refused.stderr)
        window = self.open()
        window.find('frame', 'Add Destination')
        pointer.press_key(self.session, 'Escape')
        a11y.wait_until_gone(window.root, 'frame', 'Add Destination')
        pointer.press_key(self.session, 'F10')
        window.choose(DESTINATIONS)
        window.click('Import from AWS Profiles…')
        window.wait_for_label('No profiles can be seen from this Flatpak.')
        self.picture('flatpak-aws')
        window.kill()
        run = self.session.run(command[0].split())
        self.assertEqual(run.returncode, 0, run.stderr)
        self.check_import()

    @in_login()
    def test_nothing_there(self):
        """A folder that it sees, without profiles: no command would help."""
        self.folder.mkdir()
        run = self.ctl('destination', 'import-aws')
        self.assertEqual(run.returncode, 1)
        self.assertIn('There are no profiles', run.stderr)
        self.assertNotIn('flatpak', run.stderr)


if __name__ == '__main__':
    main()
