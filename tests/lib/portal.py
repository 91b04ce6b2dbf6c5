#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An xdg-desktop-portal that keeps what it is asked: Background and Inhibit."""

import json
import subprocess
import sys

NAME = 'org.freedesktop.portal.Desktop'
PATH = '/org/freedesktop/portal/desktop'
REQUEST = 'org.freedesktop.portal.Request'
XML = '''<node>
<interface name="org.freedesktop.portal.Background">
  <method name="RequestBackground">
    <arg type="s" direction="in"/><arg type="a{sv}" direction="in"/><arg type="o" direction="out"/>
  </method>
  <method name="SetStatus"><arg type="a{sv}" direction="in"/></method>
  <property name="version" type="u" access="read"/>
</interface>
<interface name="org.freedesktop.portal.Inhibit">
  <method name="Inhibit">
    <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="a{sv}" direction="in"/>
    <arg type="o" direction="out"/>
  </method>
</interface>
</node>'''
REQUEST_XML = f'<node><interface name="{REQUEST}"><method name="Close"/></interface></node>'


class Portal:
    """Runs on the session's bus; programs with env take themselves for being in a sandbox."""

    def __init__(self, session, allow=True):
        self.session = session
        self.log_file = session.folder / 'portal.jsonl'
        self.log_file.write_text('')
        info = session.folder / 'flatpak-info'
        info.write_text('[Application]\nname=io.github.hoist.Hoist\n')
        self.env = {'HOIST_FLATPAK_INFO': str(info)}
        self.process = session.start(
            'portal', ['/usr/bin/python3', __file__, self.log_file, 'allow' if allow else 'deny'],
            stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == 'ready\n', session.read_log('portal')

    def calls(self, method):
        """The options of each call of a method."""
        calls = [json.loads(line) for line in self.log_file.read_text().splitlines(keepends=True) if line.endswith('\n')]
        return [options for name, options in calls if name == method]

    def keeps_awake(self):
        """Whether a request to keep the computer awake is open."""
        return len(self.calls('Inhibit')) > len(self.calls('Close'))


def serve(log_file, allow):
    from gi.repository import Gio, GLib

    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    loop = GLib.MainLoop()

    def note(method, options):
        with open(log_file, 'a', encoding='utf-8') as log:
            log.write(json.dumps([method, options]) + '\n')

    def closed(connection, sender, path, interface, method, parameters, invocation):
        note('Close', {'handle': path})
        invocation.return_value(None)

    def called(connection, sender, path, interface, method, parameters, invocation):
        options = parameters.unpack()[-1]
        note(method, options)
        if method == 'SetStatus':
            invocation.return_value(None)
            return
        handle = f'{PATH}/request/{sender[1:].replace(".", "_")}/{options["handle_token"]}'
        if method == 'Inhibit':
            bus.register_object(handle, Gio.DBusNodeInfo.new_for_xml(REQUEST_XML).interfaces[0], closed, None, None)
        invocation.return_value(GLib.Variant('(o)', (handle,)))
        if method == 'RequestBackground':
            results = {'background': GLib.Variant('b', allow), 'autostart': GLib.Variant('b', options['autostart'])}
            bus.emit_signal(sender, handle, REQUEST, 'Response', GLib.Variant('(ua{sv})', (0, results)))

    for interface in Gio.DBusNodeInfo.new_for_xml(XML).interfaces:
        bus.register_object(PATH, interface, called, lambda *call: GLib.Variant('u', 2), None)
    Gio.bus_own_name_on_connection(bus, NAME, Gio.BusNameOwnerFlags.NONE, lambda *_: print('ready', flush=True), None)
    loop.run()


if __name__ == '__main__':
    serve(sys.argv[1], sys.argv[2] == 'allow')
