#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that other programs hand to the window: command line, D-Bus, activation."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from hoist import BUILD_ROOT, HOIST
from window import BUS_NAME, HandedTestCase

OBJECT = '/io/github/hoist/Hoist'


class Handed(HandedTestCase):
    def setUp(self):
        super().setUp()
        self.add_destinations('Work', 'Archive')

    def call(self, method, *arguments):
        return self.session.run(['gdbus', 'call', '--session', '-d', BUS_NAME, '-o', OBJECT,
                                 '-m', f'org.freedesktop.Application.{method}', *arguments])

    def upload_action(self, parameter):
        return self.call('ActivateAction', 'upload', f'[<{parameter}>]', '{}')

    def test_command_line(self):
        expected = self.make_files({'a b#ü.txt': 10, 'second.bin': 20})
        window = self.open('--to', 'Archive', *(self.files / name for name in expected))
        for name in expected:
            window.wait_for_row(name, 'Uploaded')
        self.assert_went_to('Archive', expected)

    def test_command_line_of_a_second_start(self):
        window = self.open()
        expected = self.make_files({'named.bin': 100})
        run = self.session.run([HOIST, '--to', 'archive', 'named.bin'], cwd=self.files, timeout=30)
        self.assertEqual(run.returncode, 0, run.stderr)
        window.wait_for_row('named.bin', 'Uploaded')
        self.assert_went_to('Archive', expected)

    def test_opened_by_a_launcher(self):
        expected = self.make_files({'seen.bin': 100})
        window = self.open('--open', self.files / 'seen.bin')
        window.answer('Upload “seen.bin”?', 'Cancel')
        self.assertEqual(self.backend.objects(), {})
        run = self.session.run([HOIST, '--open', (self.files / 'seen.bin').as_uri()], timeout=30)
        self.assertEqual(run.returncode, 0, run.stderr)
        window.answer('Upload “seen.bin”?', 'Upload')
        window.wait_for_row('seen.bin', 'Uploaded')
        self.assert_went_to('Work', expected)

    def test_command_line_refused(self):
        run = self.session.run([HOIST, '--to', 'archive'], timeout=30)
        self.assertEqual(run.returncode, 2)
        self.assertIn('--to needs', run.stderr)

    def test_destination_that_is_gone(self):
        window = self.open()
        self.make_files({'named.bin': 100})
        self.assertEqual(self.upload_action(f"('gone', ['{(self.files / 'named.bin').as_uri()}'])").returncode, 0)
        window.wait_for_label('Nothing was added')
        self.assertEqual(self.backend.objects(), {})

    def test_remote_location(self):
        window = self.open()
        expected = self.make_files({'here.bin': 100})
        uri = (self.files / 'here.bin').as_uri()
        run = self.call('Open', f"['sftp://host.invalid/there.bin', '{uri}']", '{}')
        self.assertEqual(run.returncode, 0, run.stderr)
        window.wait_for_label('Upload 2 Items?')
        self.assertEqual(self.backend.objects(), {})
        window.answer('Upload 2 Items?', 'Upload')
        window.wait_for_label('“there.bin” is not on this computer')
        window.wait_for_row('here.bin', 'Uploaded')
        self.assert_went_to('Work', expected)

    def test_bad_calls_change_nothing(self):
        window = self.open()
        for parameter in ("'x'", "('', @as [])", "('work', ['relative'])", '(1, 2)', "['file:///etc/hostname']"):
            with self.subTest(parameter):
                self.upload_action(parameter)
                self.assertEqual(window.process.poll(), None)
        expected = self.make_files({'good.bin': 5})
        self.upload_action(f"('work', ['{(self.files / 'good.bin').as_uri()}'])")
        window.wait_for_row('good.bin', 'Uploaded')
        self.assertEqual(len(self.backend.objects()), 1)
        self.assert_went_to('Work', expected)

    def test_started_by_the_bus(self):
        expected = self.make_files({'first.bin': 100})
        parameter = f"('archive', ['{(self.files / 'first.bin').as_uri()}'])"
        window = self.open(called_by=lambda: self.upload_action(parameter))
        window.wait_for_row('first.bin', 'Uploaded')
        self.assert_went_to('Archive', expected)

    def test_service_file(self):
        service = (BUILD_ROOT / f'data/{BUS_NAME}.service').read_text().splitlines()
        self.assertEqual(service[1:3], ['[D-BUS Service]', f'Name={BUS_NAME}'])
        self.assertRegex(service[3], '^Exec=/.*/hoist --gapplication-service$')


tap.main()
