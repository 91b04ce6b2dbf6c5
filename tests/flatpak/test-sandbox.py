#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hoist in its real sandbox, with the desktop's real portals: what was installed, uploads by the
command and by the window, a crash, the tray."""

import json
import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from flatpak_session import APP, INSTALLATION, SOURCE_ROOT, wait_for
from flatpak_window import SandboxTestCase, in_login, main

import a11y
import flathub_files
import panel
import pointer
from hoist import MIB

# So slow that it is never over before a test says so.
SLOW = 200_000
MANIFEST = json.loads((SOURCE_ROOT / f'flatpak/{APP}.json').read_text('utf-8'))


def permissions_of(text):
    """The finish-args that the metadata of an application stands for."""
    names = {'shared': 'share', 'sockets': 'socket', 'devices': 'device', 'filesystems': 'filesystem'}
    found, group = set(), ''
    for line in text.splitlines():
        if line.startswith('['):
            group = line.strip('[]')
        elif '=' in line and group == 'Context':
            name, _, values = line.partition('=')
            found |= {f'--{names[name]}={value}' for value in values.split(';') if value}
        elif '=' in line and group == 'Session Bus Policy':
            name, _, policy = line.partition('=')
            found.add(f'--{policy}-name={name}')
        elif '=' in line and group not in ('Application', 'Build') and not group.startswith('Extension'):
            found.add(f'[{group}] {line}')
    # That one stands for the other, where it is needed.
    if '--socket=fallback-x11' in found:
        found.discard('--socket=x11')
    return found


class InstalledTests(SandboxTestCase):
    @in_login(keyring=None)
    def test_permissions(self):
        shown = self.session.flatpak('info', '--user', '--show-permissions', APP)
        self.assertEqual(permissions_of(shown.stdout), set(MANIFEST['finish-args']))
        shown = self.session.flatpak('info', '--user', '-m', APP)
        self.assertIn(f'name={APP}\n', shown.stdout)
        self.assertIn('\ncommand=hoist\n', shown.stdout)

    @in_login(keyring=None)
    def test_what_the_desktop_gets(self):
        exports = INSTALLATION / 'exports/share'
        names = {str(path.relative_to(exports)) for path in exports.rglob('*')
                 if path.is_file() and path.name.startswith(APP) and re.match(rf'{re.escape(APP)}[.-]', path.name)}
        icons = {name for name in names if name.startswith('icons/')}
        self.assertIn(f'icons/hicolor/scalable/apps/{APP}.svg', icons)
        # All of the tray's, by names that begin with the id.
        self.assertEqual(len([name for name in icons if name.endswith('-symbolic.svg')]), 11)
        # flatpak-builder before 1.4 gives the metainfo its old name.
        self.assertEqual(names - icons - {f'metainfo/{APP}.appdata.xml', f'metainfo/{APP}.metainfo.xml'}, {
            f'applications/{APP}.desktop', f'dbus-1/services/{APP}.service'})
        self.assertTrue(any(name.startswith('metainfo/') for name in names))
        desktop = (exports / f'applications/{APP}.desktop').read_text('utf-8')
        self.assertRegex(desktop, rf'\nExec=\S*flatpak run .*--file-forwarding {re.escape(APP)} --open @@u %U @@\n')
        checked = self.session.run(['desktop-file-validate', exports / f'applications/{APP}.desktop'])
        self.assertEqual(checked.stdout + checked.stderr, '')

    @in_login(keyring=None)
    def test_rules_of_flathub(self):
        """Those about what was built; the manifests are looked at by test-manifest.py."""
        files = INSTALLATION / f'app/{APP}/current/active/files'
        sdk = next((INSTALLATION / 'runtime/org.gnome.Sdk').glob('*/*')).name

        def is_valid(path):
            # That of the runtime: those of desktops may be too old for the newest elements.
            return self.session.flatpak('run', f'--filesystem={INSTALLATION}:ro', '--command=appstreamcli',
                                        f'org.gnome.Sdk//{sdk}', 'validate', '--no-net', path).returncode == 0

        broken = {*flathub_files.of_share(files / 'share', APP, is_valid), *flathub_files.of_catalogue(files / 'share', APP),
                  *flathub_files.of_programs([files / 'bin', files / 'lib'], os.uname().machine)}
        self.assertEqual(broken, set())

    @in_login(keyring=None)
    def test_integrate_asks_for_the_folder(self):
        refused = self.ctl('integrate', 'nautilus')
        self.assertEqual(refused.returncode, 1)
        self.assertIn(f'flatpak override --user --filesystem=xdg-data/nautilus/scripts:create {APP}', refused.stderr)
        scripts = self.home / '.local/share/nautilus/scripts'
        self.assertFalse(scripts.exists())
        grant = ('--filesystem=xdg-data/nautilus/scripts:create',)
        written = self.ctl('integrate', 'nautilus', options=grant)
        self.assertEqual(written.returncode, 0, written.stderr)
        (script,) = scripts.iterdir()
        self.assertIn(f'flatpak run --file-forwarding {APP}', script.read_text('utf-8'))
        self.assertIn(str(script), written.stdout)
        removed = self.ctl('integrate', '--remove', 'nautilus', options=grant)
        self.assertEqual(removed.returncode, 0, removed.stderr)
        self.assertFalse(script.exists())


class UploadTests(SandboxTestCase):
    @in_login()
    def test_hoistctl(self):
        self.serve()
        self.add_destination()
        expected = {'small.bin': self.make('small.bin', 100), 'large.bin': self.make('large.bin', 20 * MIB)}
        run = self.ctl('upload', '--to', 'Work', self.path('small.bin'), self.path('large.bin'))
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(self.arrived(), expected)
        # A file that flatpak forwards, without any permission for it.
        expected['lent.bin'] = self.make('lent.bin', 1000)
        run = self.ctl('upload', '@@', self.path('lent.bin'), '@@', options=('--file-forwarding', '--nofilesystem=home'))
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(self.arrived(), expected)

    @in_login()
    def test_first_start_drop_kill_and_go_on(self):
        self.serve(held_parts=range(3, 7))
        expected = {'dropped.bin': self.make('dropped.bin', 48 * MIB)}
        window = self.open()
        window.add_destination('Work', self.backend.url, self.backend.token)
        window.wait_for_label('Drop')
        window.drop(self.path('dropped.bin'))
        wait_for(lambda: self.count_parts() == 2, 'some parts to arrive')
        self.picture('flatpak-upload')
        window.kill()
        self.let_go()
        window = self.open()
        window.click('Continue')
        self.wait_for_objects(expected)
        # What was there was not sent again.
        self.assertLess(self.count_parts(), 2 + 6)

    @in_login()
    def test_chosen_file(self):
        self.serve()
        expected = {'chosen.bin': self.make('chosen.bin', 3 * MIB)}
        self.add_destination()
        window = self.open()
        a11y.click(window.find('push button', 'Upload _Files…'.replace('_', '')))
        self.choose_file(self.path('chosen.bin'))
        self.wait_for_objects(expected)

    @in_login()
    def test_opened_over_the_bus(self):
        """As a file manager's «Open With» does: the desktop starts it, and it asks first."""
        self.serve()
        expected = {'opened.bin': self.make('opened.bin', 1000)}
        self.add_destination()
        called = self.session.run(
            ['gdbus', 'call', '--session', '-d', APP, '-o', '/' + APP.replace('.', '/'),
             '-m', 'org.freedesktop.Application.Open', f"['{self.path('opened.bin').as_uri()}']", '{}'])
        self.assertEqual(called.returncode, 0, called.stderr)
        root = a11y.application('hoist')
        dialog = a11y.find(root, 'dialog', 'Upload “opened.bin”?')
        a11y.click(a11y.find(dialog, 'push button', 'Upload'))
        self.wait_for_objects(expected)
        self.session.flatpak('kill', APP)

    @in_login()
    def test_tray(self):
        """The icon is in a real panel, registered by its unique name, and shows the window when clicked."""
        self.serve()
        small = {'Minutes.odt': 48_000, 'Plan of the house.pdf': 310_000}
        for name, size in {**small, 'slow.bin': 40 * MIB}.items():
            self.make(name, size)
        self.add_destination()
        tray = panel.Panel(self.session)
        window = self.open(bytes_per_s=SLOW)
        window.drop(*map(self.path, small))
        for name in small:
            window.wait_for_row(name, 'Uploaded')
        window.drop(self.path('slow.bin'))
        tray.wait_for_status('Active')
        wait_for(lambda: 'progress' in tray.item('IconName'), 'the progress in the tray')
        tray.wait_for_icon()
        (item,) = tray.items()
        self.assertTrue(item.startswith(':'), item)
        self.assertTrue(tray.item('IconName').startswith(APP), tray.item('IconName'))
        window.click('Close')
        window.click('Close Window')
        wait_for(lambda: not self.visible(), 'the window to hide')
        tray.click_icon()
        wait_for(self.visible, 'the window to come back')
        # Below the panel.
        pointer.place(self.session, pointer.window(self.session, '^Hoist$'), 20, 60, 720, 420)
        self.picture('flatpak-tray')

    def visible(self):
        return pointer.is_visible(self.session, '^Hoist$')


if __name__ == '__main__':
    main()
