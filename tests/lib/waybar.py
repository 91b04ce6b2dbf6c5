# SPDX-License-Identifier: GPL-3.0-or-later
"""A tray under Wayland: that of waybar, along the top of a sway session."""

import json

import a11y
import sway
from panel import TrayHost
from session import wait_for

HEIGHT = 30
CONFIG = {'layer': 'top', 'position': 'top', 'height': HEIGHT, 'modules-left': ['tray'], 'tray': {'icon-size': 20}}
STYLE = '''* { border: none; min-height: 0; font-family: sans-serif; }
window#waybar { background: #202020; color: #ffffff; }
#tray { padding: 0 5px; }
'''
# Hoist is the only item.
ICON = (15, 15)


class Waybar(TrayHost):
    """waybar, and what is in its tray."""

    def __init__(self, session):
        super().__init__(session)
        (session.folder / 'waybar.json').write_text(json.dumps(CONFIG))
        (session.folder / 'waybar.css').write_text(STYLE)
        self.start()

    def start(self):
        folder = self.session.folder
        self.process = self.session.start(
            'waybar', ['waybar', '-c', folder / 'waybar.json', '-s', folder / 'waybar.css'])
        wait_for(self.is_there, 'the tray')

    def count_colours(self):
        """How many colours there are where the icon stands: few, if none is there."""
        return self.session.count_colours((ICON[0] - 10, ICON[1] - 10, 20, 20))

    def click_icon(self, button=sway.LEFT):
        self.wait_for_icon()
        self.session.pointer.click(*ICON, button)

    def open_menu(self):
        """Opens the menu; returns it for a screen reader."""
        self.click_icon(sway.RIGHT)
        return a11y.find(a11y.application('waybar'), 'menu item', 'Quit').get_parent()

    def choose(self, label, before_click=lambda: None):
        """Opens the menu and clicks an entry."""
        wait_for(lambda: (label, True) in self.entries(), f'the entry «{label}»')
        entry = a11y.find(self.open_menu(), 'menu item', label)
        # What it shows at first is what waybar was told before.
        wait_for(lambda: a11y.has_state(entry, 'SENSITIVE'), f'«{label}» to be sensitive')
        before_click()
        x, y, width, height = a11y.window_extents(entry)
        # The menu's corner is where the click was.
        self.session.pointer.click(ICON[0] + x + width // 2, ICON[1] + y + height // 2)
        wait_for(lambda: not a11y.find_all(a11y.application('waybar'), 'menu item', 'Quit'), 'the menu to close')
