# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives a window as a screen reader does: by role and name, over AT-SPI."""

import os

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib

from session import wait_for

# GtkButton calls its action «click», a menu entry too; the others are for
# rows and switches.
ACTIONS = ('click', 'activate', 'press', 'toggle')


def connect(session):
    """Looks into a session from now on; once in a process."""
    os.environ['DBUS_SESSION_BUS_ADDRESS'] = session.env['DBUS_SESSION_BUS_ADDRESS']
    os.environ.update({name: session.env[name] for name in ('DISPLAY', 'WAYLAND_DISPLAY') if name in session.env})
    Atspi.init()
    # A program that is only busy is not taken for one that has nothing to show.
    Atspi.set_timeout(60000, 60000)


def application(name, process=None):
    """Waits for a program on the accessibility bus: one that ended a moment ago may be there still, and has its name."""
    def find():
        try:
            desktop = Atspi.get_desktop(0)
            children = [desktop.get_child_at_index(index) for index in range(desktop.get_child_count())]
        except GLib.Error:
            return None
        for child in filter(None, children):
            try:
                if child.get_name() == name and (not process or child.get_process_id() == process.pid):
                    return child
            except GLib.Error:
                continue  # gone meanwhile
        return None
    return wait_for(find, f'the application {name} on the accessibility bus')


def walk(root):
    """All accessible objects below one, itself included; those that vanish meanwhile are left out."""
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        try:
            count = node.get_child_count()
            children = [node.get_child_at_index(index) for index in range(count)]
        except GLib.Error:
            continue
        pending.extend(child for child in reversed(children) if child)


def has_state(node, state):
    return node.get_state_set().contains(getattr(Atspi.StateType, state))


def is_showing(node):
    """Whether there is something of it to see."""
    # GTK 4.8 sets SHOWING for windows only; what is not mapped has no extents.
    if not has_state(node, 'VISIBLE'):
        return False
    return has_state(node, 'SHOWING') or min(window_extents(node)[2:]) > 0


def name_of(node):
    """What it is called."""
    name = node.get_name() or ''
    # GTK 4.8 calls a button with a mnemonic «_Add Add».
    half = len(name) // 2 + 1
    return name[half:] if name[:half].replace('_', '') == name[half:] + ' ' else name


def find_all(root, role, name=None, start=''):
    """The showing objects with a role and, where given, a name, or how that begins."""
    found = []
    for node in walk(root):
        try:
            called = name_of(node) if node.get_role_name() == role else None
            if called is not None and name in (None, called) and called.startswith(start) and is_showing(node):
                found.append(node)
        except GLib.Error:
            continue
    return found


def names(root, role):
    """What the showing objects with a role are called; those that vanish meanwhile are left out."""
    found = []
    for node in find_all(root, role):
        try:
            found.append(name_of(node))
        except GLib.Error:
            continue
    return found


def find(root, role, name=None, start=''):
    """Waits for an object that shows, and returns it."""
    try:
        return wait_for(lambda: find_all(root, role, name, start), f'{role} «{start or name}»')[0]
    except TimeoutError as error:
        raise TimeoutError(f'{error}; there is:\n{dump(root)}') from None


def wait_until_gone(root, role, name=None):
    """Not for what goes together with the last window: GTK (4.8, and later) crashes if it is asked for a window
    that was hidden since it was counted (GetChildAtIndex in gtkatspiroot.c)."""
    wait_for(lambda: not find_all(root, role, name), f'{role} «{name}» to go')


def click(node):
    """Does what a click does, and fails if that is not possible."""
    action = node.get_action_iface()
    names = [action.get_action_name(index) for index in range(action.get_n_actions())] if action else []
    index = next((names.index(name) for name in ACTIONS if name in names), None)
    if index is None:
        raise AssertionError(f'{node.get_role_name()} «{name_of(node)}» cannot be clicked, only {names}')
    wait_for(lambda: has_state(node, 'SENSITIVE'), f'«{name_of(node)}» to be sensitive')
    if not action.do_action(index):
        raise AssertionError(f'clicking «{name_of(node)}» failed')


def text_of(node):
    """An entry's or label's text; nothing if it is gone meanwhile, as with a row that moved."""
    try:
        text = node.get_text_iface()
        if not text:
            return node.get_name() or ''
        # GTK 4.8 gives nothing when asked for the text up to -1.
        return Atspi.Text.get_text(text, 0, Atspi.Text.get_character_count(text))
    except GLib.Error:
        return ''


def texts(root):
    """The labels that show; those that vanish meanwhile are left out."""
    found = []
    for label in find_all(root, 'label'):
        try:
            found.append(text_of(label))
        except GLib.Error:
            continue
    return found


def set_text(node, value):
    """Types a text over what an entry holds."""
    if not node.get_editable_text_iface().set_text_contents(value):
        raise AssertionError(f'«{name_of(node)}» takes no text')


def window_extents(node):
    """(x, y, width, height) of an object, relative to its window's surface."""
    component = node.get_component_iface()
    if not component:
        return 0, 0, 0, 0
    rectangle = component.get_extents(Atspi.CoordType.WINDOW)
    return rectangle.x, rectangle.y, rectangle.width, rectangle.height


def screen_extents(node):
    """(x, y, width, height) of an object on the screen; GTK 4 does not know."""
    rectangle = node.get_component_iface().get_extents(Atspi.CoordType.SCREEN)
    return rectangle.x, rectangle.y, rectangle.width, rectangle.height


class FocusWatch:
    """The name of what has the focus, as a screen reader is told while keys are pressed."""

    def __init__(self):
        self.name, self.count = None, 0
        self.listener = Atspi.EventListener.new(self._focused)
        self.listener.register('object:state-changed:focused')

    def _focused(self, event):
        if event.detail1:
            self.name = event.source.get_name()
            self.count += 1

    def look(self):
        """Takes in what was told meanwhile; returns how often the focus moved."""
        while GLib.MainContext.default().iteration(False):
            pass
        return self.count

    def stop(self):
        self.listener.deregister('object:state-changed:focused')


def dump(root):
    """What a screen reader sees, a line an object: for messages about failures."""
    lines = []
    def describe(node, depth):
        try:
            shown = '' if is_showing(node) else ' (hidden)'
            lines.append(f'{"  " * depth}{node.get_role_name()} «{name_of(node)}»{shown}')
            for index in range(node.get_child_count()):
                child = node.get_child_at_index(index)
                if child:
                    describe(child, depth + 1)
        except GLib.Error:
            pass
    describe(root, 0)
    return '\n'.join(lines)
