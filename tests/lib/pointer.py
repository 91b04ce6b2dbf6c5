# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows, pointer and pictures of a session's X display."""

import itertools

from session import wait_for


def _xdotool(session, *arguments):
    return session.run(['xdotool', *arguments])


def window(session, title):
    """Waits for a visible window by a regular expression for its title; returns its number."""
    def search():
        return _xdotool(session, 'search', '--onlyvisible', '--name', title).stdout.split()
    return wait_for(search, f'a window titled {title}')[-1]


def boxes(session, window_class):
    """(x, y, width, height) of each visible window of a class."""
    found = []
    for number in _xdotool(session, 'search', '--onlyvisible', '--class', window_class).stdout.split():
        try:
            found.append(geometry(session, number))
        except ValueError:
            continue  # gone meanwhile
    return found


def is_visible(session, title):
    """Whether a visible window has a title that a regular expression fits."""
    return bool(_xdotool(session, 'search', '--onlyvisible', '--name', title).stdout.split())


def place(session, number, x, y, width=None, height=None):
    """Moves and resizes a window, and waits until it is there."""
    if width:
        _xdotool(session, 'windowsize', '--sync', number, str(width), str(height))
    _xdotool(session, 'windowmove', '--sync', number, str(x), str(y))


def geometry(session, number):
    """(x, y, width, height) of a window on the screen."""
    lines = _xdotool(session, 'getwindowgeometry', '--shell', number).stdout.splitlines()
    values = dict(line.split('=') for line in lines if '=' in line)
    return tuple(int(values[name]) for name in ('X', 'Y', 'WIDTH', 'HEIGHT'))


def press_key(session, keys):
    _xdotool(session, 'key', keys)


def click_at(session, x, y, button='1'):
    _xdotool(session, 'mousemove', str(x), str(y))
    _xdotool(session, 'click', button)


def screenshot(session, path):
    """Saves what the display shows as a PNG file."""
    run = session.run(['import', '-silent', '-window', 'root', path])
    if run.returncode:
        raise RuntimeError(run.stderr)


def drop_files(session, drag_source, paths, target):
    """Drags files from a window of their own and drops them on the middle of another."""
    source = session.start('drag-source', [drag_source, *paths])
    start_of_log = len(session.read_log('drag-source'))

    def says(word):
        return word in session.read_log('drag-source')[start_of_log:]

    number = window(session, '^drag-source$')
    place(session, number, 1000, 500)
    x, y, width, height = geometry(session, number)
    from_x, from_y = x + width // 2, y + height // 2
    x, y, width, height = geometry(session, target)
    to_x, to_y = x + width // 2, y + height // 2

    # Each move is an event of its own, and the next condition is looked at
    # after it: a hand does not know either how many the programs need.
    wiggle = itertools.cycle((0, 3, 6, 9, 6, 3))

    def move(at_x, at_y, word):
        _xdotool(session, 'mousemove', str(at_x + next(wiggle)), str(at_y + next(wiggle)))
        return says(word)

    _xdotool(session, 'mousemove', str(from_x), str(from_y))
    _xdotool(session, 'mousedown', '1')
    far = itertools.count(0, 4)
    wait_for(lambda: move(from_x - min(next(far), 60), from_y, 'begun'), 'the drag to begin')
    wait_for(lambda: move(to_x, to_y, 'accepted'), 'the window to accept the drag')
    _xdotool(session, 'mouseup', '1')
    status = source.wait(30)
    session.processes.remove(source)
    if status:
        raise AssertionError(f'the drop was not taken: {session.read_log("drag-source")}')


def type_into(session, number, text, end='Return'):
    """Types into a window, and a key at the end."""
    _xdotool(session, 'windowfocus', '--sync', number)
    if text:
        _xdotool(session, 'type', text)
    _xdotool(session, 'key', end)
