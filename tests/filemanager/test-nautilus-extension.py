#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension of Nautilus, outside of it: what it offers, when the files come and go, and how it starts Hoist."""

import os
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import gi
import tap
from gi.repository import GLib
from session import wait_for

TEMPLATE = Path(__file__).resolve().parents[2] / 'data/filemanager/nautilus-extension.py.in'
try:
    gi.require_version('Nautilus', '4.0')
    WHY_NOT = None
except ValueError as error:
    WHY_NOT = str(error)


def preset(id_, name, more=''):
    return f'[destination {id_}]\nname={name}\nurl=https://{id_}.example.org\n{more}'


class File:
    """As Nautilus has one."""

    def __init__(self, uri, target=None):
        self.uri, self.target = uri, target

    def get_uri(self):
        return self.uri

    def get_activation_uri(self):
        return self.target


@unittest.skipIf(WHY_NOT, WHY_NOT)
class ExtensionTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.own = self.folder / 'config/hoist/destinations.conf'
        self.presets = self.folder / 'etc/hoist/destinations.conf'
        self.more = self.folder / 'etc/hoist/destinations.conf.d/a.conf'
        self.started = self.folder / 'started'
        self.program = self.folder / 'hoist'
        self.extension = {}
        settings = {
            'APP_ID': 'io.github.hoist.Hoist', 'COMMAND': [str(self.program)], 'BEFORE_FILES': ['@@u'],
            'AFTER_FILES': ['@@'], 'OWN_FILE': str(self.own), 'PRESET_FOLDERS': [str(self.presets.parent)],
            'HOIST': 'Hoist', 'ENTRY': 'Upload to S3', 'TIP': 'Send', 'NOTHING_UPLOADED': 'Nothing',
            'TOO_MANY': 'too many', 'NOT_STARTED': 'not started'}
        text = TEMPLATE.read_text('utf-8')
        self.assertEqual(text.count('# @settings@\n'), 1)
        text = text.replace('# @settings@\n', ''.join(f'{name} = {value!r}\n' for name, value in settings.items()))
        # A class is registered once in a process.
        text = text.replace('class UploadMenu', f'class UploadMenu{self._testMethodName}')
        exec(compile(text, TEMPLATE, 'exec'), self.extension)
        self.told = []
        self.extension['tell'] = self.told.append

    def put(self, path, text):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, 'utf-8')

    def wait_until(self, condition, what):
        def turn():
            while GLib.MainContext.default().iteration(False):
                pass
            return condition()
        return wait_for(turn, what)

    def write_program(self, status):
        self.put(self.program, f'#!/bin/sh\nprintf "%s\\n" "$@" >"{self.started}.new"\n'
                               f'mv "{self.started}.new" "{self.started}"\nexit {status}\n')
        self.program.chmod(0o755)

    def test_the_same_as_the_accounts(self):
        """The table of tests/filemanager/test-menu-source.c."""
        for own, presets, more, expected in (
                (preset('own', 'Own'), '', '', 'own=Own;'),
                ('', preset('work', 'Work'), '', 'preset-work=Work;'),
                (preset('own', 'Own'), preset('b', 'B') + preset('a', 'A'), preset('c', 'C'),
                 'own=Own;preset-b=B;preset-a=A;preset-c=C;'),
                (preset('work', 'wörk'), preset('work', 'WÖRK'), preset('work', 'Other'),
                 'work=wörk;preset-work=WÖRK (work.example.org);'),
                ('', preset('a', 'A') + preset('b', 'A'), '', 'preset-a=A;preset-b=A (b.example.org);'),
                ('[destination preset-a]\nname=Mine\n[destination preset-b]\nname=Mine too\n',
                 preset('a', 'A', 'unlocked=name\n') + preset('b', 'B'), '', 'preset-a=Mine;preset-b=B;'),
                ('[destination preset-gone]\nname=Gone\n', '', '', ''),
                ('[hoist]\norder=preset-b;own;\n' + preset('own', 'Own'), preset('a', 'A') + preset('b', 'B'), '',
                 'preset-b=B;own=Own;preset-a=A;'),
                (preset('own', 'Own'), 'no keyfile', preset('c', 'C'), 'own=Own;preset-c=C;'),
                ('[destination A B]\nname=x\n[destination ]\nname=x\n[destination a]\nname=\n', '', '', ''),
        ):
            with self.subTest(expected):
                self.put(self.own, own)
                self.put(self.presets, presets)
                self.put(self.more, more)
                found = self.extension['Destinations']()
                self.wait_until(lambda found=found: not found.busy, 'the files to be read')
                self.assertEqual(''.join(f'{id_}={name};' for id_, name in found.now), expected)

    def test_comes_and_goes(self):
        """From no folder at all to files and back."""
        found = self.extension['Destinations']()
        self.wait_until(lambda: not found.busy, 'the files to be read')
        self.assertEqual(found.now, [])
        self.put(self.more, preset('a', 'A'))
        self.wait_until(lambda: found.now == [('preset-a', 'A')], 'the preset')
        self.put(self.own, preset('own', 'Own'))
        self.wait_until(lambda: found.now == [('own', 'Own'), ('preset-a', 'A')], 'the own one')
        self.more.unlink()
        self.wait_until(lambda: found.now == [('own', 'Own')], 'the preset to go')

    def test_no_file(self):
        """Nothing waits for what is no file."""
        self.own.parent.mkdir(parents=True)
        os.mkfifo(self.own)
        found = self.extension['Destinations']()
        self.wait_until(lambda: not found.busy, 'the files to be read')
        self.assertEqual(found.now, [])

    def test_menu(self):
        menu = self.extension['UploadMenu' + self._testMethodName]
        self.assertIn('MenuProvider', str(menu.__mro__))
        provider, files = menu(), [File('file:///a')]
        self.assertEqual(provider.get_file_items([]), [])
        (entry,) = provider.get_file_items(files)
        self.assertEqual(entry.props.label, 'Upload to S3')
        # The API before 4.0 gives the window, too.
        self.assertEqual(len(provider.get_file_items(None, files)), 1)
        provider.destinations.now = [('a', 'A_'), ('b', 'B')]
        (entry,) = provider.get_file_items(files)
        self.assertEqual([item.props.label for item in entry.props.menu.get_items()], ['A__', 'B'])

    def test_started(self):
        self.write_program(0)
        self.extension['upload']([File('file:///a%20b'), File('recent:///x', 'file:///c')], 'work')
        self.wait_until(self.started.exists, 'the program')
        self.assertEqual(self.started.read_text().split('\n'),
                         ['--to', 'work', '@@u', 'file:///a%20b', 'file:///c', '@@', ''])
        self.assertEqual(self.told, [])

    def test_not_started(self):
        self.write_program(1)
        self.extension['upload']([File('file:///a')], None)
        self.wait_until(lambda: self.told, 'the words')
        self.assertEqual(self.told, ['not started'])
        self.assertEqual(self.started.read_text().split('\n'), ['@@u', 'file:///a', '@@', ''])
        self.program.unlink()
        self.extension['upload']([File('file:///a')], None)
        self.assertIn(str(self.program), self.told[-1])

    def test_too_many(self):
        self.write_program(0)
        self.extension['upload']([File('file:///' + 100 * 'x')] * 300_000, None)
        self.assertEqual(self.told, ['too many'])


tap.main()
