#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hoist without a window in its sandbox: closed with work left, started after the login, known to the desktop; a tray
that comes and goes; what keeps the computer awake; and desktops that have none of it."""

import configparser
import re
import shlex
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from desktop_mocks import SessionManager, Shell
from flatpak_session import APP, wait_for
from flatpak_window import SandboxTestCase, in_login, main

import a11y
import panel
import pointer
from hoist import MIB

# So slow that it is never over before a test says so.
SLOW = 100_000
N_PARTS = 5
QUESTION = 'Uploads Go On in the Background'
SWITCH = 'Continue Unfinished Uploads'


class BackgroundTestCase(SandboxTestCase):
    def setUp(self):
        super().setUp()
        self.entry = self.home / '.config/autostart' / f'{APP}.desktop'
        self.expected = {'big.bin': self.make('big.bin', 40 * MIB)}

    def visible(self):
        return pointer.is_visible(self.session, '^Hoist$')

    def wait_until_hidden(self):
        wait_for(lambda: not self.visible(), 'the window to go')

    def wait_for_end(self, process):
        self.assertEqual(process.wait(90), 0, self.session.read_log('hoist'))

    def begin(self, **serving):
        """Starts an upload that goes on until set_limit()."""
        self.serve(**serving)
        self.add_destination()
        window = self.open(bytes_per_s=SLOW)
        window.drop(self.path('big.bin'))
        wait_for(lambda: any(' of 41.9' in text for text in window.row_says('big.bin')), 'bytes to move')
        return window

    def finish(self, window):
        """Lets the upload go; without a window it ends by itself then."""
        self.set_limit(0)
        self.wait_for_objects(self.expected)
        self.wait_for_end(window.process)

    def ask_to_close(self, window):
        window.click('Close')
        return window.find('dialog', QUESTION)

    def close_once(self, window, answer):
        a11y.click(a11y.find(self.ask_to_close(window), 'push button', answer))

    def open_preferences(self, window):
        run = self.session.run(['xdotool', 'windowfocus', '--sync', window.number, 'key', 'ctrl+comma'])
        self.assertEqual(run.returncode, 0, run.stderr)
        return wait_for(lambda: next((found for role in ('switch', 'check box', 'toggle button')
                                      for row in a11y.find_all(window.root, 'list item', SWITCH)
                                      for found in a11y.find_all(row, role)), None), 'the switch')

    def close_preferences(self, window):
        self.session.run(['xdotool', 'key', 'Escape'])
        a11y.wait_until_gone(window.root, 'list item', SWITCH)

    def is_on(self, switch):
        return a11y.has_state(switch, 'CHECKED')


class BackgroundTests(BackgroundTestCase):
    """GNOME's portals, and its shell as far as they ask it."""

    def background_apps(self):
        """What «Background Apps» of GNOME's menu shows: {id: message}."""
        run = self.session.run([
            'gdbus', 'call', '--session', '-d', 'org.freedesktop.background.Monitor',
            '-o', '/org/freedesktop/background/monitor', '-m', 'org.freedesktop.DBus.Properties.Get',
            'org.freedesktop.background.Monitor', 'BackgroundApps'])
        return dict(re.findall(r"'app_id': <'([^']*)'>.*?'message': <'([^']*)'>", run.stdout))

    @in_login()
    def test_closed_with_work_left(self):
        Shell(self.session)
        window = self.begin()
        dialog = self.ask_to_close(window)
        self.assertIn('“Background Apps”', ' '.join(a11y.texts(dialog)))
        self.picture('flatpak-closing')
        a11y.click(a11y.find(dialog, 'push button', 'Close Window'))
        self.wait_until_hidden()
        message = wait_for(lambda: self.background_apps().get(APP), 'the desktop to be told')
        self.assertRegex(message, r'^0 of 1 file, \d+ %')
        self.finish(window)

    def test_goes_on_after_the_login(self):
        """Switched on, quit with work left; what the portal wrote is what the next session starts."""
        def before():
            window = self.begin(held_parts=range(3, N_PARTS + 1))
            self.set_limit(0)
            wait_for(lambda: self.count_parts() == 2, 'parts to arrive')
            switch = self.open_preferences(window)
            self.assertFalse(self.is_on(switch))
            a11y.click(switch)
            wait_for(self.entry.exists, 'the entry')
            wait_for(lambda: self.is_on(switch), 'the switch')
            self.close_preferences(window)
            self.close_once(window, 'Quit')
            self.wait_for_end(window.process)
            self.assertEqual(self.arrived(), {})

        def after():
            self.serve()
            process = self.session.start('hoist', self.command_of_the_entry())
            # The settings still have the limit.
            wait_for(lambda: self.session.owns(f'{APP}.Uploads'), 'Hoist')
            self.set_limit(0)
            self.wait_for_objects(self.expected)
            self.assertFalse(self.visible())
            self.wait_for_end(process)
            # What was sent before is not sent again.
            self.assertLess(self.count_parts(), N_PARTS)
            # That it ran without a window did not take the entry away.
            self.assertTrue(self.entry.exists())
            window = self.open()
            switch = self.open_preferences(window)
            self.assertTrue(self.is_on(switch))
            a11y.click(switch)
            wait_for(lambda: not self.entry.exists(), 'the entry to go')
            wait_for(lambda: not self.is_on(switch), 'the switch')

        self.log_in(before)
        self.log_in(after)

    def command_of_the_entry(self):
        entry = configparser.RawConfigParser()
        entry.optionxform = str
        entry.read(self.entry)
        words = shlex.split(entry['Desktop Entry']['Exec'])
        self.assertEqual(words[-3:], ['--command=hoist', APP, '--background'])
        self.assertNotIn('DBusActivatable', entry['Desktop Entry'])
        return words

    @in_login()
    def test_may_not(self):
        """Whoever said no in the desktop's settings finds the window open."""
        run = self.session.flatpak('permission-set', 'background', 'background', APP, 'no')
        self.assertEqual(run.returncode, 0, run.stderr)
        window = self.begin()
        self.close_once(window, 'Close Window')
        window.find('dialog', 'Hoist May Not Run in the Background')
        self.picture('flatpak-may-not')
        wait_for(self.visible, 'the window')

    @in_login()
    def test_started_with_nothing_to_do(self):
        process = self.session.start('hoist', ['flatpak', 'run', APP, '--background'])
        self.wait_for_end(process)


class OtherDesktopTests(BackgroundTestCase):
    """Portals that know nothing of the background, and none at all."""

    def check(self):
        window = self.begin()
        switch = self.open_preferences(window)
        window.wait_for_label('This desktop has no portal')
        self.picture('flatpak-no-background')
        self.assertFalse(a11y.has_state(switch, 'SENSITIVE'))
        self.assertFalse(self.entry.exists())
        self.close_preferences(window)
        # Nobody is asked, so nobody says no.
        self.close_once(window, 'Close Window')
        self.wait_until_hidden()
        self.finish(window)

    @in_login(desktop='X-Other')
    def test_no_background_portal(self):
        self.check()

    @in_login(keyring='unlocked', portals=False)
    def test_no_portals_at_all(self):
        self.check()


class AwakeTests(BackgroundTestCase):
    @in_login()
    def test_kept_awake_while_bytes_move(self):
        manager = SessionManager(self.session)
        window = self.begin()
        wait_for(manager.keeps_awake, 'the computer to be kept awake')
        name, _, why, flags = manager.calls('Inhibit')[-1]
        # A suspend, and nothing else.
        self.assertEqual((name, why, flags), (APP, 'Uploading files', '4'))
        window.click_in_row('big.bin', 'Pause')
        wait_for(lambda: not manager.keeps_awake(), 'the computer to be let go')
        window.click_in_row('big.bin', 'Resume')
        wait_for(manager.keeps_awake, 'the computer to be kept awake again')
        self.set_limit(0)
        self.wait_for_objects(self.expected)
        wait_for(lambda: not manager.keeps_awake(), 'the computer to be let go')

    @in_login()
    def test_killed_while_bytes_move(self):
        """The portal sees that it is gone."""
        manager = SessionManager(self.session)
        window = self.begin()
        wait_for(manager.keeps_awake, 'the computer to be kept awake')
        window.kill()
        wait_for(lambda: not manager.keeps_awake(), 'the computer to be let go')


class TrayTests(BackgroundTestCase):
    @in_login()
    def test_tray_comes_and_goes(self):
        window = self.begin()
        tray = panel.Panel(self.session)
        wait_for(tray.items, 'the item')
        tray.wait_for_icon()
        tray.click_icon()
        self.wait_until_hidden()
        tray.stop()
        tray.start()
        wait_for(tray.items, 'the item to come back')
        tray.wait_for_icon()
        self.assertFalse(self.visible())
        # Without any tray the window comes back by itself.
        tray.stop()
        wait_for(self.visible, 'the window to come back')
        self.close_once(window, 'Close Window')
        self.wait_until_hidden()
        self.finish(window)


if __name__ == '__main__':
    main()
