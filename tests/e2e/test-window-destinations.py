#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several destinations in the window: their order, by hand and by keyboard, their certificates, files of them, and an
administrator's."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import a11y
import pointer
import tap
from authority import Authority
from hoist import HOISTCTL
from session import wait_for
from window import HandedTestCase


class Destinations(HandedTestCase):
    def setUp(self):
        super().setUp()
        etc = self.session.folder / f'etc-{self.name}'
        (etc / 'hoist').mkdir(parents=True)
        (etc / 'hoist/destinations.conf').write_text(
            '[destination office]\nname=Office\nurl=https://uploads.example.org\nfiles=2\n')
        self.session.env['XDG_CONFIG_DIRS'] = str(etc)
        self.add_destinations('Red', 'Green', 'Blue')
        for name in ('Red', 'Green', 'Blue'):
            self.run_ctl('destination', 'edit', name, '--colour', name.lower())

    def run_ctl(self, *arguments):
        run = self.session.run([HOISTCTL, *arguments])
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout

    def order(self):
        return [json.loads(line)['name'] for line in self.run_ctl('destination', 'list', '--json').splitlines()]

    def open_destinations(self):
        window = self.open()
        pointer.press_key(self.session, 'F10')
        a11y.click(window.find('menu item', 'Destinations'))
        dialog = window.find('frame', 'Destinations')
        wait_for(lambda: a11y.has_state(dialog, 'ACTIVE'), 'the dialog to have the focus')
        return dialog

    def is_in_row(self, dialog, name):
        return any(a11y.has_state(node, 'FOCUSED') for node in a11y.find_all(dialog, 'list item', name))

    def go_to(self, dialog, name):
        """By Tab, until the row has the focus."""
        watch = a11y.FocusWatch()
        while not self.is_in_row(dialog, name):
            count = watch.look()
            pointer.press_key(self.session, 'Tab')
            wait_for(lambda: watch.look() > count, 'the focus to move')
        watch.stop()

    def test_order(self):
        self.assertEqual(self.order(), ['Red', 'Green', 'Blue', 'Office'])
        dialog = self.open_destinations()
        pointer.put_aside(self.session)
        self.go_to(dialog, 'Red')
        pointer.press_key(self.session, 'alt+Down')
        wait_for(lambda: self.order() == ['Green', 'Red', 'Blue', 'Office'], 'the order to be another one')
        # The row is made anew, and has the focus again.
        wait_for(lambda: self.is_in_row(dialog, 'Red'), 'the row to have the focus again')
        pointer.press_key(self.session, 'alt+Down')
        wait_for(lambda: self.order() == ['Green', 'Blue', 'Red', 'Office'], 'the order to be a third one')
        self.window.picture('destinations')

        # By hand: above the first one, where a line shows the place.
        first = a11y.find(dialog, 'list item', 'Green')
        x, y = self.window.middle_of('^Destinations$', first)
        height = a11y.window_extents(first)[3]
        line = x, y - height // 2 + 1
        bare = pointer.colour_at(self.session, *line)
        start = self.window.middle_of('^Destinations$', a11y.find(dialog, 'list item', 'Red'))
        pointer.drag(self.session, start, (x, y - height // 4),
                     lambda: pointer.colour_at(self.session, *line) != bare)
        wait_for(lambda: self.order() == ['Red', 'Green', 'Blue', 'Office'], 'the row to be the first one')

    def menu(self, dialog, entry):
        # A menu button has a button inside, which is the one that can be pressed.
        a11y.click(a11y.find_all(dialog, 'push button', 'More')[-1])
        a11y.click(self.window.find('menu item', entry))

    def test_export_and_import(self):
        file = self.home / 'taken.conf'
        dialog = self.open_destinations()
        self.menu(dialog, 'Export…')
        a11y.set_text(self.window.find('text', 'Name:'), str(file))
        self.window.click('Save')
        wait_for(lambda: file.exists() and 'Blue' in file.read_text(), 'the file to be written')
        self.assertNotIn(self.backend.token, file.read_text())
        self.run_ctl('destination', 'remove', 'Blue')
        a11y.wait_until_gone(dialog, 'list item', 'Blue')

        self.menu(dialog, 'Import…')
        self.window.choose_file('^Import Destinations$', file)
        self.window.find('label', 'Some are there already')
        self.window.picture('import-existing')
        self.window.answer('Some are there already', 'Leave Out')
        self.window.wait_for_label('Tokens and keys are never in such a file. Edit these to enter them: Blue')
        self.window.picture('imported')
        self.window.answer('Destinations imported', 'Close')
        a11y.find(dialog, 'list item', 'Blue')
        self.assertEqual(sorted(self.order()), ['Blue', 'Green', 'Office', 'Red'])

    def test_certificates(self):
        authority = Authority(self.home / 'certificates')
        files = {'Further Trusted Certificates': ('ca-file', authority.ca),
                 'Client Certificate': ('client-certificate', authority.make('anna', ('-x509',))),
                 'Its Private Key, if in Another File': ('client-key', authority.folder / 'anna.key')}
        dialog = self.open_destinations()
        self.open_certificates(dialog)
        for title, (setting, path) in files.items():
            self.click(f'Choose: {title}')
            self.window.choose_file(f'^{title}$', path)
            self.window.find('label', str(path))
            self.assert_types_are_read_once()
        self.window.picture('certificates')
        self.save()
        for setting, path in files.values():
            self.assertIn(f'{setting}={path}\n', self.read_settings())

        # What was chosen is shown again, and can be left out.
        self.open_certificates(dialog)
        for title in reversed(files):
            self.click(f'Use none: {title}')
        self.save()
        for setting, path in files.values():
            self.assertNotIn(f'{setting}=', self.read_settings())

    def assert_types_are_read_once(self):
        """GLib crashes in a thread that guesses a type while the types of files are read anew."""
        maps = Path(f'/proc/{self.window.process.pid}/maps').read_text().splitlines()
        self.assertEqual(len([line for line in maps if line.endswith('/mime/mime.cache')]), 1)

    def click(self, start):
        """Clicks the button whose name begins so: GTK 4.8 adds the title of its row."""
        a11y.click(a11y.find(self.window.root, 'push button', start=start))

    def open_certificates(self, dialog):
        a11y.click(a11y.find(a11y.find(dialog, 'list item', 'Red'), 'push button', 'Edit'))
        label = self.window.find('label', 'Certificates')
        pointer.click_at(self.session, *self.window.middle_of('^Edit Destination$', label))

    def save(self):
        self.window.click('Save')
        a11y.wait_until_gone(self.window.root, 'push button', 'Save')

    def read_settings(self):
        return Path(self.session.env['XDG_CONFIG_HOME'], 'hoist/destinations.conf').read_text()

    def test_locked(self):
        dialog = self.open_destinations()
        row = a11y.find(dialog, 'list item', 'Office')
        self.assertFalse(a11y.has_state(a11y.find(row, 'push button', 'Remove'), 'SENSITIVE'))
        a11y.find(row, 'image', 'Set by your administrator')
        a11y.click(a11y.find(row, 'push button', 'Edit'))
        editor = self.window.find('frame', 'Edit Destination')
        a11y.find(editor, 'image', 'Set by your administrator')
        self.window.picture('destination-locked')


tap.main()
