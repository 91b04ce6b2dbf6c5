#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Given only an address, the window finds out what answers there; an Uppy Companion behind a cookie, a plain backend."""

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import a11y
import pointer
import tap
from django_backend import DjangoBackend
from hoist import MIB, files_with
from session import wait_for
from uppy import FakeCompanion
from window import WindowTestCase

COOKIE = 'session=c00kie-that-nobody-may-see'


class Nonsense(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'<html>Welcome to our site!')

    do_POST = do_GET


class Detect(WindowTestCase):
    def open_editor(self, **texts):
        dialog = self.open().find('frame', 'Add Destination')
        self.fill(dialog, texts)
        return dialog

    def fill(self, dialog, texts):
        for name, text in texts.items():
            a11y.set_text(a11y.find(dialog, 'text', name), text)

    def start_nonsense(self):
        """A server that says the same to everybody; returns its address."""
        server = ThreadingHTTPServer(('127.0.0.1', 0), Nonsense)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f'http://127.0.0.1:{server.server_port}'

    def find_out(self, dialog, said):
        a11y.click(a11y.find(dialog, 'push button', 'Test Connection'))
        self.window.wait_for_label(said)

    def add(self, dialog):
        a11y.click(a11y.find(dialog, 'push button', 'Add'))
        a11y.wait_until_gone(self.window.root, 'frame', 'Add Destination')

    def click_on(self, dialog, label):
        pointer.click_at(self.session,
                         *self.window.middle_of('^Add Destination$', a11y.find(dialog, 'label', label)))

    def upload(self):
        expected = self.make_files({'a.bin': 1000, 'b.bin': 20 * MIB})
        self.drop(expected)
        for name in expected:
            self.window.wait_for_row(name, 'Uploaded')
        self.assert_arrived(expected)

    def read_settings(self):
        return (Path(self.session.env['XDG_CONFIG_HOME']) / 'hoist/destinations.conf').read_text()

    def test_backend(self):
        dialog = self.open_editor(Name='Work', Address=self.backend.url)
        self.find_out(dialog, 'A server answers, and wants to know who asks')
        self.fill(dialog, {'Token': self.backend.token})
        self.find_out(dialog, 'It is a Hoist backend. Connected')
        self.window.picture('detect-backend')
        self.add(dialog)
        self.upload()
        self.assertIn('type=hoist-api', self.read_settings())

    def test_companion(self):
        with FakeCompanion(self.backend, COOKIE) as companion:
            dialog = self.open_editor(Name='Site', Address=companion.url)
            self.find_out(dialog, 'A server answers, and wants to know who asks')
            self.click_on(dialog, 'Headers and Cookies')
            self.fill(dialog, {'Header 1, such as Cookie: session=…': f'Cookie: {COOKIE}'})
            self.find_out(dialog, 'It is an Uppy Companion. Connected')
            self.window.picture('detect-companion')
            self.add(dialog)
            self.upload()
            self.assertIn('type=companion', self.read_settings())
            self.assertEqual([path for path in files_with(self.home, COOKIE) if 'keyrings' not in path.parts], [])

    def choose_plain(self, dialog):
        pointer.put_aside(self.session)
        wait_for(lambda: a11y.has_state(dialog, 'ACTIVE'), 'the dialog to have the focus')
        # The kind is before the name, which has the focus.
        self.window.press('shift+Tab')
        self.window.choose('Plain Backend', 'End')
        a11y.find(dialog, 'text', 'Token (Optional)')

    def test_plain(self):
        """Its kind chosen by hand, and the token that a site may want."""
        django = DjangoBackend(self.session, self.backend, name=f'django-{self.name}', HOIST_PLAIN_TOKEN='1')
        self.addCleanup(django.stop)
        dialog = self.open_editor(Name='Plain', Address=django.plain_url)
        self.choose_plain(dialog)
        self.find_out(dialog, 'The server did not accept the token')
        self.fill(dialog, {'Token (Optional)': f'Token {django.token}'})
        self.find_out(dialog, 'Connected')
        self.window.picture('plain-connected')
        self.add(dialog)
        checksum = self.make_files({'a.bin': 6 * MIB})['a.bin']
        self.drop(['a.bin'])
        self.window.wait_for_row('a.bin', 'Uploaded')
        self.assertEqual(sorted(self.backend.objects()),
                         [f'anna/chunks/{checksum}_{index}' for index in range(2)])

    def test_nonsense_and_nobody(self):
        """What a person knows better is added all the same, once it was said what it is."""
        dialog = self.open_editor(Name='Later', Address=self.start_nonsense())
        self.find_out(dialog, 'Nothing at this address answers as a destination does')
        self.fill(dialog, {'Address': 'http://127.0.0.1:9'})
        self.find_out(dialog, 'The connection to 127.0.0.1 failed')
        self.window.picture('detect-nobody')
        self.choose_plain(dialog)
        a11y.click(a11y.find(dialog, 'push button', 'Add'))
        a11y.click(a11y.find(dialog, 'push button', 'Add Anyway'))
        a11y.wait_until_gone(self.window.root, 'frame', 'Add Destination')
        settings = self.read_settings()
        self.assertIn('type=plain', settings)
        self.assertIn('url=http://127.0.0.1:9', settings)

    def test_bucket(self):
        dialog = self.open_editor(Name='Bucket', Address=f'{self.backend.url.removesuffix("/api/v1")}/hoist')
        self.find_out(dialog, 'It is S3')
        self.window.picture('detect-bucket')
        self.assertEqual(a11y.text_of(a11y.find(dialog, 'text', 'Bucket')), 'hoist')


tap.main()
