#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hoist in the tray of a real xfce4-panel: seen, clicked, and left alone there."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import a11y
import pointer
import tap
from faults import ProxiedBackend
from hoist import MIB
from panel import Panel
from session import wait_for
from window import WindowTestCase

MB = 1_000_000
QUESTION = 'Uploads Go On in the Tray'


class Tray(WindowTestCase):
    backend_class = ProxiedBackend

    def setUp(self):
        super().setUp()
        self.panel = Panel(self.session)
        self.addCleanup(self.panel.stop)

    def tell_more(self):
        super().tell_more()
        if self.panel.item('Menu'):
            tap.tell(f'menu: {self.panel.entries()}')

    def shown(self):
        return pointer.is_visible(self.session, '^Hoist$')

    def wait_for_window(self):
        wait_for(self.shown, 'the window')

    def wait_until_hidden(self):
        wait_for(lambda: not self.shown(), 'the window to go')

    def wait_for_end(self, window):
        self.assertEqual(window.process.wait(60), 0, self.session.read_log('hoist'))

    def begin(self):
        """Starts an upload, of which all but the first part is held on its way."""
        self.backend.proxy.hold_parts(2, 3)
        window = self.open_with_destination()
        expected = self.make_files({'big.bin': 20 * MIB})
        self.drop(expected)
        self.panel.wait_for_status('Active')
        self.wait_for_parts(1)
        return window, expected

    def close_once(self, window, answer='Close Window'):
        window.click('Close')
        dialog = window.find('dialog', QUESTION)
        a11y.click(a11y.find(dialog, 'push button', answer))
        if answer == 'Cancel':
            a11y.wait_until_gone(window.root, 'dialog', QUESTION)

    def test_icon_and_progress(self):
        window = self.open_with_destination(bytes_per_s=2 * MB)
        # With the window there and nothing to do the tray has nothing to say.
        wait_for(self.panel.items, 'the item')
        self.assertEqual(self.panel.item('Status'), 'Passive')
        wait_for(lambda: self.panel.count_colours() < 4, 'the panel without an icon')
        expected = self.make_files({'Holiday.mkv': 40 * MIB})
        self.drop(expected)
        self.panel.wait_for_icon()
        wait_for(lambda: '0 of 1 file, ' in self.panel.tooltip(), 'the progress')
        wait_for(lambda: 'left' in self.panel.tooltip(), 'the time that is left')
        self.backend.hold()
        self.panel.open_menu()
        window.picture('tray-menu')
        self.panel.close_menu()
        self.backend.go_on()
        window.set_limit(0)
        window.wait_for_row('Holiday.mkv', 'Uploaded')
        self.panel.wait_for_status('Passive')
        self.assert_arrived(expected)

    def test_click_toggles_the_window(self):
        self.begin()
        self.panel.click_icon()
        self.wait_until_hidden()
        # A second start shows the same window.
        run = self.session.run(self.window.command, timeout=30)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.wait_for_window()
        self.panel.click_icon()
        self.wait_until_hidden()
        self.panel.click_icon()
        self.wait_for_window()
        # The wheel does nothing.
        self.panel.click_icon('4')
        self.panel.click_icon('5')
        self.panel.click_icon()
        self.wait_until_hidden()

    def test_pause_and_resume_from_the_menu(self):
        window, expected = self.begin()
        self.panel.choose('Pause All')
        window.wait_for_row('big.bin', 'Paused')
        wait_for(lambda: '1 paused' in self.panel.tooltip(), 'the tooltip to say so')
        self.backend.proxy.let_go()
        self.panel.choose('Resume All')
        window.wait_for_row('big.bin', 'Uploaded')
        self.assert_arrived(expected)

    def test_closed_with_work_left(self):
        window, expected = self.begin()
        self.close_once(window, 'Cancel')
        self.assertTrue(self.shown())
        self.close_once(window)
        self.wait_until_hidden()
        self.assertIsNone(window.process.poll())
        self.panel.click_icon()
        self.wait_for_window()
        # It was said once.
        window.click('Close')
        self.wait_until_hidden()
        self.backend.proxy.let_go()
        wait_for(lambda: len(self.backend.objects()) == 1, 'the file to arrive')
        self.assert_arrived(expected)
        # The icon stays as long as there is no window.
        wait_for(lambda: 'All uploads are delivered' in self.panel.tooltip(), 'the end')
        self.assertEqual(self.panel.item('Status'), 'Active')
        self.panel.choose('Quit')
        self.wait_for_end(window)
        wait_for(lambda: not self.panel.items(), 'the item to go')

    def test_quit_keeps_what_was_sent(self):
        window, expected = self.begin()
        self.panel.choose('Quit')
        self.wait_for_end(window)
        self.backend.proxy.let_go()
        self.backend.wait_until_left()
        self.assertEqual(self.backend.objects(), {})
        window = self.open()
        window.wait_for_row('big.bin', 'Not finished last time')
        self.panel.wait_for_status('Active')
        self.panel.choose('Resume All')
        window.wait_for_row('big.bin', 'Uploaded')
        self.assert_arrived(expected)

    def test_copy_a_link(self):
        window = self.open_with_destination()
        self.make_files({'with_key.txt': 1000})
        self.drop(['with_key.txt'])
        window.wait_for_row('with_key.txt', 'Uploaded')
        self.drop_slow()
        self.panel.choose('with_key.txt')
        def clipboard():
            return self.session.run(['xclip', '-o', '-selection', 'clipboard'], timeout=10).stdout
        wait_for(lambda: clipboard().endswith('with_key.txt'), 'the link in the clipboard')
        self.assertTrue(clipboard().startswith('http'))

    def drop_slow(self):
        """Gives the icon something to show."""
        self.backend.proxy.say('down')
        self.make_files({'later.bin': 1000})
        self.drop(['later.bin'])
        self.panel.wait_for_status('Active')
        self.panel.wait_for_icon()

    def test_preferences_take_it_away(self):
        window, _ = self.begin()
        self.panel.choose('Preferences')
        switch = a11y.find(window.find('list item', 'Show Progress in the Tray'), 'check box')
        window.picture('preferences-tray')
        a11y.click(switch)
        wait_for(lambda: not self.panel.items(), 'the item to go')
        a11y.click(switch)
        wait_for(self.panel.items, 'the item to come back')

    def test_attention(self):
        window = self.open_with_destination()
        self.make_files({'gone.bin': 1000})
        self.backend.proxy.say('down')
        self.drop(['gone.bin'])
        window.wait_for_row('gone.bin', 'There is no connection to the server')
        (self.home / 'files/gone.bin').unlink()
        self.backend.proxy.say('up')
        self.panel.wait_for_status('NeedsAttention')
        self.panel.wait_for_icon()
        self.assertIn('1 failed', self.panel.tooltip())
        window.picture('tray-attention')

    def test_panel_restarts(self):
        self.begin()
        self.panel.click_icon()
        self.wait_until_hidden()
        self.panel.stop()
        self.panel.start()
        wait_for(self.panel.items, 'the item to come back')
        self.panel.wait_for_icon()
        self.assertFalse(self.shown())
        # Without any tray the window comes back by itself.
        self.panel.stop()
        self.wait_for_window()
        self.panel.start()

    def test_closed_without_a_tray(self):
        window, _ = self.begin()
        self.panel.stop()
        window.click('Close')
        dialog = window.find('dialog', 'Uploads Go On in the Background')
        a11y.click(a11y.find(dialog, 'push button', 'Quit'))
        self.wait_for_end(window)
        self.panel.start()


tap.main()
