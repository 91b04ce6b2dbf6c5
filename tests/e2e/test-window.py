#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window against the embedded backend: through a screen reader's eyes, with real drops."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import a11y
import tap
from faults import ProxiedBackend
from hoist import MIB, files_with
from session import wait_for
from window import WindowTestCase

MB = 1_000_000


PART = 8 * MIB


class Window(WindowTestCase):
    backend_class = ProxiedBackend

    def begin(self, n_parts=1, **options):
        """Starts an upload of which some parts arrive: the rest is held on its way."""
        self.backend.proxy.hold_parts(n_parts + 1, n_parts + 2)
        window = self.open_with_destination(**options)
        expected = self.make_files({'big.bin': (n_parts + 2) * PART})
        self.drop(expected)
        self.wait_for_parts(n_parts)
        return window, expected

    def unfinished_on_server(self):
        return self.backend.call('GET', '/uploads')[1]['uploads']

    def test_first_run(self):
        window = self.open()
        dialog = window.add_destination('Work', self.backend.url, 'hst_wrong')
        a11y.click(a11y.find(dialog, 'push button', 'Test Connection'))
        window.wait_for_label('The server did not accept the token')

        window.add_destination('Work', self.backend.url, self.backend.token)
        a11y.click(a11y.find(dialog, 'push button', 'Test Connection'))
        window.wait_for_label('It is a Hoist backend. Connected')
        window.picture('first-run')
        a11y.click(a11y.find(dialog, 'push button', 'Add'))
        a11y.wait_until_gone(window.root, 'frame', 'Add Destination')
        window.wait_for_label('They go to “Work”')
        window.picture('empty')

        expected = self.make_files({'Holiday.mkv': 30 * MIB, 'Thesis.pdf': 3 * MIB, 'Größe 北 #1.bin': 0})
        self.drop(expected)
        for name in expected:
            window.wait_for_row(name, 'Uploaded')
        self.assert_arrived(expected)
        window.picture('done')
        token = self.backend.token
        self.assertEqual(files_with(self.home, token), [])
        for name in ('cmdline', 'environ'):
            self.assertNotIn(token.encode(), Path(f'/proc/{window.process.pid}/{name}').read_bytes())

    def test_three_uploads_and_a_picture(self):
        window = self.open_with_destination(bytes_per_s=4 * MB)
        expected = self.make_files({
            'Holiday video.mkv': 64 * MIB, 'Thesis.pdf': 3 * MIB, 'Backup 2026-11.tar.zst': 40 * MIB})
        self.drop(expected)
        window.wait_for_row('Thesis.pdf', 'Uploaded')
        wait_for(lambda: any('left' in text for text in window.row_says('Holiday video.mkv')), 'the time that is left')
        self.backend.hold()
        window.picture('three-uploads')
        self.assertTrue(a11y.find_all(window.root, 'progress bar', 'Progress of all uploads'))
        self.backend.go_on()
        window.set_limit(0)
        for name in expected:
            window.wait_for_row(name, 'Uploaded')
        self.assert_arrived(expected)

    def test_receipt(self):
        window = self.open_with_destination()
        expected = self.make_files({'Interview.mov': 40 * MIB})
        self.drop(expected)
        window.wait_for_row('Interview.mov', 'Uploaded')
        # A menu button has a button inside, which is the one that can be pressed.
        a11y.click(a11y.find_all(window.row('Interview.mov'), 'push button', 'More')[-1])
        a11y.click(window.find('menu item', 'Receipt'))
        window.wait_for_label('Read back from the storage')
        window.wait_for_label(expected['Interview.mov'])
        window.click('Verify Again')
        window.wait_for_label('The storage has it, unchanged')
        window.click('Compare')
        window.wait_for_label('The file is what was delivered')
        window.picture('receipt')
        (path,) = self.backend.objects().values()
        path.unlink()
        window.click('Verify Again')
        window.wait_for_label('The storage does not have it any more')

    def test_folder(self):
        window = self.open_with_destination()
        expected = self.make_files({f'{index}.bin': index for index in range(50)})
        window.drop(self.home / 'files')
        wait_for(lambda: len(self.backend.objects()) == 50, 'fifty files to arrive')
        self.assert_arrived(expected)
        self.assertTrue(all('files/' in key for key in self.backend.objects()))

    def test_pause_and_resume(self):
        window, expected = self.begin()
        window.click_in_row('big.bin', 'Pause')
        window.wait_for_row('big.bin', 'Paused')
        self.backend.proxy.let_go()
        self.assertEqual(self.backend.objects(), {})
        window.click_in_row('big.bin', 'Resume')
        window.wait_for_row('big.bin', 'Uploaded')
        self.assert_arrived(expected)

    def test_cancel(self):
        window, _ = self.begin()
        self.assertTrue(self.unfinished_on_server())
        window.click_in_row('big.bin', 'Cancel')
        # A click has its effect a moment later: what is let go before that may still be delivered.
        wait_for(lambda: not window.row_says('big.bin'), 'the row to go')
        self.backend.proxy.let_go()
        # Once it cannot be taken back the server is cleared.
        wait_for(lambda: not self.unfinished_on_server(), 'the server to be cleared')
        self.assertEqual(self.backend.objects(), {})

    def test_cancel_and_undo(self):
        # However long it takes to find the button.
        window, expected = self.begin(env={'HOIST_UNDO_S': '600'})
        window.click_in_row('big.bin', 'Cancel')
        window.click('Undo')
        self.backend.proxy.let_go()
        window.wait_for_row('big.bin', 'Uploaded')
        self.assert_arrived(expected)

    def leave_some(self, end):
        """Is ended when two parts are delivered, and nothing is on its way any more."""
        window, expected = self.begin(n_parts=2)
        end(window)
        self.backend.proxy.let_go()
        self.backend.wait_until_left()
        self.assertEqual(self.backend.objects(), {})
        return expected

    def go_on_after(self, end):
        expected = self.leave_some(end)
        window = self.open()
        window.wait_for_row('big.bin', 'Not finished last time')
        window.picture('unfinished')
        window.click('Continue')
        window.wait_for_row('big.bin', 'Uploaded')
        self.assert_arrived(expected)

    def test_killed_and_started_again(self):
        self.go_on_after(lambda window: window.kill())

    def test_closed_and_started_again(self):
        def close(window):
            window.click('Close')
            window.answer('Uploads Go On in the Background', 'Quit', ends=True)
            self.assertEqual(window.process.wait(60), 0)
        self.go_on_after(close)

    def test_discard_what_was_left(self):
        self.leave_some(lambda window: window.kill())
        window = self.open()
        window.click('Discard…')
        window.click('Discard')
        wait_for(lambda: not self.unfinished_on_server(), 'the server to be cleared')
        wait_for(lambda: not window.row_says('big.bin'), 'the row to go')

    def test_hoistctl_hands_over(self):
        window = self.open_with_destination(bytes_per_s=20 * MB)
        expected = self.make_files({'handed.bin': 30 * MIB})
        ctl = self.ctl.start('ctl', 'upload', '--json', self.home / 'files/handed.bin')
        window.row('handed.bin')
        ctl.wait(60)
        self.assertEqual(ctl.returncode, 0, self.session.read_log('ctl'))
        self.assertIn('"event":"done"', self.session.read_log('ctl'))
        window.wait_for_row('handed.bin', 'Uploaded')
        self.assert_arrived(expected)

    def test_second_start_shows_the_first(self):
        window = self.open_with_destination()
        expected = self.make_files({'named.bin': 100})
        run = self.session.run(window.command + [self.home / 'files/named.bin'], timeout=30)
        self.assertEqual(run.returncode, 0, run.stderr)
        window.wait_for_row('named.bin', 'Uploaded')
        self.assert_arrived(expected)

    def test_backend_goes_and_comes(self):
        window = self.open_with_destination()
        expected = self.make_files({'a.bin': 1000})
        self.backend.proxy.say('down')
        self.drop(expected)
        window.wait_for_row('a.bin', 'There is no connection to the server.')
        window.picture('waiting')
        self.backend.proxy.say('up')
        window.wait_for_row('a.bin', 'Uploaded')
        self.assert_arrived(expected)


tap.main()
