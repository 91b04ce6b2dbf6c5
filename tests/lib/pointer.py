# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows, pointer and pictures of a session's X display."""

import itertools

from session import wait_for


# As xwininfo calls them.
GEOMETRY = ('Absolute upper-left X', 'Absolute upper-left Y', 'Width', 'Height')

LOOKS_BEFORE_DROP = 20


def _xdotool(session, *arguments):
    return session.run(['xdotool', *arguments])


def _search(session, *criteria):
    """The numbers of the visible windows that fit."""
    def look():
        run = _xdotool(session, 'search', '--onlyvisible', *criteria)
        # Where one goes while it looks, xdotool ends with an X error instead of an answer.
        return None if run.stderr else run
    return wait_for(look, 'an answer of xdotool').stdout.split()


def window(session, title):
    """Waits for a visible window by a regular expression for its title; returns its number."""
    return wait_for(lambda: _search(session, '--name', title), f'a window titled {title}')[-1]


def boxes(session, window_class):
    """(x, y, width, height) of each visible window of a class."""
    found = []
    for number in _search(session, '--class', window_class):
        try:
            found.append(geometry(session, number))
        except ValueError:
            continue  # gone meanwhile
    return found


def is_visible(session, title):
    """Whether a visible window has a title that a regular expression fits."""
    return bool(_search(session, '--name', title))


def place(session, number, x, y, width=None, height=None):
    """Moves and resizes a window, and waits until it is there."""
    if width:
        _xdotool(session, 'windowsize', '--sync', number, str(width), str(height))
    _xdotool(session, 'windowmove', '--sync', number, str(x), str(y))


def geometry(session, number):
    """(x, y, width, height) of a window on the screen."""
    # xdotool counts a window manager's frame twice.
    lines = session.run(['xwininfo', '-id', str(number)]).stdout.splitlines()
    values = dict(line.strip().split(':', 1) for line in lines if ':' in line)
    return tuple(int(values.get(name, '')) for name in GEOMETRY)


def press_key(session, keys):
    _xdotool(session, 'key', keys)


def put_aside(session):
    """Moves the pointer to where no window is: a list below it chooses what it is over."""
    _xdotool(session, 'mousemove', '1279', '799')


def click_at(session, x, y, button='1'):
    _xdotool(session, 'mousemove', str(x), str(y))
    _xdotool(session, 'click', button)


def screenshot(session, path):
    """Saves what the display shows as a PNG file."""
    run = session.run(['import', '-silent', '-window', 'root', path])
    if run.returncode:
        raise RuntimeError(run.stderr)


def drag(session, start, end, is_accepted, has_begun=lambda: True):
    """Drags from one spot of the screen to another, and drops there what is accepted."""
    # Each move is an event of its own, and the next condition is looked at
    # after it: a hand does not know either how many the programs need.
    wiggle = itertools.cycle((0, 3, 6, 9, 6, 3))

    def move(at_x, at_y, condition):
        _xdotool(session, 'mousemove', str(at_x + next(wiggle)), str(at_y + next(wiggle)))
        return condition()

    def accepts_for_good():
        # Programs accept, take it back and accept again as the pointer comes in, and their answers
        # are late: the hand rests, and lets go if nothing has changed after so many looks.
        return move(*end, is_accepted) and all(
            _xdotool(session, 'getmouselocation') and is_accepted() for _ in range(LOOKS_BEFORE_DROP))

    _xdotool(session, 'mousemove', *map(str, start))
    _xdotool(session, 'mousedown', '1')
    try:
        # Slowly over what programs take for a trembling hand.
        for distance in range(0, 60, 4):
            move(start[0] - distance, start[1], has_begun)
        wait_for(lambda: move(start[0] - 60, start[1], has_begun), 'the drag to begin')
        wait_for(accepts_for_good, 'the window to accept the drag')
    finally:
        _xdotool(session, 'mouseup', '1')


def colour_at(session, x, y):
    """The colour of a spot of the screen, in words that only comparing makes sense with."""
    return session.run(['import', '-silent', '-window', 'root', '-crop', f'1x1+{x}+{y}', '+repage', 'txt:-']).stdout


def drop_files(session, drag_source, paths, target):
    """Drags files from a window of their own and drops them on the middle of another."""
    source = session.start('drag-source', [drag_source, *paths])
    start_of_log = len(session.read_log('drag-source'))

    def words():
        return session.read_log('drag-source')[start_of_log:].split()

    number = window(session, '^drag-source$')
    place(session, number, 1000, 500)
    x, y, width, height = geometry(session, number)
    from_x, from_y = x + width // 2, y + height // 2
    x, y, width, height = geometry(session, target)
    to_x, to_y = x + width // 2, y + height // 2

    drag(session, (from_x, from_y), (to_x, to_y), lambda: words()[-1:] == ['accepted'], lambda: 'begun' in words())
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
