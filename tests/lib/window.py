# SPDX-License-Identifier: GPL-3.0-or-later
"""The program hoist in a session with a display, as a person uses it."""

import signal
import unittest
from pathlib import Path

import a11y
import pointer
import tap
from hoist import BUILD_ROOT, DRAG_SOURCE, HOIST, HOISTCTL, Backend, Ctl, make_file, sha256_of
from session import Session, wait_for

BUS_NAME = 'io.github.hoist.Hoist'
UPLOADS_NAME = f'{BUS_NAME}.Uploads'
PICTURES = BUILD_ROOT / 'screenshots'


class Window:
    """A running hoist, and what is in its window."""

    command = [HOIST]

    def __init__(self, session, *arguments, bytes_per_s=0, settings='', called_by=None, started_by=None, env=None,
                 title='^Hoist$'):
        """called_by: a function that calls Hoist over D-Bus, which starts it; started_by: one that runs it;
        settings: lines of a keyfile."""
        self.session, self.settings = session, settings
        self.set_limit(bytes_per_s)
        env = {'GSETTINGS_BACKEND': 'keyfile', 'GSETTINGS_SCHEMA_DIR': str(BUILD_ROOT / 'data'), **(env or {})}
        if called_by:
            session.make_activatable(BUS_NAME, [*self.command, '--gapplication-service'], env)
            called_by()
            self.process = session.adopt(BUS_NAME)
        elif started_by:
            started_by()
            self.process = session.adopt(BUS_NAME)
        else:
            self.process = session.start('hoist', [*self.command, *arguments], env=env)
        self.place(title)
        self.root = a11y.application('hoist', self.process)

    def set_limit(self, bytes_per_s):
        """Settings are in a file, so that a test can set them beforehand; Hoist sees when they change."""
        keyfile = Path(self.session.env['XDG_CONFIG_HOME'], 'glib-2.0/settings/keyfile')
        keyfile.parent.mkdir(parents=True, exist_ok=True)
        keyfile.write_text(f'[io/github/hoist/Hoist]\nbytes-per-second=uint64 {bytes_per_s}\n{self.settings}')

    def place(self, title):
        self.number = pointer.window(self.session, title)
        pointer.place(self.session, self.number, 20, 20, 720, 650)

    def find(self, role, name=None):
        return a11y.find(self.root, role, name)

    def click(self, name):
        a11y.click(self.find('push button', name))

    def answer(self, heading, button, ends=False):
        """Clicks a button of the dialog with a heading, which closes it, or ends the program."""
        dialog = self.find('label', heading)
        # Not further: the window below has buttons of the same names.
        while (above := dialog.get_parent()).get_role_name() != 'application':
            dialog = above
        a11y.click(wait_for(lambda: a11y.find_all(dialog, 'push button', button), f'«{button}» below «{heading}»')[-1])
        if not ends:
            a11y.wait_until_gone(self.root, 'label', heading)

    def has_label(self, start):
        return any(text.startswith(start) for text in a11y.texts(self.root))

    def wait_for_label(self, start, seconds=60):
        wait_for(lambda: self.has_label(start), f'a label that starts with «{start}»', seconds)

    def drop(self, *paths):
        """Drops files on the middle of the window, as from a file manager."""
        pointer.drop_files(self.session, DRAG_SOURCE, paths, self.number)

    def row(self, name):
        """The row of an upload."""
        return a11y.find(self.root, 'panel', name)

    def row_says(self, name):
        """The words in an upload's row, or nothing if it is not there."""
        rows = a11y.find_all(self.root, 'panel', name)
        return a11y.texts(rows[0]) if rows else []

    def wait_for_row(self, name, start, seconds=60):
        """Waits until a line in an upload's row starts with some words."""
        try:
            wait_for(lambda: any(text.startswith(start) for text in self.row_says(name)),
                     f'«{start}» in the row of {name}', seconds)
        except TimeoutError as error:
            raise TimeoutError(f'{error}; it says {self.row_says(name)}') from None

    def click_in_row(self, name, button):
        a11y.click(a11y.find(self.row(name), 'push button', button))

    def middle_of(self, title, node):
        """Where an object of a window with a title is on the screen."""
        left, top = pointer.geometry(self.session, pointer.window(self.session, title))[:2]
        x, y, width, height = a11y.window_extents(node)
        return left + x + width // 2, top + y + height // 2

    def choose_file(self, title, path):
        """Types a path into the file chooser with a title, and waits until it has closed."""
        pointer.type_into(self.session, pointer.window(self.session, title), str(path))
        wait_for(lambda: not pointer.is_visible(self.session, title), f'{title} to close')

    def press(self, *keys):
        for key in keys:
            pointer.press_key(self.session, key)

    def choose(self, shown, *keys):
        """Opens the list of the row that has the focus, and chooses in it when one of its choices is shown."""
        # Return is for what the dialog proposes.
        self.press('space')
        self.find('label', shown)
        self.press(*keys, 'Return')

    def add_destination(self, name, url, token):
        """Fills in the dialog for a destination, which is open."""
        dialog = self.find('frame', 'Add Destination')
        for entry, text in (('Name', name), ('Address', url), ('Token', token)):
            a11y.set_text(a11y.find(dialog, 'text', entry), text)
        return dialog

    def picture(self, name):
        PICTURES.mkdir(exist_ok=True)
        pointer.screenshot(self.session, PICTURES / f'{name}.png')

    def close(self):
        """Closes the window, which ends the program; returns its exit status."""
        self.click('Close')
        status = self.process.wait(60)
        self.session.stop(self.process)
        return status

    def kill(self):
        return self.session.stop(self.process, signal.SIGKILL)


class WindowTestCase(unittest.TestCase):
    """Tests in one display, each with a home of its own. Leaves a picture when it fails."""

    keyring = 'unlocked'
    window_class = Window
    backend_class = Backend

    @classmethod
    def make_session(cls):
        return Session(display=True, keyring=cls.keyring)

    @classmethod
    def setUpClass(cls):
        cls.session = cls.enterClassContext(cls.make_session())
        a11y.connect(cls.session)

    def setUp(self):
        self.name = self.id().rsplit('.', 1)[-1]
        self.home = self.session.move_in(self.name)
        self.backend = self.backend_class(self.session, f'backend-{self.name}')
        self.window = None
        self.bad_before = self.count_bad()

    def count_bad(self):
        result = self._outcome.result
        return len(result.failures) + len(result.errors)

    def tearDown(self):
        if self.window:
            if self.count_bad() > self.bad_before:
                self.tell_more()
            self.window.kill()
        self.backend.stop()

    def tell_more(self):
        try:
            self.window.picture(f'failed-{self.name}')
            shown = a11y.dump(self.window.root)
        except Exception as error:  # the program may be gone
            shown = f'no picture: {error}'
        tap.tell(self.session.read_log('hoist'), shown, self.backend.log())

    def open(self, *arguments, **options):
        """Starts hoist."""
        self.window = self.window_class(self.session, *arguments, **options)
        return self.window

    def open_with_destination(self, before=lambda: None, **options):
        """Starts hoist with the backend as its destination «Work», and does something in between."""
        self.ctl = Ctl(self.session, self.backend, 'Work')
        before()
        return self.open(**options)

    def make_files(self, sizes):
        """Makes files to upload, {name: size}; returns {name: SHA-256}."""
        return {name: make_file(self.home / 'files' / name, size) for name, size in sizes.items()}

    def drop(self, names):
        self.window.drop(*(self.home / 'files' / name for name in names))

    def wait_for_parts(self, n_parts):
        """Waits until the list of uploads has so many parts, of which none is sent again."""
        # Whoever asks before has the list, and not whoever starts.
        wait_for(lambda: self.session.owns(UPLOADS_NAME), 'the list of uploads to be open')
        wait_for(lambda: self.ctl.parts_done() >= n_parts, f'{n_parts} parts to arrive')

    def assert_arrived(self, expected):
        """The objects are exactly these: {name: SHA-256}."""
        found = {key.rsplit('/', 1)[-1]: sha256_of(path) for key, path in self.backend.objects().items()}
        self.assertEqual(found, expected)


class HandedTestCase(WindowTestCase):
    """Files that come from other programs, to one of several destinations."""

    def setUp(self):
        super().setUp()
        self.files = self.home / 'files'

    def add_destinations(self, *names):
        """Adds the backend as destinations whose objects begin with their names."""
        for name in names:
            run = self.session.run([HOISTCTL, 'destination', 'add', '--token-file', self.backend.token_file,
                                    '--key-prefix', f'{name}/', name, self.backend.url])
            self.assertEqual(run.returncode, 0, run.stderr)

    def assert_went_to(self, destination, expected):
        """The objects are exactly these, below the destination's prefix: {path: SHA-256}."""
        objects = self.backend.objects()
        self.assertEqual(sorted(sha256_of(path) for path in objects.values()), sorted(expected.values()))
        for name in expected:
            self.assertTrue(any(key.endswith(name) and f'/{destination}/' in f'/{key}' for key in objects), objects)
