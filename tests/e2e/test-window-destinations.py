#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several destinations in the window: their order by hand and by keyboard, their colours, and an administrator's."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import a11y
import pointer
import tap
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
