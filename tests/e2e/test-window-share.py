#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window: a link to what was uploaded, as a text and as a picture."""

import hashlib
import sys
import urllib.request
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import a11y
import pointer
import qr
import tap
from hoist import HOISTCTL, Ctl
from session import Session, wait_for
from window import PICTURES, WindowTestCase

BUCKET = 'hoist'


class Share(WindowTestCase):
    @classmethod
    def make_session(cls):
        return Session(display=True, keyring=cls.keyring, size='1280x1600')

    def open_with_bucket(self, **options):
        """Starts hoist with the store itself as its destination, with keys and without a backend."""
        self.ctl = Ctl.for_bucket(self.session, 'Bucket', self.backend.url.removesuffix('/api/v1'), BUCKET,
                                  self.backend.folder / '.hoist/credentials')
        return self.open(**options)

    def upload(self, *names):
        expected = self.make_files({name: 1000 + index for index, name in enumerate(names)})
        self.drop(expected)
        for name in names:
            self.window.wait_for_row(name, 'Uploaded')
        return expected

    def choose(self, name, item):
        """Chooses from the menu of a row; a menu button has a button inside, which can be pressed."""
        a11y.click(a11y.find_all(self.window.row(name), 'push button', 'More')[-1])
        a11y.click(self.window.find('menu item', item))

    def clipboard(self):
        return self.session.run(['xclip', '-o', '-selection', 'clipboard'], timeout=10).stdout

    def copied(self, button='Copy Link', start='http'):
        self.window.click(button)
        wait_for(lambda: self.clipboard().startswith(start), 'a link in the clipboard')
        return self.clipboard()

    def pictured(self, name):
        """What a phone reads from the screen."""
        def read():
            self.window.picture(name)
            return qr.read_picture(PICTURES / f'{name}.png')
        (text,) = wait_for(read, 'a QR code on the screen')
        return text

    def assert_downloads(self, url, checksum):
        with urllib.request.urlopen(url, timeout=60) as answer:
            self.assertEqual(hashlib.sha256(answer.read()).hexdigest(), checksum)

    def share(self, picture):
        name = 'Interview & [1].mov'
        expected = self.upload(name)
        self.choose(name, 'Share Link…')
        self.window.wait_for_label('Anybody who has the link')
        url = self.copied()
        self.assertEqual(self.pictured(picture), url)
        self.assertEqual(parse_qs(urlsplit(url).query)['X-Amz-Expires'], ['86400'])
        self.assert_downloads(url, expected[name])
        return url

    def test_of_a_bucket(self):
        self.open_with_bucket()
        self.share('share-light')

    def test_in_the_dark(self):
        self.open_with_bucket(env={'ADW_DEBUG_COLOR_SCHEME': 'prefer-dark'})
        self.share('share-dark')

    def test_on_a_fine_screen(self):
        self.open_with_bucket(env={'GDK_SCALE': '2'})
        self.share('share-fine')

    def test_of_a_backend_and_from_its_receipt(self):
        self.open_with_destination()
        expected = self.upload('a.bin')
        self.choose('a.bin', 'Receipt')
        self.window.click('Share Link')
        self.window.wait_for_label('Anybody who has the link')
        self.assert_downloads(self.copied(), expected['a.bin'])

    def test_token_that_may_not(self):
        run = self.session.run([HOISTCTL.parents[1] / 'backend/hoist-backend', 'token', 'add', 'mean', '--no-share',
                                '--embedded', self.backend.folder])
        self.backend.token_file = self.home / 'mean'
        self.backend.token_file.write_text(run.stdout)
        self.open_with_destination()
        self.upload('a.bin')
        self.choose('a.bin', 'Share Link…')
        self.window.wait_for_label('This destination makes no links that expire.')
        self.assertNotIn('?', self.copied())

    def test_several_in_the_wanted_form(self):
        self.open_with_bucket(settings="link-format='markdown'\n")
        names = ['a].txt', 'b.txt', 'c.txt']
        self.upload(*names)
        self.choose('b.txt', 'Copy Link')
        wait_for(lambda: self.clipboard() == f'[b.txt]({self.url("b.txt")})', 'the link to one')
        x, y, width, height = a11y.window_extents(self.window.row('b.txt'))
        pointer.click_at(self.session, 20 + x + width // 2, 20 + y + height // 2)
        pointer.press_key(self.session, 'ctrl+a')
        pointer.press_key(self.session, 'ctrl+c')
        wait_for(lambda: len(self.clipboard().splitlines()) == 3, 'a line for each')
        self.window.picture('selected')
        self.assertEqual(sorted(self.clipboard().splitlines()), sorted(
            f'[{name.replace("]", chr(92) + "]")}]({self.url(name.replace("]", "%5D"))})' for name in names))

    def url(self, key):
        return f'{self.backend.url.removesuffix("/api/v1")}/{BUCKET}/{key}'

    def test_for_those_with_keys(self):
        self.open_with_destination(settings="link-format='s3'\n")
        self.upload('a b.txt')
        self.choose('a b.txt', 'Copy Link')
        wait_for(lambda: self.clipboard() == f's3://{BUCKET}/a b.txt', 'where it is')

    def test_preferences(self):
        self.open_with_bucket()
        self.upload('a.txt')
        pointer.press_key(self.session, 'ctrl+comma')
        preferences = pointer.window(self.session, '^Preferences$')
        pointer.place(self.session, preferences, 0, 0, 600, 1400)
        x, y, width, height = a11y.window_extents(self.window.find('combo box', 'Copy Links As'))
        pointer.click_at(self.session, x + width // 2, y + height // 2)
        self.window.find('label', 'Markdown')
        self.window.picture('preferences-links')
        pointer.press_key(self.session, 'Down')
        pointer.press_key(self.session, 'Return')
        a11y.wait_until_gone(self.window.root, 'label', 'HTML')
        self.window.find('label', 'Markdown')
        pointer.press_key(self.session, 'Escape')
        wait_for(lambda: not pointer.is_visible(self.session, '^Preferences$'), 'the preferences to close')
        self.choose('a.txt', 'Copy Link')
        wait_for(lambda: self.clipboard() == f'[a.txt]({self.url("a.txt")})', 'a link in Markdown')


tap.main()
