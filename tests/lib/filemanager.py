# SPDX-License-Identifier: GPL-3.0-or-later
"""Real file managers with Hoist's module, which is not installed on the machine for it."""

import os
import shutil
import subprocess
from pathlib import Path

import a11y
import pointer
from hoist import BUILD_ROOT
from session import wait_for

# Runs a command that sees, and that alone, a folder over another one.
OVER = 'mount -t overlay overlay -o "lowerdir=$1:$2" "$2" && shift 2 && exec "$@"'


def _with_folder_over(upper, lower):
    """The beginning of a command line."""
    root = [] if os.getuid() == 0 else ['--map-root-user']
    return ['unshare', *root, '--mount', '--propagation', 'private', 'sh', '-c', OVER, 'sh', upper, lower]


def why_not(folder):
    """Why a module cannot be put into a file manager here, or nothing."""
    run = subprocess.run([*_with_folder_over(folder, '/usr/lib'), 'true'], capture_output=True, text=True, check=False)
    return f'no mount namespace: {run.stderr.strip()}' if run.returncode else None


class FileManager:
    """A running file manager that shows a folder."""

    module = None

    def __init__(self, session, folder, with_module=False):
        self.session = session
        inside = self._with_module() if with_module else []
        self.process = session.start(self.name, [*inside, *self.command, folder])
        self.number = pointer.window(session, self.title.format(folder=folder.name))
        pointer.place(session, self.number, 0, 0, 760, 600)
        self.root = a11y.application(self.application)

    def _with_module(self):
        """What makes the built module look installed."""
        package, variable = self.module
        run = subprocess.run(['pkg-config', f'--variable={variable}', package],
                             capture_output=True, text=True, check=True)
        modules = Path(run.stdout.strip())
        upper = self.session.folder / f'over-{self.name}'
        copy = upper / modules.relative_to('/usr/lib')
        copy.mkdir(parents=True, exist_ok=True)
        shutil.copy(BUILD_ROOT / f'src/filemanager/extensions/lib{self.name}-hoist.so', copy)
        return _with_folder_over(upper, '/usr/lib')

    def open_menu(self):
        """Selects all files and opens their menu."""
        x, y, width, height = self.view()
        left, top, _, _ = pointer.geometry(self.session, self.number)
        # Where no file is.
        pointer.click_at(self.session, left + x + width - 20, top + y + height - 20)
        pointer.press_key(self.session, 'ctrl+a')
        wait_for(self.is_selected, 'the files to be selected')
        pointer.press_key(self.session, 'shift+F10')

    def choose(self, *labels):
        """Clicks an entry in the menu that is open: in a submenu with more than one label."""
        for label in labels:
            a11y.click(wait_for(lambda label=label: self.entries(label), f'the entry {label}')[0])

    def entries(self, label):
        return [entry for role in ('menu item', 'menu') for entry in a11y.find_all(self.root, role, label)]

    def close_menu(self):
        pointer.press_key(self.session, 'Escape')
        pointer.press_key(self.session, 'Escape')

    def picture(self, name):
        path = BUILD_ROOT / 'screenshots'
        path.mkdir(exist_ok=True)
        pointer.screenshot(self.session, path / f'{name}.png')

    def stop(self):
        self.session.stop(self.process)


class Nautilus(FileManager):
    written = ('Scripts', 'Upload to S3')
    written_several = ('Scripts', 'Upload to S3', '{}')
    name, command, title = 'nautilus', ['nautilus', '--new-window'], '^{folder}$'
    application = 'org.gnome.Nautilus'
    module = ('libnautilus-extension-4', 'extensiondir')

    def view(self):
        wait_for(lambda: a11y.find_all(self.root, 'table cell', 'NautilusGridCell'), 'the files')
        return a11y.window_extents(a11y.find(self.root, 'table', 'GtkGridView'))

    def is_selected(self):
        return any('selected' in text for text in a11y.texts(self.root))


class _WithStatusBar(FileManager):
    """The number of files and the selection stand in a bar."""

    def _status(self):
        return ' '.join(bar.get_name() or '' for bar in a11y.find_all(self.root, 'status bar'))

    def view(self):
        wait_for(lambda: 'file' in self._status(), 'the files')
        return a11y.window_extents(self.pane())

    def is_selected(self):
        return self._status().startswith('Selection')


class Thunar(_WithStatusBar):
    written = ('Upload to S3',)
    written_several = ('Upload to S3: {}',)
    name, command, title = 'thunar', ['thunar'], '^{folder} - Thunar$'
    application = 'thunar'
    module = ('thunarx-3', 'extensionsdir')

    def pane(self):
        return a11y.find(self.root, 'directory pane', 'Icon view')


class Caja(FileManager):
    written = ('Scripts', 'Upload to S3')
    written_several = ('Scripts', 'Upload to S3', '{}')
    name, command, title = 'caja', ['caja', '--no-desktop'], '^{folder}$'
    application = 'caja'
    module = ('libcaja-extension', 'extensiondir')

    def view(self):
        return a11y.window_extents(a11y.find(self.root, 'layered pane'))

    def is_selected(self):
        return any('selected' in (bar.get_name() or '') for bar in a11y.find_all(self.root, 'status bar'))
