#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Hoist tells by notifications, and what their buttons do."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import pointer
import tap
from gi.repository import Gio, GLib
from hoist import MIB, parse_events
from notifications import NotificationDaemon
from session import wait_for
from unwatched import UnwatchedTestCase
from window import BUS_NAME, Window

OBJECT_PATH = '/io/github/hoist/Hoist'


class Notifications(UnwatchedTestCase):
    """With a daemon that presses buttons."""

    def setUp(self):
        super().setUp()
        self.daemon = NotificationDaemon(self.session)
        self.addCleanup(self.daemon.stop)

    def tell_more(self):
        super().tell_more()
        tap.tell(f'notifications: {self.daemon.shown()} {self.daemon.log()}')

    def activate_action(self, name, parameter):
        """What a desktop does when a notification is clicked that is older than the process."""
        return self.session.run(
            ['gdbus', 'call', '--session', '-d', BUS_NAME, '-o', OBJECT_PATH,
             '-m', 'org.freedesktop.Application.ActivateAction', name, f'[<{parameter}>]', '{}'])

    def bring_back(self):
        self.make_files({'gone.bin': 1000})

    def test_one_file(self):
        self.begin(['A & B <b>.bin'])
        shown = self.daemon.wait_for('Upload Finished')
        # Who reads markup must see the name as it is.
        self.assertEqual(shown['body'], '“A &amp; B &lt;b&gt;.bin” is uploaded.')
        self.assertEqual(list(shown['actions'].values()), ['', 'Show', 'Copy Link'])
        self.assertEqual(shown['hints']['desktop-entry'], BUS_NAME)
        self.assertNotIn('?', str(shown))
        self.daemon.press(shown, 'Copy Link')
        wait_for(lambda: self.clipboard().startswith('http'), 'the link in the clipboard')
        self.assertIn('.bin', self.clipboard())
        # Under X11 it needs no window for that.
        self.assertFalse(self.is_active())

    def test_several_files(self):
        self.begin(['a.bin', 'b.bin', 'c.bin'])
        shown = self.daemon.wait_for('Uploads Finished')
        self.assertEqual(shown['body'], '3 files, 10.5\u00a0MB, are uploaded.')
        self.assertEqual(list(shown['actions'].values()), ['', 'Show'])
        self.daemon.press(shown, 'Show')
        wait_for(self.is_active, 'the window to come to the front')
        self.assertEqual([what for what, _, _ in self.daemon.log()], ['notify'])

    def test_whoever_looks_is_not_told(self):
        self.begin(['a.bin'])
        self.daemon.wait_for('Upload Finished')
        self.activate(self.window.number)
        self.daemon.wait_until_gone()
        # With the focus at the end: not even for a moment.
        before = self.daemon.log()
        self.make_files({'b.bin': 10 * MIB})
        self.hand_over(['b.bin'], go_on=False)
        self.activate(self.window.number)
        self.backend.go_on()
        self.window.wait_for_row('b.bin', 'Uploaded')
        self.look_away()
        self.make_files({'c.bin': 10 * MIB})
        self.hand_over(['c.bin'])
        shown = self.daemon.wait_for('Upload Finished')
        self.assertIn('c.bin', shown['body'])
        self.assertEqual(len(self.daemon.log()), len(before) + 1)

    def test_the_next_batch_replaces_it(self):
        self.begin(['a.bin'])
        first = self.daemon.wait_for('Upload Finished')
        # hoistctl beside the window: nobody looks at that.
        paths = [self.home / 'files' / name for name in self.make_files({'b.bin': 10 * MIB, 'c.bin': MIB})]
        status, _ = self.ctl.upload(*paths)
        self.assertEqual(status, 0)
        second = self.daemon.wait_for('Uploads Finished')
        self.assertEqual(first['number'], second['number'])

    def test_failure_and_retry(self):
        window, expected = self.let_one_fail()
        shown = self.daemon.wait_for('Upload Failed')
        self.assertTrue(shown['body'].startswith('“gone.bin” is no longer there.'), shown)
        self.assertIn('1 file is uploaded.', shown['body'])
        self.assertEqual(list(shown['actions'].values()), ['', 'Show', 'Retry'])
        self.bring_back()
        self.daemon.press(shown, 'Retry')
        window.wait_for_row('gone.bin', 'Uploaded')
        self.assertFalse(self.is_active())
        self.assert_arrived(expected)

    def test_a_click_starts_hoist_again(self):
        window, expected = self.let_one_fail()
        self.daemon.wait_for('Upload Failed')
        window.close()
        # Buttons that nobody would hear any more are not left on the screen.
        self.daemon.wait_until_gone()
        self.bring_back()
        # GNOME's and the portal's outlive the process, and call it like this.
        self.window = Window(self.session, called_by=lambda: self.activate_action(
            'retry-uploads', '(uint64 1, uint64 18446744073709551615)'))
        self.window.wait_for_row('gone.bin', 'Uploaded')
        self.assert_arrived(expected)
        self.window.close()
        (number,) = [upload['id'] for upload in parse_events(self.ctl.run('history', '--json', target=False).stdout)
                     if upload['name'] == 'gone.bin']
        self.window = Window(self.session, called_by=lambda: self.activate_action('copy-link', f'uint64 {number}'))
        wait_for(lambda: self.clipboard().startswith('http'), 'the link in the clipboard')
        # Others can call it as they like.
        for name, parameter in (('copy-link', 'uint64 99'), ('copy-link', "'a'"), ('retry-uploads', 'uint64 1'),
                                ('retry-uploads', '(uint64 9, uint64 0)'), ('show-uploads', 'true')):
            self.activate_action(name, parameter)
        self.assertEqual(self.window.close(), 0)

    def test_in_the_background(self):
        window, expected = self.begin(['a.bin', 'b.bin'], go_on=False, settings='told-of-background=true\n')
        window.click('Close')
        wait_for(lambda: not pointer.is_visible(self.session, '^Hoist$'), 'the window to go')
        # Without a tray it is all that is there to see.
        under_way = self.daemon.wait_for('Uploads Are Under Way')
        self.assertEqual(under_way['hints']['urgency'], 0)
        self.assertEqual(list(under_way['actions'].values()), ['', 'Show'])
        self.backend.go_on()
        finished = self.daemon.wait_for('Uploads Finished')
        self.assertEqual(finished['number'], under_way['number'])
        self.assert_arrived(expected)
        # It does not end before its button can be pressed.
        self.daemon.press(finished, 'Show')
        wait_for(lambda: pointer.is_visible(self.session, '^Hoist$'), 'the window')
        self.assertIsNone(window.process.poll())

    def test_shown_again_under_way(self):
        window, _ = self.begin(['a.bin', 'b.bin', 'c.bin'], go_on=False, settings='told-of-background=true\n')
        window.click('Close')
        self.daemon.press(self.daemon.wait_for('Uploads Are Under Way'))
        wait_for(lambda: pointer.is_visible(self.session, '^Hoist$'), 'the window')
        self.backend.go_on()
        window.wait_for_row('a.bin', 'Uploaded')
        self.daemon.wait_until_gone()

    def test_without_a_daemon(self):
        self.daemon.stop()
        window, expected = self.begin(['a.bin'])
        window.wait_for_row('a.bin', 'Uploaded')
        self.assert_arrived(expected)
        self.assertEqual(window.close(), 0)
        self.assertNotIn('notification', self.session.read_log('hoist'))
        self.daemon.start()

    def test_launcher(self):
        told = []
        self.daemon.bus.signal_subscribe(
            None, 'com.canonical.Unity.LauncherEntry', 'Update', None, None, Gio.DBusSignalFlags.NONE,
            lambda *signal: told.append(signal[5].unpack()))

        def heard():
            """All that was told so far: what was true in between may be over when it is looked at."""
            while GLib.MainContext.default().iteration(False):
                pass
            return [what for _, what in told]

        self.begin(['a.bin', 'b.bin'])
        wait_for(lambda: any(what['count'] == 2 and what['progress-visible'] for what in heard()), 'the progress')
        self.assertEqual({which for which, _ in told}, {f'application://{BUS_NAME}.desktop'})
        wait_for(lambda: any(what['progress'] > 0.3 and what['progress-visible'] for what in heard()), 'the progress to grow')
        wait_for(lambda: not heard()[-1]['progress-visible'] and not heard()[-1]['count-visible'], 'the progress to go')
        self.assertEqual(heard()[-1]['count'], 0)


tap.main()
