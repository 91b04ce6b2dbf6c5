# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of a desktop that portals turn to and that are no programs of their own: GNOME's session manager
and its shell, a web browser (python3-dbusmock)."""

import re
import shlex

from flatpak_session import wait_for

MOCK = 'org.freedesktop.DBus.Mock'


class Mock:
    """An object on the session's bus whose calls are written down."""

    def __init__(self, session, name, path, interface, methods):
        """methods: (name, arguments' types, result's types, code)."""
        self.session, self.name, self.path, self.interface = session, name, path, interface
        self.log_name = name.rsplit('.', 1)[-1]
        session.start(self.log_name, ['/usr/bin/python3', '-m', 'dbusmock', name, path, interface])
        wait_for(lambda: session.owns(name), name)
        for method in methods:
            self._call(MOCK, 'AddMethod', interface, *method)

    def _call(self, interface, method, *arguments):
        run = self.session.run(['gdbus', 'call', '--session', '-d', self.name, '-o', self.path,
                                '-m', f'{interface}.{method}', '--', *arguments])
        if run.returncode:
            raise RuntimeError(run.stderr)
        return run.stdout

    def calls(self, method):
        """The arguments of each call of a method, as words."""
        lines = self.session.read_log(self.log_name).splitlines()
        found = (re.match(rf'[\d.]+ {method}(?: (.*))?$', line) for line in lines)
        return [shlex.split(match[1] or '') for match in found if match]


class SessionManager(Mock):
    """GNOME's: it is what keeps a computer awake there."""

    def __init__(self, session):
        # The portal takes a session without this one for another desktop's.
        Mock(session, 'org.gnome.ScreenSaver', '/org/gnome/ScreenSaver', 'org.gnome.ScreenSaver',
             [('GetActive', '', 'b', 'ret = False')])
        super().__init__(session, 'org.gnome.SessionManager', '/org/gnome/SessionManager', 'org.gnome.SessionManager', [
            ('RegisterClient', 'ss', 'o', 'ret = "/org/gnome/SessionManager/Client1"'),
            ('Inhibit', 'susu', 'u', 'self.last = getattr(self, "last", 0) + 1; ret = self.last'),
            ('Uninhibit', 'u', '', ''),
        ])

    def keeps_awake(self):
        return len(self.calls('Inhibit')) > len(self.calls('Uninhibit'))


class Shell(Mock):
    """GNOME's: it knows which applications have a window. Here none has, so that those which run are in the background."""

    def __init__(self, session):
        super().__init__(
            session, 'org.gnome.Shell', '/org/gnome/Shell/Introspect', 'org.gnome.Shell.Introspect',
            [('GetRunningApplications', '', 'a{sa{sv}}', 'ret = dbus.Dictionary({}, signature="sa{sv}")')])
