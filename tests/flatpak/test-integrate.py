#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`hoistctl integrate` from inside the sandbox: it says what it needs, writes with leave for that one folder, the
desktop's own file manager shows the entry and starts the Flatpak with the files, and it is taken out again."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from flatpak_session import APP
from flatpak_window import SandboxTestCase, in_login, main

import filemanager
from session import wait_for


class IntegrateTests(SandboxTestCase):
    def setUp(self):
        super().setUp()
        self.forget_overrides()

    def allow_as_told(self, name, folder):
        """Does what it says has to be done first for this folder, and nothing else."""
        grant = f'--filesystem=xdg-data/{folder.relative_to(self.home / ".local/share")}:create'
        refused = self.ctl('integrate', name)
        self.assertEqual(refused.returncode, 1, refused.stderr)
        commands = re.findall(rf'flatpak override --user --filesystem=\S+ {re.escape(APP)}', refused.stderr)
        (command,) = (found for found in commands if grant in found.split())
        self.assertFalse(folder.exists())
        run = self.session.run(command.split())
        self.assertEqual(run.returncode, 0, run.stderr)

    def check(self, name, folder, files, mode=0o644, labels=None):
        kind = filemanager.KINDS[name]
        folder = self.home / folder
        self.serve()
        self.add_destination()
        expected = {Path(path).name: self.make(path, size) for path, size in files.items()}
        self.allow_as_told(name, folder)
        written = self.ctl('integrate', name)
        self.assertEqual(written.returncode, 0, written.stderr)
        (entry,) = (path for path in folder.rglob('*') if path.is_file())
        self.assertIn(f': wrote {entry}\n', written.stdout)
        self.assertEqual(entry.stat().st_mode & 0o755, mode)

        manager = kind(self.session, self.home / 'files')
        try:
            manager.open_menu()
            *submenus, label = labels or kind.written
            manager.choose(*submenus)
            wait_for(lambda: manager.entries(label), 'the entry')
            self.picture(f'flatpak-{name}')
            window = self.open(started_by=lambda: manager.choose(label))
            for file in files:
                window.wait_for_row(file, 'Uploaded')
            self.assertEqual(self.arrived(), expected)
        except BaseException:
            manager.picture(f'failed-flatpak-{name}')
            raise
        finally:
            manager.stop()

        removed = self.ctl('integrate', '--remove', name)
        self.assertEqual(removed.returncode, 0, removed.stderr)
        self.assertIn(f': removed from {entry}\n', removed.stdout)
        self.assertEqual([path for path in folder.rglob('*') if path.is_file()], [])

    @in_login()
    def test_nautilus(self):
        if not filemanager.Nautilus.has_python:
            self.skipTest('nautilus-python is not installed')
        self.check('nautilus', '.local/share/nautilus-python/extensions', {'a b#ü.txt': 10, 'folder/deep.bin': 3000})

    @in_login()
    def test_nautilus_script(self):
        self.check('nautilus', '.local/share/nautilus/scripts', {'a b#ü.txt': 10, 'folder/deep.bin': 3000}, mode=0o755,
                   labels=filemanager.Nautilus.scripts)

    @in_login()
    def test_dolphin(self):
        self.check('dolphin', '.local/share/kio/servicemenus', {'a b#ü.txt': 10, 'folder/deep.bin': 3000}, mode=0o755)

    @in_login()
    def test_nemo_home_not_readable(self):
        """What flatpak forwards is lent: it needs no permission of its own."""
        run = self.session.flatpak('override', '--user', '--nofilesystem=home', APP)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.check('nemo', '.local/share/nemo/actions', {"it's “q” $x.dat": 10, 'b.bin': 3000})


if __name__ == '__main__':
    main()
