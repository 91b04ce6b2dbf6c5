# SPDX-License-Identifier: GPL-3.0-or-later
"""Real file managers with Hoist's module, which is not installed on the machine for it."""

import os
import shutil
import subprocess
from pathlib import Path

import a11y
import pointer
from hoist import BUILD_ROOT, SOURCE_ROOT
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

    module, env = None, {}
    # What hoistctl calls it, if that is another name.
    integrated = None
    # The middle of the first file, from the corner of the view; nothing if a screen reader knows its place.
    first = None

    def __init__(self, session, folder, with_module=False):
        self.session = session
        # As if Hoist's icons were installed.
        icons = Path(session.env['XDG_DATA_HOME'], 'icons')
        if not icons.exists():
            icons.symlink_to(SOURCE_ROOT / 'data/icons')
        inside = self._with_module() if with_module else []
        self.process = session.start(self.name, [*inside, *self.command, folder], env=self.env)
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

    def on_screen(self, node):
        """(x, y, width, height) of an object on the screen."""
        return a11y.screen_extents(node)

    def item(self):
        """The middle of the first file, or of any, on the screen."""
        if self.first:
            x, y, _, _ = self.on_screen(self.pane())
            return x + self.first[0], y + self.first[1]
        x, y, width, height = self.on_screen(self.cell())
        return x + width // 2, y + height // 2

    def select_all(self):
        """Selects all files."""
        x, y, width, height = self.on_screen(self.pane())
        # Where no file is.
        pointer.click_at(self.session, x + width - 20, y + height - 20)
        pointer.press_key(self.session, 'ctrl+a')
        wait_for(self.is_selected, 'the files to be selected')

    def open_menu(self):
        """Selects all files and opens their menu."""
        self.select_all()
        pointer.click_at(self.session, *self.item(), '3')

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
    # What there is without nautilus-python.
    scripts, scripts_several = ('Scripts', 'Upload to S3'), ('Scripts', 'Upload to S3', '{}')
    has_python = any(Path('/usr/lib').glob('*/nautilus/extensions-*/libnautilus-python.so'))
    written = ('Upload to S3',) if has_python else scripts
    written_several = ('Upload to S3', '{}') if has_python else scripts_several
    name, command, title = 'nautilus', ['nautilus', '--new-window'], '^{folder}$'
    application = 'org.gnome.Nautilus'
    module = ('libnautilus-extension-4', 'extensiondir')

    def on_screen(self, node):
        x, y, width, height = a11y.window_extents(node)
        left, top, _, _ = pointer.geometry(self.session, self.number)
        return left + x, top + y, width, height

    def cell(self):
        return a11y.find(self.root, 'table cell', 'NautilusGridCell')

    def pane(self):
        self.cell()
        return a11y.find(self.root, 'table', 'GtkGridView')

    def is_selected(self):
        return any('selected' in text for text in a11y.texts(self.root))


class _WithStatusBar(FileManager):
    """The number of files and the selection stand in a bar."""

    counted, selected = 'file', 'Selection'

    def _status(self):
        return ' '.join(a11y.names(self.root, 'status bar'))

    def pane(self):
        wait_for(lambda: self.counted in self._status(), 'the files')
        return a11y.find(self.root, *self.pane_name)

    def is_selected(self):
        return self.selected in self._status()


class Thunar(_WithStatusBar):
    written = ('Upload to S3',)
    written_several = ('Upload to S3: {}',)
    name, command, title = 'thunar', ['thunar'], '^{folder} - Thunar$'
    application = 'thunar'
    module = ('thunarx-3', 'extensionsdir')
    pane_name, first = ('directory pane', 'Icon view'), (60, 50)


class Caja(_WithStatusBar):
    written = ('Scripts', 'Upload to S3')
    written_several = ('Scripts', 'Upload to S3', '{}')
    name, command, title = 'caja', ['caja', '--no-desktop'], '^{folder}$'
    application = 'caja'
    module = ('libcaja-extension', 'extensiondir')
    counted, selected, pane_name = 'item', 'selected', ('layered pane', 'Icon View')

    def cell(self):
        return a11y.find(self.root, 'icon', 'folder')


class Nemo(_WithStatusBar):
    written = ('Upload to S3',)
    written_several = ('Upload to S3: {}',)
    name, command, title = 'nemo', ['nemo'], '^{folder}$'
    application = 'nemo'
    counted, selected, pane_name = 'item', 'selected', ('layered pane', 'Icon View')
    first = (78, 65)

    def entries(self, label):
        # The menu bar has them, too.
        menus = a11y.find_all(self.root, 'window')
        return [entry for menu in menus for entry in a11y.find_all(menu, 'menu item', label)]

    def choose(self, *labels):
        for label in labels:
            x, y, width, height = self.on_screen(
                wait_for(lambda label=label: self.entries(label), f'the entry {label}')[0])
            pointer.click_at(self.session, x + width // 2, y + height // 2)


class Pcmanfm(_WithStatusBar):
    written = ('Upload to S3',)
    written_several = ('Upload to S3', '{}')
    name, command, title = 'pcmanfm', ['pcmanfm'], '^{folder}$'
    application = 'pcmanfm'
    # A program of GTK 2 speaks to screen readers only if it is told to.
    env = {'GTK_MODULES': 'gail:atk-bridge'}
    counted, selected, pane_name = 'item', 'selected', ('layered pane',)

    def cell(self):
        return a11y.find_all(self.pane(), 'icon')[0]


class _Qt(FileManager):
    """Their menus are no part of what a screen reader can look at, but it is told where the focus is."""

    # A theme with icons, of those that are there.
    env = {'QT_LINUX_ACCESSIBILITY_ALWAYS_ON': '1', 'XDG_CURRENT_DESKTOP': 'GNOME'}
    written = ('Upload to S3',)
    written_several = ('Upload to S3', '{}')
    title = '^{folder}( — Dolphin)?$'

    def __init__(self, session, folder, with_module=False):
        super().__init__(session, folder, with_module)
        self.focus = a11y.FocusWatch()

    def cell(self):
        return a11y.find(self.root, self.cell_role, 'folder')

    def pane(self):
        self.cell()
        return a11y.find(self.root, self.pane_role)

    def is_selected(self):
        # The bar leaves out what has no room, in the middle of the text.
        names = a11y.names(self.root, 'label')
        return any('sel' in name or 'cted' in name for name in names)

    def _n_windows(self):
        return len(pointer.boxes(self.session, self.name))

    def open_menu(self):
        before = self._n_windows()
        super().open_menu()
        wait_for(lambda: self._n_windows() > before, 'the menu')

    def entries(self, label):
        """Whether the focus is on an entry; else it goes to the next one."""
        count = self.focus.look()
        if self.focus.name != label:
            pointer.press_key(self.session, 'Down')
            wait_for(lambda: self.focus.look() > count, 'the focus to move')
        return self.focus.name == label

    def choose(self, *labels):
        for label in labels:
            wait_for(lambda label=label: self.entries(label), f'the entry {label}')
            pointer.press_key(self.session, 'Return')

    def stop(self):
        self.focus.stop()
        super().stop()


class Dolphin(_Qt):
    name, command, application = 'dolphin', ['dolphin'], 'dolphin'
    pane_role, cell_role = 'table', 'table cell'

    def item(self):
        x, y, width, height = self.on_screen(self.cell())
        # On its name; the icon may be missing.
        return x + width // 2, y + height - 11


class PcmanfmQt(_Qt):
    name, command, application = 'pcmanfm-qt', ['pcmanfm-qt'], 'pcmanfm-qt'
    integrated = 'pcmanfm'
    pane_role, cell_role = 'list', 'list item'


KINDS = {kind.name: kind for kind in (Nautilus, Thunar, Caja, Nemo, Pcmanfm, PcmanfmQt, Dolphin)}
