#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of files that a sandbox was lent: at the next login, with and without the permission to
read the home folder, and where the desktop cannot lend them."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from flatpak_session import APP, DOCUMENTS, LATER_PORTALS, wait_for
from flatpak_window import SandboxTestCase, in_login, main

from hoist import MIB

SIZE = 48 * MIB
# Two of six parts are there before the logout.
N_PARTS, HELD = 6, range(3, 7)
NO_HOME = ('--nofilesystem=home',)


class LoginTests(SandboxTestCase):
    """A dropped file of which some was sent, a logout, and a login."""

    def setUp(self):
        super().setUp()
        self.expected = {'film.bin': self.make('film.bin', SIZE)}

    def drop_and_pause(self, **options):
        self.serve(held_parts=HELD)
        self.add_destination()
        window = self.open(**options)
        window.drop(self.path('film.bin'))
        wait_for(lambda: self.count_parts() == N_PARTS - len(HELD), 'some parts to arrive')
        window.click_in_row('film.bin', 'Pause')
        window.wait_for_row('film.bin', 'Paused')

    def paths(self, *options):
        run = self.ctl('list', '--json', options=options)
        return [json.loads(line)['path'] for line in run.stdout.splitlines()]

    def arrive(self):
        self.wait_for_objects(self.expected)
        # What was there was not sent again: the backend's log begins with this login.
        self.assertLess(self.count_parts(), N_PARTS, self.backend.log())

    def test_home_can_be_read(self):
        """The original is what is remembered, and nobody is asked for anything."""
        def before():
            self.drop_and_pause()
            self.assertEqual(self.paths(), [str(self.path('film.bin'))])
            self.assertFalse(self.window.has_label('1 upload will need'))

        def after():
            self.serve()
            self.open().click_in_row('film.bin', 'Resume')
            self.arrive()

        self.log_in(before)
        self.log_in(after)

    def test_chosen_again_after_the_logout(self):
        def before():
            self.drop_and_pause(options=NO_HOME)
            self.assertTrue(self.paths(*NO_HOME)[0].startswith(f'{DOCUMENTS}/'))
            self.window.wait_for_label('1 upload will need its file again after you log out')
            self.picture('flatpak-lent')

        def after():
            self.serve()
            window = self.open(options=NO_HOME)
            window.click_in_row('film.bin', 'Resume')
            window.wait_for_row('film.bin', '“film.bin” was lent to Hoist until you logged out.')
            window.wait_for_label('1 upload needs its file again')
            self.picture('flatpak-again')
            # Another file is not taken for it.
            self.make('other.bin', SIZE)
            window.click_in_row('film.bin', 'Locate File…')
            self.choose_file(self.path('other.bin'))
            window.answer('Not the Same File', 'Close')
            window.click('Choose…')
            self.choose_file(self.path('film.bin'))
            self.arrive()

        self.log_in(before)
        self.log_in(after)

    def test_chosen_again_before_the_logout(self):
        """A file that was chosen lasts, and the upload goes on with it by itself."""
        def before():
            self.drop_and_pause(options=NO_HOME)
            self.window.wait_for_label('1 upload will need its file again after you log out')
            self.window.click('Choose…')
            self.choose_file(self.path('film.bin'))
            wait_for(lambda: not self.window.has_label('1 upload will need'), 'the banner to go')
            self.window.wait_for_row('film.bin', '')
            self.window.click_in_row('film.bin', 'Pause')
            self.window.wait_for_row('film.bin', 'Paused')
            self.assertFalse(self.window.has_label('1 upload will need'))

        def after():
            self.serve()
            self.open(options=NO_HOME).click_in_row('film.bin', 'Resume')
            self.wait_for_objects(self.expected)

        self.log_in(before)
        self.log_in(after)


class DropTests(SandboxTestCase):
    @in_login()
    def test_folder(self):
        """Portals before 1.18.2 lend no folders; where it is can be read."""
        self.serve()
        expected = {name: self.make(f'folder/{name}', 1000) for name in ('a.bin', 'b.bin')}
        self.add_destination()
        self.open().drop(self.path('folder'))
        self.wait_for_objects(expected)

    @in_login()
    def test_folder_that_is_not_lent(self):
        self.serve()
        expected = {'a.bin': self.make('folder/a.bin', 1000)}
        self.add_destination()
        window = self.open(options=NO_HOME)
        window.drop(self.path('folder'))
        if LATER_PORTALS:
            # They lend folders as well.
            self.wait_for_objects(expected)
            return
        window.wait_for_label('This Drop Did Not Get Through')
        self.picture('flatpak-folder')
        window.answer('This Drop Did Not Get Through', 'Upload Folder…')

    @in_login()
    def test_lent_though_it_can_be_read(self):
        """A document of a file that the sandbox sees by itself: what lasts is remembered, if the portal tells."""
        self.serve()
        expected = {'film.bin': self.make('film.bin', 2 * MIB)}
        self.add_destination()
        run = self.session.flatpak('document-export', '--transient', '-r', f'--app={APP}', self.path('film.bin'))
        self.assertEqual(run.returncode, 0, run.stderr)
        lent = run.stdout.strip()
        self.assertTrue(lent.startswith(f'{DOCUMENTS}/'), lent)
        self.open('--to', 'Work', lent, bytes_per_s=100_000).row('film.bin')
        run = self.ctl('list', '--json')
        paths = [json.loads(line)['path'] for line in run.stdout.splitlines()]
        self.assertEqual(paths, [str(self.path('film.bin')) if LATER_PORTALS else lent])
        self.set_limit(0)
        self.wait_for_objects(expected)

    @in_login()
    def test_path_that_the_sandbox_does_not_show(self):
        """As a program hands it over that knows no portals."""
        self.serve()
        self.make('hidden.bin', 1000)
        self.add_destination()
        window = self.open(str(self.path('hidden.bin')), options=NO_HOME)
        window.wait_for_row('hidden.bin', 'Hoist cannot see “hidden.bin” from inside its Flatpak.')
        self.picture('flatpak-hidden')


class NoFuseTests(SandboxTestCase):
    @in_login(fuse=False)
    def test_no_documents(self):
        """Without FUSE nothing can be lent: what can be read is uploaded, of the rest it is said."""
        self.serve()
        expected = {'seen.bin': self.make('seen.bin', 1000)}
        self.add_destination()
        window = self.open()
        window.drop(self.path('seen.bin'))
        self.wait_for_objects(expected)
        window.kill()
        self.make('hidden.bin', 1000)
        window = self.open(str(self.path('hidden.bin')), options=NO_HOME)
        window.wait_for_row('hidden.bin', 'Hoist cannot see “hidden.bin” from inside its Flatpak, and this computer '
                                          'cannot lend it files: FUSE is missing.')


if __name__ == '__main__':
    main()
