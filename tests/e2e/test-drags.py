#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and a folder that are dragged from a real file manager, such as nautilus, onto the window."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import a11y
import filemanager
import pointer
import tap
from window import HandedTestCase

# A process can look into one session only: a file manager for each run.
KIND = filemanager.KINDS[sys.argv.pop(1) if len(sys.argv) > 1 else 'nautilus']
FILES = {'a b#ü.txt': 10, "it's “q” $x.dat": 3000, 'folder/deep.bin': 100_000, 'folder/sub/deeper.bin': 0}


class Drags(HandedTestCase):
    def setUp(self):
        super().setUp()
        self.add_destinations('Work')
        self.expected = self.make_files(FILES)
        self.manager = KIND(self.session, self.files)
        self.addCleanup(self.manager.stop)
        self.open()
        # Beside the file manager.
        pointer.place(self.session, self.window.number, 770, 30, 500, 650)

    def tell_more(self):
        super().tell_more()
        tap.tell(a11y.dump(self.manager.root), self.session.read_log(KIND.name))

    def drag_all(self):
        """Drags all files onto the middle of the window."""
        self.manager.select_all()
        x, y, width, height = pointer.geometry(self.session, self.window.number)
        # Away from what hangs below the pointer.
        spot = x + 60, y + height - 60
        before = pointer.colour_at(self.session, *spot)
        pointer.drag(self.session, self.manager.item(), (x + width // 2, y + height // 2),
                     lambda: pointer.colour_at(self.session, *spot) != before)

    def assert_delivered(self):
        for name in self.expected:
            self.window.wait_for_row(name, 'Uploaded')
        self.assert_went_to('Work', self.expected)

    def test_files_and_a_folder(self):
        self.drag_all()
        self.assert_delivered()

    def test_one_after_another(self):
        """What a drop leaves behind must not spoil the next one."""
        self.drag_all()
        self.assert_delivered()
        for name in self.expected:
            a11y.click(a11y.find(self.window.row(name), 'push button', 'Remove from List'))
            a11y.wait_until_gone(self.window.root, 'panel', name)
        self.drag_all()
        self.assert_delivered()


tap.main()
