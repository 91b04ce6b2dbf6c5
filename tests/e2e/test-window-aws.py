#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window: a profile of AWS's tools becomes a destination."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import a11y
import pointer
import tap
from hoist import files_with
from session import wait_for
from window import WindowTestCase

BUCKET = 'hoist'


class Aws(WindowTestCase):
    def setUp(self):
        super().setUp()
        self.folder = Path(self.session.env['HOME'], '.aws')
        keys = (self.backend.folder / '.hoist/credentials').read_text()
        self.secret = re.search(r'aws_secret_access_key *= *(\S+)', keys)[1]
        self.keys = '\n'.join(line for line in keys.splitlines() if '=' in line) + '\n'

    def write(self, config, credentials):
        self.folder.mkdir()
        (self.folder / 'config').write_text(config)
        (self.folder / 'credentials').write_text(credentials)

    def open_import(self):
        """Without any destination hoist asks for one: it is told no, and shows what there is."""
        window = self.open()
        window.find('frame', 'Add Destination')
        pointer.press_key(self.session, 'Escape')
        a11y.wait_until_gone(window.root, 'frame', 'Add Destination')
        a11y.click(a11y.find_all(window.find('frame', 'Hoist'), 'push button', 'Main Menu')[-1])
        a11y.click(window.find('menu item', 'Destinations'))
        window.click('Import from AWS Profiles…')
        return window

    def test_profile_becomes_a_destination(self):
        self.write(f'[profile lab]\nendpoint_url = {self.backend.url.removesuffix("/api/v1")}\nregion = us-east-1\n'
                   '[profile signed-in]\nsso_session = x\n', f'[lab]\n{self.keys}')
        window = self.open_import()
        window.wait_for_label('It signs in by SSO')
        window.picture('import-aws')
        dialog = window.find('frame', 'Import from AWS Profiles')
        # A storage that lists no buckets says so, and the name can be typed.
        window.click('Choose…')
        window.wait_for_label('These keys may not list buckets')
        window.picture('import-aws-choose')
        a11y.set_text(a11y.find(dialog, 'text', 'Bucket'), BUCKET)
        window.click('Import')
        a11y.wait_until_gone(window.root, 'frame', 'Import from AWS Profiles')
        a11y.click(a11y.find(window.find('frame', 'Destinations'), 'push button', 'Close'))
        wait_for(lambda: not pointer.is_visible(self.session, '^Destinations$'), 'the destinations to close')
        expected = self.make_files({'a.bin': 1000})
        self.drop(expected)
        window.wait_for_row('a.bin', 'Uploaded')
        self.assert_arrived(expected)
        home = Path(self.session.env['HOME'])
        found = [path for path in files_with(home, self.secret) if 'keyrings' not in path.parts]
        self.assertEqual([path for path in found if path.is_relative_to(self.folder)], [self.folder / 'credentials'])
        config = Path(self.session.env['XDG_CONFIG_HOME'], 'hoist/destinations.conf')
        wait_for(config.exists, 'the destination to be stored')
        self.assertNotIn(self.secret, config.read_text())

    def test_nothing_there(self):
        window = self.open_import()
        window.wait_for_label('There are no profiles')

    def test_bad_file(self):
        self.write('[profile lab]\nnonsense here\n', '')
        window = self.open_import()
        wait_for(lambda: any('line 2: ' in text for text in a11y.texts(window.root)), 'the line that is wrong')


tap.main()
