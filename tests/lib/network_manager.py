#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A NetworkManager that says what a test wants: as much of it as GNetworkMonitor asks for."""

import subprocess
import sys

NAME = 'org.freedesktop.NetworkManager'
PATH = '/org/freedesktop/NetworkManager'
XML = f"""<node><interface name="{NAME}">
  <property name="Connectivity" type="u" access="read"/>
  <property name="State" type="u" access="read"/>
  <property name="Metered" type="u" access="read"/>
  <signal name="PropertiesChanged"><arg type="a{{sv}}"/></signal>
</interface></node>"""

# NM_STATE_CONNECTED_GLOBAL, NM_CONNECTIVITY_FULL, NM_METERED_YES and NM_METERED_NO
CONNECTED = 70
FULL = 4
YES = 1
NO = 2


class NetworkManager:
    """Runs on the bus of a session, which programs are to take for that of the system."""

    def __init__(self, session, metered):
        self.env = {'DBUS_SYSTEM_BUS_ADDRESS': session.env['DBUS_SESSION_BUS_ADDRESS']}
        self.process = session.start(
            'network-manager', [sys.executable, __file__, YES if metered else NO],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        assert self.process.stdout.readline() == 'ready\n'

    def set_metered(self, metered):
        self.process.stdin.write(f'{YES if metered else NO}\n')


def serve(metered):
    from gi.repository import Gio, GLib

    state = {
        'State': GLib.Variant('u', CONNECTED),
        'Connectivity': GLib.Variant('u', FULL),
        'Metered': GLib.Variant('u', metered),
    }
    loop = GLib.MainLoop()
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    interface = Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0]
    bus.register_object(PATH, interface, None, lambda *call: state[call[4]], None)

    def told(*_):
        line = sys.stdin.readline()
        if not line:
            loop.quit()
            return False
        state['Metered'] = GLib.Variant('u', int(line))
        for name, parameters in (
                (NAME, GLib.Variant('(a{sv})', (state,))),
                ('org.freedesktop.DBus.Properties', GLib.Variant('(sa{sv}as)', (NAME, state, [])))):
            bus.emit_signal(None, PATH, name, 'PropertiesChanged', parameters)
        return True

    GLib.io_add_watch(GLib.IOChannel.unix_new(0), GLib.IO_IN | GLib.IO_HUP, told)
    Gio.bus_own_name_on_connection(bus, NAME, Gio.BusNameOwnerFlags.NONE, lambda *_: print('ready', flush=True), None)
    loop.run()


if __name__ == '__main__':
    serve(int(sys.argv[1]))
