#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hoist without a window, on a desktop without a tray: closed with work left, started with the session, ended."""

import configparser
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import a11y
import pointer
import tap
from faults import ProxiedBackend
from hoist import BUILD_ROOT, HOIST, MIB, parse_events
from portal import Portal
from session import wait_for
from window import WindowTestCase

PART = 8 * MIB
N_PARTS = 5
QUESTION = 'Uploads Go On in the Background'


class Background(WindowTestCase):
    backend_class = ProxiedBackend

    def shown(self):
        return pointer.is_visible(self.session, '^Hoist$')

    def wait_until_hidden(self):
        wait_for(lambda: not self.shown(), 'the window to go')

    def wait_for_end(self, process):
        self.assertEqual(process.wait(60), 0, self.session.read_log('hoist'))

    def begin(self, n_parts=1, **options):
        """Starts an upload of which some parts arrive: what is left is held on its way."""
        self.backend.proxy.hold_parts(*range(n_parts + 1, N_PARTS + 1))
        window = self.open_with_destination(**options)
        expected = self.make_files({'big.bin': N_PARTS * PART})
        self.drop(expected)
        self.wait_for_parts(n_parts)
        return window, expected

    def ask_to_close(self, window):
        window.click('Close')
        return window.find('dialog', QUESTION)

    def close_once(self, window, answer='Close Window'):
        dialog = self.ask_to_close(window)
        a11y.click(a11y.find(dialog, 'push button', answer))

    def start_again(self, *arguments):
        run = self.session.run([HOIST, *arguments], env=self.env(), timeout=60)
        self.assertEqual(run.returncode, 0, run.stderr)

    def env(self):
        return {'GSETTINGS_BACKEND': 'keyfile', 'GSETTINGS_SCHEMA_DIR': str(BUILD_ROOT / 'data')}

    def start_hidden(self):
        """As the session does it after a login."""
        process = self.session.start('hoist', [HOIST, '--background'], env=self.env())
        self.addCleanup(self.session.stop, process)
        return process

    def unfinished(self):
        """The upload that is in the journal, which no process has open now."""
        (upload,) = parse_events(self.ctl.run('list', '--json', target=False).stdout)
        return upload

    def assert_goes_on(self, expected):
        """What was sent is on disk, and goes on from there with the next start."""
        self.backend.proxy.let_go()
        self.backend.wait_until_left()
        self.assertEqual(self.backend.objects(), {})
        self.assertGreaterEqual(self.unfinished()['sent'], PART)
        before = self.backend.count_taken()
        window = self.open()
        window.wait_for_row('big.bin', 'Not finished last time')
        window.click('Continue')
        window.wait_for_row('big.bin', 'Uploaded')
        self.assert_arrived(expected)
        self.assertLess(self.backend.count_taken() - before, N_PARTS)

    # --- closing ---

    def test_closed_with_work_left(self):
        window, expected = self.begin()
        dialog = self.ask_to_close(window)
        text = ' '.join(a11y.texts(dialog))
        self.assertIn('Start Hoist once more', text)
        self.assertIn('ends by itself', text)
        window.picture('background-question')
        a11y.click(a11y.find(dialog, 'push button', 'Cancel'))
        a11y.wait_until_gone(window.root, 'dialog', QUESTION)
        self.assertTrue(self.shown())
        self.close_once(window)
        self.wait_until_hidden()
        self.assertIsNone(window.process.poll())
        # A second start shows the same window, with the upload under way.
        self.start_again()
        wait_for(self.shown, 'the window')
        self.assertTrue(window.row_says('big.bin'))
        self.backend.proxy.let_go()
        # It was said once.
        window.click('Close')
        self.wait_until_hidden()
        self.wait_for_end(window.process)
        self.assert_arrived(expected)

    def test_closed_without_work(self):
        window = self.open_with_destination()
        self.assertEqual(window.close(), 0)

    def test_quit_instead(self):
        window, expected = self.begin(n_parts=2)
        self.close_once(window, 'Quit')
        self.wait_for_end(window.process)
        self.assert_goes_on(expected)

    def test_ended_by_the_session(self):
        window, expected = self.begin(n_parts=2)
        window.process.send_signal(signal.SIGTERM)
        self.wait_for_end(window.process)
        self.assert_goes_on(expected)

    # --- started with the session ---

    def go_on_hidden(self):
        """Is ended under way, and started with the session: a part more arrives, and the rest is held on its way."""
        window, expected = self.begin()
        self.close_once(window, 'Quit')
        self.wait_for_end(window.process)
        self.window = None
        self.backend.proxy.let_go()
        self.backend.wait_until_left()
        self.backend.proxy.hold_parts(*range(3, N_PARTS + 1))
        process = self.start_hidden()
        self.wait_for_parts(2)
        return process, expected

    def test_started_hidden(self):
        process, expected = self.go_on_hidden()
        self.assertFalse(self.shown())
        self.backend.proxy.let_go()
        self.wait_for_end(process)
        self.assert_arrived(expected)

    def test_started_hidden_and_opened(self):
        process, expected = self.go_on_hidden()
        self.start_again()
        wait_for(self.shown, 'the window')
        self.backend.proxy.let_go()
        self.wait_for_window_alone(process, expected)

    def wait_for_window_alone(self, process, expected):
        """With the window there it does not end by itself; its button ends it."""
        root = a11y.application('hoist', process)
        wait_for(lambda: any(text.startswith('Uploaded') for text in a11y.texts(root)), 'the upload to be done')
        self.assert_arrived(expected)
        a11y.click(a11y.find(root, 'push button', 'Close'))
        self.wait_for_end(process)

    def test_started_hidden_with_nothing_to_do(self):
        self.wait_for_end(self.start_hidden())

    def test_started_hidden_beside_another(self):
        window = self.open_with_destination()
        self.start_again('--background')
        self.assertTrue(self.shown())
        self.assertIsNone(window.process.poll())

    # --- the switch ---

    def open_preferences(self, window):
        run = self.session.run(['xdotool', 'windowfocus', '--sync', window.number, 'key', 'ctrl+comma'])
        self.assertEqual(run.returncode, 0, run.stderr)
        return a11y.find(window.find('list item', 'Continue Unfinished Uploads'), 'check box')

    def close_preferences(self, window):
        self.session.run(['xdotool', 'key', 'Escape'])
        a11y.wait_until_gone(window.root, 'list item', 'Continue Unfinished Uploads')

    def entry_path(self):
        return Path(self.session.env['XDG_CONFIG_HOME'], 'autostart/io.github.hoist.Hoist.desktop')

    def test_switch(self):
        window = self.open_with_destination()
        switch = self.open_preferences(window)
        window.picture('preferences')
        a11y.click(switch)
        wait_for(self.entry_path().exists, 'the entry')
        entry = configparser.RawConfigParser()
        entry.optionxform = str
        entry.read(self.entry_path())
        self.assertEqual(entry['Desktop Entry']['Exec'], f'"{HOIST}" --background')
        self.assertNotIn('DBusActivatable', entry['Desktop Entry'])
        run = self.session.run(['desktop-file-validate', self.entry_path()])
        self.assertEqual(run.stdout + run.stderr, '')
        # The desktop's own settings switch it off, in their way.
        self.close_preferences(window)
        with open(self.entry_path(), 'a', encoding='utf-8') as file:
            file.write('Hidden=true\n')
        switch = self.open_preferences(window)
        wait_for(lambda: not a11y.has_state(switch, 'CHECKED'), 'the switch to say so')
        a11y.click(switch)
        wait_for(lambda: 'Hidden' not in self.entry_path().read_text(), 'it to be on again')
        wait_for(lambda: a11y.has_state(switch, 'CHECKED'), 'the switch to say so')
        a11y.click(switch)
        wait_for(lambda: not self.entry_path().exists(), 'the entry to go')

    def test_switch_of_somebody_else(self):
        text = '[Desktop Entry]\nType=Application\nName=Mine\nExec=hoist\n'
        self.entry_path().parent.mkdir(parents=True)
        self.entry_path().write_text(text)
        window = self.open_with_destination()
        switch = self.open_preferences(window)
        window.wait_for_label('Something else starts Hoist')
        self.assertFalse(a11y.has_state(switch, 'SENSITIVE'))
        self.assertEqual(self.entry_path().read_text(), text)

    # --- in a sandbox ---

    def open_portal(self, allow=True):
        portal = Portal(self.session, allow)
        self.addCleanup(self.session.stop, portal.process)
        return portal, {**portal.env, 'XDG_CURRENT_DESKTOP': 'ubuntu:GNOME'}

    def test_in_a_sandbox(self):
        portal, env = self.open_portal()
        window, expected = self.begin(env=env)
        wait_for(lambda: portal.calls('Inhibit'), 'the computer to be kept awake')
        dialog = self.ask_to_close(window)
        self.assertIn('Background Apps', ' '.join(a11y.texts(dialog)))
        window.picture('background-question-gnome')
        a11y.click(a11y.find(dialog, 'push button', 'Close Window'))
        self.wait_until_hidden()
        self.backend.proxy.let_go()
        (request,) = wait_for(lambda: portal.calls('RequestBackground'), 'the desktop to be asked')
        self.assertEqual(request['commandline'], ['hoist', '--background'])
        self.assertIs(request['autostart'], False)
        statuses = wait_for(lambda: portal.calls('SetStatus'), 'the desktop to be told')
        self.assertRegex(statuses[0]['message'], r'^0 of 1 file, \d+ %')
        self.wait_for_end(window.process)
        self.assert_arrived(expected)
        self.assertLessEqual(max(len(status['message']) for status in portal.calls('SetStatus')), 96)
        wait_for(lambda: not portal.keeps_awake(), 'the computer to be let go')

    def test_sandbox_may_not(self):
        _, env = self.open_portal(allow=False)
        window, _ = self.begin(env=env)
        self.close_once(window)
        window.find('dialog', 'Hoist May Not Run in the Background')
        self.assertTrue(self.shown())

    def test_switch_in_a_sandbox(self):
        portal, env = self.open_portal()
        window = self.open_with_destination(env=env)
        switch = self.open_preferences(window)
        a11y.click(switch)
        wait_for(lambda: a11y.has_state(switch, 'CHECKED'), 'the switch')
        self.assertIs(portal.calls('RequestBackground')[-1]['autostart'], True)
        self.assertFalse(self.entry_path().exists())
        a11y.click(switch)
        # It moves at once, and back only if the desktop says no.
        wait_for(lambda: portal.calls('RequestBackground')[-1]['autostart'] is False, 'the desktop to be asked')
        wait_for(lambda: not a11y.has_state(switch, 'CHECKED'), 'the switch')
        self.assertEqual({tuple(call['commandline']) for call in portal.calls('RequestBackground')},
                         {('hoist', '--background')})


tap.main()
