# SPDX-License-Identifier: GPL-3.0-or-later
"""Uploads while the person does something else."""

import pointer
from hoist import HOIST, MIB
from session import wait_for
from window import WindowTestCase

MB = 1_000_000


class UnwatchedTestCase(WindowTestCase):
    """Hoist in a window that has not the focus."""

    def setUp(self):
        super().setUp()
        self.other = None

    def begin(self, names, bytes_per_s=4 * MB, go_on=True, **options):
        """Starts uploads that take more than two seconds, from a window without the focus."""
        window = self.open_with_destination(bytes_per_s=bytes_per_s, **options)
        expected = self.make_files({name: 10 * MIB // len(names) for name in names})
        self.hand_over(expected, go_on)
        return window, expected

    def hand_over(self, names, go_on=True):
        """Uploads files as by a second start, which shows the window; then the person looks away.

        Nothing gets done before that, or before self.backend.go_on() if not go_on.
        """
        self.backend.hold()
        run = self.session.run([HOIST, *(self.home / 'files' / name for name in names)])
        self.assertEqual(run.returncode, 0, run.stderr)
        wait_for(self.is_active, 'the window to come to the front')
        self.look_away()
        if go_on:
            self.backend.go_on()

    def look_away(self):
        """Gives the focus to another window."""
        if not self.other:
            other = self.session.start('other', ['xmessage', '-geometry', '200x60+1000+20', 'Other'])
            self.addCleanup(self.session.stop, other)
            self.other = pointer.window(self.session, '^xmessage$')
        self.activate(self.other)

    def activate(self, number):
        """Gives the focus to a window."""
        self.session.run(['xdotool', 'windowactivate', '--sync', number])

    def is_active(self):
        run = self.session.run(['xdotool', 'getactivewindow'])
        return run.stdout.strip() == self.window.number

    def clipboard(self):
        return self.session.run(['xclip', '-o', '-selection', 'clipboard'], timeout=10).stdout

    def let_one_fail(self):
        """Sends two files of which one is deleted before its turn comes again."""
        window = self.open_with_destination(bytes_per_s=8 * MB)
        expected = self.make_files({'gone.bin': 1000, 'good.bin': 24 * MIB})
        self.backend.stop()
        self.hand_over(expected)
        window.wait_for_row('gone.bin', 'There is no connection to the server')
        (self.home / 'files/gone.bin').unlink()
        # The other one takes three seconds.
        self.backend.start()
        return window, expected
