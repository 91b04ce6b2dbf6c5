#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hoist's notifications as Xfce's daemon shows them: seen and clicked.

usage: test-notifications-xfce.py DAEMON
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import a11y
import tap
from hoist import MIB, SOURCE_ROOT
from session import wait_for
from unwatched import UnwatchedTestCase

DAEMON = sys.argv.pop(1)
# A bubble stays until it is clicked, however long a test takes to find it.
SETTINGS = '''<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-notifyd" version="1.0">
  <property name="expire-timeout" type="int" value="3600"/>
</channel>
'''


class XfceNotifications(UnwatchedTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # They are read by a service that has the session's first home.
        folder = cls.session.folder / 'home/.config/xfce4/xfconf/xfce-perchannel-xml'
        folder.mkdir(parents=True)
        (folder / 'xfce4-notifyd.xml').write_text(SETTINGS)

    def setUp(self):
        super().setUp()
        # As if Hoist were installed.
        icons = self.home / '.local/share/icons'
        icons.mkdir()
        (icons / 'hicolor').symlink_to(SOURCE_ROOT / 'data/icons/hicolor')
        daemon = self.session.start('xfce4-notifyd', [DAEMON])
        self.addCleanup(self.session.stop, daemon)
        self.bubbles = a11y.application('xfce4-notifyd')

    def click(self, button):
        a11y.click(a11y.find(self.bubbles, 'push button', button))

    def test_copy_the_link(self):
        self.begin(['Rock & Roll <live>.mkv'])
        a11y.find(self.bubbles, 'label', '“Rock & Roll <live>.mkv” is uploaded.')
        self.window.picture('notification-finished')
        self.click('Copy Link')
        wait_for(lambda: self.clipboard().startswith('http'), 'the link in the clipboard')
        a11y.wait_until_gone(self.bubbles, 'push button', 'Copy Link')

    def test_show_and_retry(self):
        window, _ = self.let_one_fail()
        a11y.find(self.bubbles, 'label', 'Upload Failed')
        window.picture('notification-failed')
        self.make_files({'gone.bin': 1000})
        self.click('Retry')
        window.wait_for_row('gone.bin', 'Uploaded')
        self.make_files({'last.bin': 24 * MIB})
        self.hand_over(['last.bin'])
        self.click('Show')
        wait_for(self.is_active, 'the window to come to the front')


tap.main()
