#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bucket as a destination, set up in the window: its keys are typed, kept in the keyring, and good for uploads."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import a11y
import pointer
import tap
from hoist import MIB, files_with
from session import wait_for
from window import WindowTestCase


class Bucket(WindowTestCase):
    def set_texts(self, dialog, texts):
        for name, text in texts.items():
            a11y.set_text(a11y.find(dialog, 'text', name), text)

    def stored_keys(self):
        return self.session.run(['secret-tool', 'lookup', 'application', 'io.github.hoist.Hoist']).stdout

    def switch_on(self, title):
        row = a11y.find(self.window.root, 'list item', title)
        a11y.click(a11y.find(row, 'check box', title))

    def test_add_upload_edit(self):
        keys_file = (self.backend.folder / '.hoist/credentials').read_text()
        access, secret = (re.search(rf'{name} *= *(\S+)', keys_file)[1]
                          for name in ('aws_access_key_id', 'aws_secret_access_key'))
        url = self.backend.url.removesuffix('/api/v1')
        window = self.open()
        dialog = window.find('frame', 'Add Destination')
        pointer.put_aside(self.session)
        # The kind is before the name, which has the focus.
        wait_for(lambda: a11y.has_state(dialog, 'ACTIVE'), 'the dialog to have the focus')
        window.press('shift+Tab')
        window.choose('S3 Bucket', 'Down', 'Down')
        a11y.find(dialog, 'text', 'Secret Key')
        window.picture('bucket-aws')
        window.press('Tab', 'Tab')
        window.choose('Backblaze B2', 'End')
        self.set_texts(dialog, {'Name': 'Bucket', 'Address, such as https://s3.example.org': url, 'Bucket': 'hoist',
                                'Access Key': access, 'Secret Key': 'wrong'})
        a11y.click(a11y.find(dialog, 'push button', 'Test Connection'))
        window.wait_for_label('The server did not accept the token or key')
        window.picture('bucket-wrong')
        self.set_texts(dialog, {'Secret Key': secret})
        a11y.click(a11y.find(dialog, 'push button', 'Test Connection'))
        window.wait_for_label('Connected')
        window.picture('bucket-connected')
        a11y.click(a11y.find(dialog, 'push button', 'Add'))
        a11y.wait_until_gone(window.root, 'frame', 'Add Destination')
        expected = self.make_files({'a.bin': 1000, 'b.bin': 20 * MIB})
        self.drop(expected)
        for name in expected:
            window.wait_for_row(name, 'Uploaded')
        self.assert_arrived(expected)
        found = [path for path in files_with(self.home, secret) if 'keyrings' not in path.parts]
        self.assertEqual(found, [])

        # What is not touched stays as it is, the keys with it.
        window.press('F10')
        a11y.click(window.find('menu item', 'Destinations'))
        destinations = window.find('frame', 'Destinations')
        # What it can do is asked for, and said below its address.
        wait_for(lambda: any('Files up to' in text and 'links to share' in text for text in a11y.texts(destinations)),
                 'what the bucket can do')
        window.picture('destinations')
        a11y.click(a11y.find(destinations, 'push button', 'Edit'))
        self.set_texts(window.root, {'Folder in the Destination (Optional)': 'in'})
        window.picture('bucket-edit')
        window.click('Save')
        a11y.wait_until_gone(window.root, 'push button', 'Save')
        conf = (Path(self.session.env['XDG_CONFIG_HOME']) / 'hoist/destinations.conf').read_text()
        for line in ('type=s3', f'url={url}', 'bucket=hoist', 'service=other', 'key-prefix=in'):
            self.assertIn(line, conf)

        # The keys go when that is saved, and the running program has none either.
        self.assertIn(secret, self.stored_keys())
        a11y.click(a11y.find(destinations, 'push button', 'Edit'))
        self.switch_on('Remove the Stored Keys')
        window.picture('bucket-forget')
        window.click('Save')
        a11y.wait_until_gone(window.root, 'push button', 'Save')
        self.assertEqual(self.stored_keys(), '')
        wait_for(lambda: any('There is no access key' in text for text in a11y.texts(destinations)),
                 'the list to say that there are no keys')
        window.picture('bucket-without-keys')


tap.main()
