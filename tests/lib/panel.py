# SPDX-License-Identifier: GPL-3.0-or-later
"""Real trays in a session's display, at the top left: that of xfce4-panel, and waybar's."""

from gi.repository import Gio, GLib

import pointer
from session import wait_for

WATCHER = 'org.kde.StatusNotifierWatcher'
# The tray is the panel's first plugin, and Hoist the only item in it.
ICON = (16, 16)
CONFIG = '''<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="dark-mode" type="bool" value="{dark}"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="size" type="uint" value="32"/>
      <property name="plugin-ids" type="array"><value type="int" value="1"/></property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
    </property>
  </property>
</channel>
'''


class TrayHost:
    """What shows the tray, and what is in it, as the bus knows it."""

    def __init__(self, session):
        self.session = session
        self.bus = Gio.DBusConnection.new_for_address_sync(
            session.env['DBUS_SESSION_BUS_ADDRESS'],
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION,
            None, None)

    def stop(self):
        self.session.stop(self.process)
        wait_for(lambda: not self.is_there(), 'the tray to go')

    def _call(self, name, path, interface, method, arguments):
        try:
            reply = self.bus.call_sync(
                name, path, interface, method, arguments, None, Gio.DBusCallFlags.NO_AUTO_START, 10000, None)
        except GLib.Error:
            return None
        return reply.unpack()

    def _get(self, name, path, interface, member):
        values = self._call(
            name, path, 'org.freedesktop.DBus.Properties', 'Get', GLib.Variant('(ss)', (interface, member)))
        return values[0] if values else None

    def _get_of_watcher(self, member):
        return self._get(WATCHER, '/StatusNotifierWatcher', WATCHER, member)

    def is_there(self):
        return self._get_of_watcher('IsStatusNotifierHostRegistered')

    def items(self):
        """The bus names of the items that are registered."""
        return [item.split('/')[0] for item in self._get_of_watcher('RegisteredStatusNotifierItems') or []]

    def item(self, member):
        """A property of Hoist's item; nothing when it is not there."""
        items = self.items()
        return self._get(items[0], '/StatusNotifierItem', 'org.kde.StatusNotifierItem', member) if items else None

    def tooltip(self):
        return (self.item('ToolTip') or ('', [], '', ''))[3]

    def wait_for_status(self, status):
        wait_for(lambda: self.item('Status') == status, f'the item to be {status}')

    def wait_for_icon(self):
        # Smoothed edges bring many; a bare panel, or a frame around nothing, has few.
        wait_for(lambda: self.count_colours() > 16, 'the icon to be drawn')

    def _call_menu(self, method, arguments):
        return self._call(
            self.items()[0], '/StatusNotifierItem/Menu', 'com.canonical.dbusmenu', method, arguments)

    def entries(self):
        """What the menu shows: (label, whether it can be clicked), with '' for a line."""
        _, (_, _, children) = self._call_menu('GetLayout', GLib.Variant('(iias)', (0, -1, [])))
        return [(properties.get('label', '').replace('__', '\0').replace('_', '').replace('\0', '_'),
                 properties.get('enabled', True))
                for _, properties, _ in children if properties.get('visible', True)]


class Panel(TrayHost):
    """xfce4-panel, and what is in its tray."""

    def __init__(self, session, dark=False):
        super().__init__(session)
        # Its settings are read by a service that has the session's first home.
        folder = session.folder / 'home/.config/xfce4/xfconf/xfce-perchannel-xml'
        folder.mkdir(parents=True, exist_ok=True)
        (folder / 'xfce4-panel.xml').write_text(CONFIG.format(dark=str(dark).lower()))
        self.start()

    def start(self):
        self.process = self.session.start('panel', ['xfce4-panel', '--disable-wm-check'])
        wait_for(self.is_there, 'the tray')

    def count_colours(self):
        """How many colours there are where the icon stands: few, if none is there."""
        crop = f'24x24+{ICON[0] - 12}+{ICON[1] - 12}'
        run = self.session.run(
            ['import', '-silent', '-window', 'root', '-crop', crop, '+repage', '-format', '%k', 'info:'])
        return int(run.stdout or 0)

    def click_icon(self, button='1'):
        self.wait_for_icon()
        pointer.click_at(self.session, *ICON, button)

    def _menu_box(self):
        """(x, y, width, height) of the menu's window, if it is open."""
        # It is no child of the panel for a screen reader; a tooltip is lower.
        return next((box for box in pointer.boxes(self.session, '[Ww]rapper') if box[1] >= 20 and box[3] > 100), None)

    def open_menu(self):
        self.click_icon('3')
        return wait_for(self._menu_box, 'the menu')

    def close_menu(self):
        pointer.press_key(self.session, 'Escape')
        wait_for(lambda: not self._menu_box(), 'the menu to close')

    def choose(self, label):
        """Opens the menu and clicks an entry."""
        wait_for(lambda: (label, True) in self.entries(), f'the entry «{label}»')
        # What it shows at first is what the panel was told before.
        wait_for(lambda: self._call_menu('AboutToShow', GLib.Variant('(i)', (0,))) == (False,),
                 'the panel to be told of all changes')
        x, y, _, height = self.open_menu()
        entries = self.entries()
        lines = sum(not text for text, _ in entries)
        each = (height - lines) / (len(entries) - lines)
        before = entries[:entries.index((label, True))]
        above = sum(1 if not text else each for text, _ in before)
        pointer.click_at(self.session, x + 40, y + int(above + each / 2))
        wait_for(lambda: not self._menu_box(), 'the menu to close')
