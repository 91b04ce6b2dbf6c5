#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notifications from the sandbox: by the portal to the desktop's daemon, and what its buttons do; and without one."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from flatpak_session import APP, wait_for
from flatpak_window import SandboxTestCase, in_login, main

import a11y
import pointer
from hoist import MIB
from notifications import NotificationDaemon

# So slow that it is never over before the person looks away.
SLOW = 100_000


class NotificationTestCase(SandboxTestCase):
    def look_away(self):
        """Gives the focus to another window."""
        self.session.start('other', ['xmessage', '-geometry', '200x60+1000+700', 'Other'])
        number = pointer.window(self.session, '^xmessage$')
        self.session.run(['xdotool', 'windowactivate', '--sync', number])
        wait_for(lambda: not self.is_active(), 'the other window to have the focus')

    def is_active(self):
        return self.session.run(['xdotool', 'getactivewindow']).stdout.strip() == self.window.number

    def clipboard(self):
        return self.session.run(['xclip', '-o', '-selection', 'clipboard'], timeout=10).stdout

    def begin(self, *names):
        """Uploads what goes on until finish(), and looks elsewhere."""
        self.serve()
        self.add_destination()
        self.expected = {name: self.make(name, 16 * MIB // len(names)) for name in names}
        window = self.open(bytes_per_s=SLOW)
        window.drop(*map(self.path, names))
        wait_for(lambda: all(window.row_says(name) for name in names), 'the rows')
        self.look_away()
        return window

    def finish(self):
        # What takes less than two seconds is not told.
        self.set_limit(4 * MIB)

    def let_one_fail(self):
        """Sends two files of which one is deleted before its turn comes again."""
        self.serve()
        self.add_destination()
        self.expected = {'gone.bin': self.make('gone.bin', 1000), 'good.bin': self.make('good.bin', 16 * MIB)}
        window = self.open(bytes_per_s=SLOW)
        self.backend.stop()
        window.drop(*map(self.path, self.expected))
        window.wait_for_row('gone.bin', 'There is no connection to the server')
        self.path('gone.bin').unlink()
        self.look_away()
        self.finish()
        self.backend.start()
        return window


class NotificationTests(NotificationTestCase):
    """With a daemon that presses buttons, on the host."""

    @in_login()
    def test_delivered_and_link_copied(self):
        daemon = NotificationDaemon(self.session)
        self.begin('A & B.bin')
        self.finish()
        shown = daemon.wait_for('Upload Finished')
        self.assertRegex(shown['body'], '“A (&|&amp;) B.bin” is uploaded.')
        self.assertEqual({'Show', 'Copy Link'} - set(shown['actions'].values()), set())
        self.assertEqual(shown['hints']['desktop-entry'], APP)
        # A token is never in it, nor a signature.
        self.assertNotIn('?', str(shown))
        daemon.press(shown, 'Copy Link')
        wait_for(lambda: self.clipboard().startswith('http'), 'the link in the clipboard')
        self.assertIn('.bin', self.clipboard())

    @in_login()
    def test_shown(self):
        daemon = NotificationDaemon(self.session)
        self.begin('a.bin', 'b.bin')
        self.finish()
        shown = daemon.wait_for('Uploads Finished')
        daemon.press(shown, 'Show')
        wait_for(self.is_active, 'the window to come to the front')

    @in_login(desktop='X-Other')
    def test_failed_and_tried_again(self):
        """On a desktop with no more than GTK's portals."""
        daemon = NotificationDaemon(self.session)
        window = self.let_one_fail()
        shown = daemon.wait_for('Upload Failed')
        self.assertTrue(shown['body'].startswith('“gone.bin” is no longer there.'), shown)
        self.assertEqual({'Show', 'Retry'} - set(shown['actions'].values()), set())
        self.make('gone.bin', 1000)
        daemon.press(shown, 'Retry')
        window.wait_for_row('gone.bin', 'Uploaded')
        self.wait_for_objects(self.expected)

    @in_login()
    def test_a_click_starts_it_again(self):
        """A notification outlives the program that sent it."""
        daemon = NotificationDaemon(self.session)
        window = self.let_one_fail()
        shown = daemon.wait_for('Upload Failed')
        window.kill()
        self.window = None
        self.make('gone.bin', 1000)
        daemon.press(shown, 'Retry')
        self.wait_for_objects(self.expected)
        self.session.flatpak('kill', APP)

    @in_login()
    def test_window_hidden(self):
        daemon = NotificationDaemon(self.session)
        window = self.begin('a.bin', 'b.bin')
        window.click('Close')
        a11y.click(a11y.find(window.find('dialog', 'Uploads Go On in the Background'), 'push button', 'Close Window'))
        under_way = daemon.wait_for('Uploads Are Under Way')
        self.assertIn('Show', under_way['actions'].values())
        self.finish()
        daemon.wait_for('Uploads Finished')
        self.wait_for_objects(self.expected)
        # It is the desktop's from here on: the program need not wait for a click.
        self.assertEqual(window.process.wait(90), 0)


class RealDaemonTests(NotificationTestCase):
    """As Xfce's daemon shows them."""

    @in_login(desktop='X-Other')
    def test_xfce(self):
        daemon = next(Path('/usr/lib').glob('*/xfce4/notifyd/xfce4-notifyd'), None)
        if not daemon:
            self.skipTest('no xfce4-notifyd')
        self.session.start('notifyd', [daemon])
        bubbles = a11y.application('xfce4-notifyd')
        self.begin('Rock & Roll.mkv')
        self.finish()
        a11y.find(bubbles, 'label', '“Rock & Roll.mkv” is uploaded.')
        self.picture('flatpak-notification')
        a11y.click(a11y.find(bubbles, 'push button', 'Show'))
        wait_for(self.is_active, 'the window to come to the front')


class NoDaemonTests(NotificationTestCase):
    """Nobody shows them: nothing waits for that."""

    def check(self):
        window = self.begin('a.bin')
        self.finish()
        window.wait_for_row('a.bin', 'Uploaded')
        self.wait_for_objects(self.expected)
        window.click('Close')
        self.assertEqual(window.process.wait(60), 0, self.session.read_log('hoist'))

    @in_login()
    def test_no_daemon(self):
        self.check()

    @in_login(portals=False)
    def test_no_portals(self):
        self.check()


if __name__ == '__main__':
    main()
