#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What leaves the sandbox through portals other than files that are sent: a link to the browser, a receipt to a
folder of the person's."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from flatpak_session import wait_for
from flatpak_window import SandboxTestCase, in_login, main

import a11y
import pointer
from hoist import sha256_of

# The places of entries in the menus of a delivered file and of its receipt.
RECEIPT, COPY_LOCATION, OPEN_LOCATION = range(3)
EXPORT_JSON = 2


class LinkTestCase(SandboxTestCase):
    def deliver(self):
        self.serve()
        self.add_destination()
        self.expected = {'photo.jpg': self.make('photo.jpg', 1000)}
        window = self.open()
        window.drop(self.path('photo.jpg'))
        window.wait_for_row('photo.jpg', 'Uploaded')
        return window

    def install_browser(self):
        """The person's own, which writes down what it is to show."""
        shown = self.home / 'shown'
        program = self.home / 'browser'
        program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" >>"{shown}"\n')
        program.chmod(0o755)
        applications = self.home / '.local/share/applications'
        applications.mkdir(parents=True)
        (applications / 'browser.desktop').write_text(
            f'[Desktop Entry]\nType=Application\nName=Browser\nExec={program} %u\n'
            'MimeType=x-scheme-handler/http;x-scheme-handler/https;\n')
        (self.home / '.config/mimeapps.list').write_text(
            '[Default Applications]\nx-scheme-handler/http=browser.desktop\nx-scheme-handler/https=browser.desktop\n')
        return shown


class OpenTests(LinkTestCase):
    @in_login()
    def test_link(self):
        shown = self.install_browser()
        window = self.deliver()
        window.choose_in_row('photo.jpg', OPEN_LOCATION)
        wait_for(lambda: shown.exists() and shown.read_text().endswith('\n'), 'the browser')
        link = shown.read_text()
        self.assertRegex(link, r'^http://127\.0\.0\.1:\d+/\S*photo\.jpg\n$')
        self.assertNotIn('?', link)

    @in_login(desktop='X-Other')
    def test_link_elsewhere(self):
        """With GTK's portals alone it is the same."""
        shown = self.install_browser()
        window = self.deliver()
        window.choose_in_row('photo.jpg', OPEN_LOCATION)
        wait_for(shown.exists, 'the browser')

    @in_login(portals=False)
    def test_no_portal(self):
        window = self.deliver()
        window.choose_in_row('photo.jpg', OPEN_LOCATION)
        window.wait_for_label('The location could not be opened')
        self.picture('flatpak-no-links')
        # The link can be had all the same.
        window.choose_in_row('photo.jpg', COPY_LOCATION)
        wait_for(lambda: self.session.run(['xclip', '-o', '-selection', 'clipboard'], timeout=10).stdout.endswith(
            'photo.jpg'), 'the link in the clipboard')


class ReceiptTests(LinkTestCase):
    @in_login()
    def test_export(self):
        """To a folder that the sandbox may only read: the chooser gives leave for the one file."""
        window = self.deliver()
        window.choose_in_row('photo.jpg', RECEIPT)
        receipt = window.find('frame', 'Receipt')
        a11y.click(a11y.find_all(receipt, 'toggle button', 'Copy and Export')[-1])
        window.choose(EXPORT_JSON)
        target = self.home / 'photo.receipt'
        number = pointer.window(self.session, '^Export Receipt')
        pointer.type_into(self.session, number, str(target))
        window.wait_for_label('Exported')
        # Choosers select the name without its extension.
        (exported,) = (json.loads(path.read_text()) for path in self.home.glob('photo.receipt*'))
        self.assertIn(sha256_of(self.path('photo.jpg')), json.dumps(exported))


if __name__ == '__main__':
    main()
