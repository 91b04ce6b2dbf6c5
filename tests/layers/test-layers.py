#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A layer sees what it may use and nothing else.

Takes the compiler's command line of a source file of each layer and compiles
one `#include` with it. What a layer may not use must not be found.
"""

import json
import os
import shlex
import subprocess
import sys
import unittest
from pathlib import Path

SOURCE_ROOT = Path(__file__).resolve().parents[2]
BUILD_ROOT = Path(os.environ.get('HOIST_BUILD_ROOT', SOURCE_ROOT / '_build'))
sys.path.insert(0, str(SOURCE_ROOT / 'tests/lib'))
import tap

LIBRARIES = {
    'gio': 'gio/gio.h',
    'soup': 'libsoup/soup.h',
    'json': 'json-glib/json-glib.h',
    'secret': 'libsecret/secret.h',
    'gtk': 'gtk/gtk.h',
    'adwaita': 'adwaita.h',
}
# layer: what it may use. All else in this table, and every library that is
# not named, it may not (docs/architecture.md).
MAY_USE = {
    'core': {'gio'},
    'presets': {'gio'},
    's3': {'gio', 'core'},
    'net': {'gio', 'soup', 'core', 's3'},
    'providers': {'gio', 'soup', 'json', 'core', 's3', 'net'},
    'model': {'gio', 'core'},
    'engine': {'gio', 'soup', 'json', 'core', 's3', 'net', 'providers', 'model'},
    'accounts': {'gio', 'secret', 'core', 'presets', 's3', 'model'},
    'desktop': {'gio', 'core', 'model'},
    'backend': {'gio', 'soup', 'json', 'core', 's3'},
    'filemanager': {'gio', 'presets'},
    'conformance': {'gio', 'soup', 'json', 'core', 's3', 'net', 'providers'},
    'cli': {'gio', 'secret', 'core', 'presets', 's3', 'model', 'accounts', 'filemanager', 'conformance'},
    'ui': {'gio', 'gtk', 'adwaita', 'core', 's3', 'model'},
}


def compile_commands():
    """The command line of one source file for each layer that has any."""
    commands = {}
    with open(BUILD_ROOT / 'compile_commands.json', encoding='utf-8') as database:
        for entry in json.load(database):
            path = (Path(entry['directory']) / entry['file']).resolve()
            if path.is_relative_to(SOURCE_ROOT / 'src'):
                # A layer's library, not a program that stands beside it.
                layer = path.relative_to(SOURCE_ROOT / 'src').parts[0]
                if f'libhoist-{layer}.a.p/' in entry.get('output', ''):
                    commands.setdefault(layer, shlex.split(entry['command']))
    return commands


def headers_of(name, private=False):
    """The headers of a layer or a library; private: also those for the layer itself."""
    if name in LIBRARIES:
        return [LIBRARIES[name]]
    names = (path.name for path in (SOURCE_ROOT / 'src' / name).glob('hoist-*.h'))
    return sorted(name for name in names if private or not name.endswith('-private.h'))


class Layers(unittest.TestCase):
    commands = compile_commands()

    def include(self, layer, headers):
        """Compiles includes with the layer's flags; returns the errors, '' for none."""
        flags, skip = [], False
        for argument in self.commands[layer]:
            if skip:
                skip = False
            elif argument in ('-o', '-MF', '-MQ', '-MT', '-c'):
                skip = True
            elif argument not in ('-MD', '-MMD'):
                flags.append(argument)
        run = subprocess.run(
            [*flags, '-fdiagnostics-color=never', '-fsyntax-only', '-x', 'c', '-'],
            input=''.join(f'#include <{header}>\n' for header in headers), cwd=BUILD_ROOT,
            env={**os.environ, 'LC_ALL': 'C'}, capture_output=True, text=True, check=False,
        )
        return run.stderr if run.returncode else ''

    def test_every_layer_is_in_the_table(self):
        folders = {path.parent.name for path in (SOURCE_ROOT / 'src').glob('*/hoist-*.h')}
        self.assertLessEqual(folders - {'app'}, set(MAY_USE))
        self.assertIn('core', self.commands)

    def test_sees_what_it_uses(self):
        for layer in sorted(self.commands.keys() & MAY_USE.keys()):
            for used in sorted(MAY_USE[layer] | {layer}):
                with self.subTest(f'src/{layer} includes {used}'):
                    self.assertEqual(self.include(layer, headers_of(used, used == layer)), '')

    def test_does_not_see_the_rest(self):
        for layer in sorted(self.commands.keys() & MAY_USE.keys()):
            for unused in sorted((LIBRARIES.keys() | MAY_USE.keys()) - MAY_USE[layer] - {layer}):
                with self.subTest(f'src/{layer} cannot include {unused}'):
                    for header in headers_of(unused, private=True):
                        self.assertIn(f'fatal error: {header}: No such file',
                                      self.include(layer, [header]))


tap.main()
