#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""«Upload to S3» in a real file manager, such as nautilus: the menu is opened, the entry clicked, and what
arrives compared."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import a11y
import filemanager
import notifications
import tap
from hoist import BUILD_ROOT, HOIST, HOISTCTL
from session import wait_for
from window import BUS_NAME, HandedTestCase

# A process can look into one session only: a file manager for each run.
KIND = filemanager.KINDS[sys.argv.pop(1) if len(sys.argv) > 1 else 'nautilus']
FILES = {'a b#ü.txt': 10, "it's “q” $x.dat": 3000, 'folder/deep.bin': 100_000, 'folder/sub/deeper.bin': 0}


class FileManagerTestCase(HandedTestCase):
    def setUp(self):
        super().setUp()
        self.manager = None

    def tearDown(self):
        if self.manager:
            if self.count_bad() > self.bad_before:
                self.manager.picture(f'failed-{KIND.name}')
                lines = [*a11y.dump(self.manager.root).splitlines(), *self.session.read_log(KIND.name).splitlines()]
                print('\n'.join(f'# {line}' for line in lines), flush=True)
            self.manager.stop()
        super().tearDown()

    def start(self, **options):
        self.expected = self.make_files(FILES)
        self.manager = KIND(self.session, self.files, **options)

    def put_in_path(self):
        """As if hoist were installed, but unknown to the bus."""
        self.session.forget_activatable(BUS_NAME)
        self.session.env['PATH'] = f'{HOIST.parent}:{os.environ["PATH"]}'
        self.session.env['GSETTINGS_SCHEMA_DIR'] = str(BUILD_ROOT / 'data')

    def integrate(self, *arguments):
        run = self.session.run([HOISTCTL, 'integrate', KIND.integrated or KIND.name, *arguments])
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout

    def check_destination_added_meanwhile(self, start):
        """The menu is made by itself, whatever the destinations are just then."""
        self.add_destinations('Work')
        start()
        self.manager.open_menu()
        self.assertTrue(wait_for(lambda: self.manager.entries('Upload to S3'), 'the entry'))
        self.assertFalse(self.manager.entries('Late'))
        self.manager.close_menu()
        self.add_destinations('Late')
        wait_for(lambda: self.has_entry('Late'), 'the new destination in the menu')

    def check_preset_set_up_meanwhile(self, start):
        """What an administrator sets up, from the first file on."""
        self.add_destinations('Work')
        folder = self.session.folder / f'etc-{self._testMethodName}'
        self.addCleanup(self.session.env.pop, 'XDG_CONFIG_DIRS')
        self.session.env['XDG_CONFIG_DIRS'] = str(folder)
        start()
        self.manager.open_menu()
        self.assertTrue(wait_for(lambda: self.manager.entries('Upload to S3'), 'the entry'))
        self.manager.close_menu()
        (folder / 'hoist').mkdir(parents=True)
        (folder / 'hoist/destinations.conf').write_text(
            '[destination office]\nname=Office\nurl=https://office.example.org\n')
        wait_for(lambda: self.has_entry('Office'), 'the preset in the menu')

    def has_entry(self, label):
        self.manager.open_menu()
        if self.manager.entries('Upload to S3'):
            self.manager.choose('Upload to S3')
        found = self.manager.entries(label)
        self.manager.close_menu()
        return found

    def assert_delivered(self, destination):
        for name in self.expected:
            self.window.wait_for_row(name, 'Uploaded')
        self.assert_went_to(destination, self.expected)


class WrittenTests:
    """What `hoistctl integrate` writes into the home folder."""

    def test_written_entry(self):
        self.put_in_path()
        self.add_destinations('Work')
        self.assertIn(': wrote ', self.integrate())
        self.start()
        self.manager.open_menu()
        *submenus, entry = KIND.written
        self.manager.choose(*submenus)
        wait_for(lambda: self.manager.entries(entry), 'the entry')
        self.manager.picture(f'{KIND.name}-written')
        self.open(started_by=lambda: self.manager.choose(entry))
        self.assert_delivered('Work')
        self.assertIn(': removed from ', self.integrate('--remove'))

    def test_written_entries(self):
        self.put_in_path()
        self.add_destinations('Work', 'Archive')
        self.integrate()
        self.start()
        self.manager.open_menu()
        *submenus, entry = [label.format('Archive') for label in KIND.written_several]
        self.manager.choose(*submenus)
        wait_for(lambda: self.manager.entries(entry), 'the entry')
        self.manager.picture(f'{KIND.name}-written-several')
        self.open(started_by=lambda: self.manager.choose(entry))
        self.assert_delivered('Archive')


class ExtensionTests:
    """What `hoistctl integrate` writes for nautilus-python."""

    def write_extension(self):
        if not KIND.has_python:
            self.skipTest('nautilus-python is not installed')
        self.put_in_path()
        self.integrate()
        self.addCleanup(self.integrate, '--remove')

    def start_with_extension(self):
        self.write_extension()
        self.start()

    def test_extension_destination_added_meanwhile(self):
        self.check_destination_added_meanwhile(self.start_with_extension)

    def test_extension_preset_set_up_meanwhile(self):
        self.check_preset_set_up_meanwhile(self.start_with_extension)

    def test_extension_program_is_gone(self):
        """And the extension is not: a click says so."""
        self.add_destinations('Work')
        self.write_extension()
        self.session.env['PATH'] = os.environ['PATH']
        daemon = notifications.NotificationDaemon(self.session)
        self.addCleanup(daemon.stop)
        self.start()
        self.manager.open_menu()
        self.manager.choose('Upload to S3')
        daemon.wait_for('Nothing Was Uploaded')


class ModuleTests:
    """The module that the file manager loads."""

    def start_with_module(self):
        why = filemanager.why_not(self.session.folder)
        if why:
            self.skipTest(why)
        self.start(with_module=True)

    def test_one_destination(self):
        self.add_destinations('Work')
        self.start_with_module()
        self.manager.open_menu()
        self.manager.picture(f'{KIND.name}-menu')
        self.open(called_by=lambda: self.manager.choose('Upload to S3'))
        self.assert_delivered('Work')

    def test_submenu_of_destinations(self):
        self.add_destinations('Work', 'Archive_2')
        self.start_with_module()
        self.manager.open_menu()
        self.manager.choose('Upload to S3')
        wait_for(lambda: self.manager.entries('Archive_2'), 'the submenu')
        self.manager.picture(f'{KIND.name}-submenu')
        self.open(called_by=lambda: self.manager.choose('Archive_2'))
        self.assert_delivered('Archive_2')

    def test_destination_added_meanwhile(self):
        self.check_destination_added_meanwhile(self.start_with_module)

    def test_preset_set_up_meanwhile(self):
        self.check_preset_set_up_meanwhile(self.start_with_module)

    def test_program_that_the_bus_does_not_know(self):
        self.add_destinations('Work')
        self.put_in_path()
        self.start_with_module()
        self.manager.open_menu()
        self.open(started_by=lambda: self.manager.choose('Upload to S3'))
        self.assert_delivered('Work')


class FileManager(WrittenTests, *([ModuleTests] if KIND.module else []),
                  *([ExtensionTests] if KIND is filemanager.Nautilus else []), FileManagerTestCase):
    pass


tap.main()
