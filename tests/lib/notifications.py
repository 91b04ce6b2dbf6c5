#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A notification daemon of a session that keeps what it is told, and presses buttons when it is asked to.

As a program it is the daemon, as a module what a test sees of it.
"""

import json
import sys

from gi.repository import Gio, GLib

from session import wait_for

NAME = 'org.freedesktop.Notifications'
PATH = '/org/freedesktop/Notifications'
CONTROL = 'io.github.hoist.Test.Notifications'
XML = f'''<node>
  <interface name="{NAME}">
    <method name="GetCapabilities"><arg type="as" direction="out"/></method>
    <method name="GetServerInformation">
      <arg type="s" direction="out"/><arg type="s" direction="out"/>
      <arg type="s" direction="out"/><arg type="s" direction="out"/>
    </method>
    <method name="Notify">
      <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
      <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
      <arg type="a{{sv}}" direction="in"/><arg type="i" direction="in"/>
      <arg type="u" direction="out"/>
    </method>
    <method name="CloseNotification"><arg type="u" direction="in"/></method>
    <signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
    <signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
    <signal name="ActivationToken"><arg type="u"/><arg type="s"/></signal>
  </interface>
  <interface name="{CONTROL}">
    <method name="Tell"><arg type="s" direction="out"/></method>
    <method name="Press"><arg type="u" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/></method>
  </interface>
</node>'''


class _Service:
    """The daemon: `shown` is what is on the screen by number, `log` all that was ever asked."""

    def __init__(self, connection, capabilities):
        self.connection, self.capabilities = connection, capabilities
        self.shown, self.log, self.last = {}, [], 0
        for interface in Gio.DBusNodeInfo.new_for_xml(XML).interfaces:
            connection.register_object(PATH, interface, self.call, None, None)

    def emit(self, name, kind, *values):
        self.connection.emit_signal(None, PATH, NAME, name, GLib.Variant(kind, values))

    def call(self, _connection, _sender, _path, _interface, method, parameters, invocation):
        invocation.return_value(getattr(self, method)(*parameters.unpack()))

    def GetCapabilities(self):
        return GLib.Variant('(as)', (self.capabilities,))

    def GetServerInformation(self):
        return GLib.Variant('(ssss)', ('hoist-test', 'Hoist', '1', '1.2'))

    def Notify(self, _name, replaced, icon, title, body, actions, hints, timeout):
        number = replaced or self.last + 1
        self.last = max(self.last, number)
        self.shown[number] = {
            'title': title, 'body': body, 'icon': icon, 'hints': hints, 'timeout': timeout, 'number': number,
            'actions': dict(zip(actions[::2], actions[1::2], strict=True))}
        self.log.append(['notify', number, title])
        return GLib.Variant('(u)', (number,))

    def CloseNotification(self, number):
        self.log.append(['close', number, ''])
        if self.shown.pop(number, None):
            self.emit('NotificationClosed', '(uu)', number, 3)

    def Tell(self):
        return GLib.Variant('(s)', (json.dumps({'shown': list(self.shown.values()), 'log': self.log}),))

    def Press(self, number, action, token):
        if token:
            self.emit('ActivationToken', '(us)', number, token)
        self.emit('ActionInvoked', '(us)', number, action)
        self.shown.pop(number, None)
        self.emit('NotificationClosed', '(uu)', number, 2)


class NotificationDaemon:
    """The daemon of a session."""

    def __init__(self, session, capabilities=('body', 'body-markup', 'actions')):
        self.session = session
        self.bus = Gio.DBusConnection.new_for_address_sync(
            session.env['DBUS_SESSION_BUS_ADDRESS'],
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION,
            None, None)
        self.capabilities = capabilities
        self.start()

    def start(self):
        self.process = self.session.start('notifications', ['/usr/bin/python3', __file__, *self.capabilities])
        wait_for(self._is_there, 'the notification daemon')

    def _is_there(self):
        try:
            return self._call('Tell')
        except GLib.Error:
            return None

    def _call(self, method, arguments=None):
        return self.bus.call_sync(NAME, PATH, CONTROL, method, arguments, None,
                                  Gio.DBusCallFlags.NO_AUTO_START, 10000, None).unpack()

    def _told(self):
        return json.loads(self._call('Tell')[0])

    def shown(self):
        """The notifications that are on the screen."""
        return self._told()['shown']

    def log(self):
        """All that was asked: ['notify' or 'close', number, title]."""
        return self._told()['log']

    def wait_for(self, title):
        """Waits until the one notification there has a title, and returns it."""
        def found():
            shown = self.shown()
            return len(shown) == 1 and shown[0]['title'] == title and shown[0]
        try:
            return wait_for(found, f'the notification «{title}»')
        except TimeoutError as error:
            raise TimeoutError(f'{error}; there is {self._told()}') from None

    def wait_until_gone(self):
        wait_for(lambda: not self.shown(), 'the notification to go')

    def press(self, notification, label=None, token=''):
        """Presses a button, or the notification itself."""
        action = 'default'
        if label:
            action = next(key for key, text in notification['actions'].items() if text == label)
        assert action in notification['actions'], notification
        self._call('Press', GLib.Variant('(uss)', (notification['number'], action, token)))

    def stop(self):
        self.session.stop(self.process)


def main():
    connection = Gio.bus_get_sync(Gio.BusType.SESSION)
    service = _Service(connection, sys.argv[1:])
    Gio.bus_own_name_on_connection(connection, NAME, Gio.BusNameOwnerFlags.NONE, None, None)
    GLib.MainLoop().run()
    del service


if __name__ == '__main__':
    main()
