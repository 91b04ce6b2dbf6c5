# SPDX-License-Identifier: GPL-3.0-or-later
"""A private system bus, with a NetworkManager and a logind that say what they are told, and a UPower and a
power-profiles-daemon where wanted (python3-dbusmock)."""

from session import BUS_CONFIG, wait_for

NETWORK = 'org.freedesktop.NetworkManager'
LOGIN = 'org.freedesktop.login1'
UPOWER = 'org.freedesktop.UPower'
# power-profiles-daemon has both names; GLib asks for the first one until 2.78, then for the other.
PROFILES = ('net.hadess.PowerProfiles', 'org.freedesktop.UPower.PowerProfiles')
MOCK = 'org.freedesktop.DBus.Mock'

# What NetworkManager says of itself, by what a person would call it.
NETWORKS = {
    'online': {'State': 70, 'Connectivity': 4, 'Metered': 4},
    'offline': {'State': 20, 'Connectivity': 1, 'Metered': 0},
    'portal': {'State': 70, 'Connectivity': 2, 'Metered': 4},
    'limited': {'State': 70, 'Connectivity': 3, 'Metered': 4},
    'metered': {'State': 70, 'Connectivity': 4, 'Metered': 1},
}


class _Mocks:
    """Services on the bus that is the session's system bus."""

    def __init__(self, session):
        self.session = session

    def _mock(self, name, *what):
        self.session.start(name, ['/usr/bin/python3', '-m', 'dbusmock', '--system', *what])
        wait_for(lambda: 'true' in self._call(
            'org.freedesktop.DBus', '/', 'org.freedesktop.DBus.NameHasOwner', name), name)

    def _start(self, template, name):
        self._mock(name, '--template', template)

    def _start_profiles(self):
        for name in PROFILES:
            path = '/' + name.replace('.', '/')
            self._mock(name, name, path, name)
            self._call(name, path, f'{MOCK}.AddProperty', name, 'ActiveProfile', "<'balanced'>")

    def _call(self, name, path, method, *arguments):
        run = self.session.run(['gdbus', 'call', '--system', '-d', name, '-o', path, '-m', method, *arguments])
        if run.returncode:
            raise RuntimeError(run.stderr)
        return run.stdout

    def _set(self, name, path, interface, values):
        self._call(name, path, f'{MOCK}.UpdateProperties', interface, values)

    def set_profile(self, name):
        """`power-saver`, `balanced` or `performance`."""
        for profiles in PROFILES:
            self._set(profiles, '/' + profiles.replace('.', '/'), profiles, f"{{'ActiveProfile': <'{name}'>}}")


class PowerProfiles(_Mocks):
    """Power saver mode alone, on a system bus that is there."""

    def __init__(self, session):
        super().__init__(session)
        self._start_profiles()


class SystemBus(_Mocks):
    """The system bus of all that is started in the session from now on."""

    def __init__(self, session):
        super().__init__(session)
        folder = session.folder / 'system-bus'
        (folder / 'services').mkdir(parents=True)
        config = folder / 'bus.conf'
        config.write_text(BUS_CONFIG.format(folder=folder, services=folder / 'services'))
        session.env['DBUS_SYSTEM_BUS_ADDRESS'] = session.line_from(
            'system-bus', ['dbus-daemon', f'--config-file={config}', '--nofork', '--print-address'])
        # GLib would otherwise ask the kernel, whose routes are this machine's.
        session.env['GIO_USE_NETWORK_MONITOR'] = 'networkmanager'
        self._start('networkmanager', NETWORK)
        self._start('logind', LOGIN)
        self._call(NETWORK, '/org/freedesktop/NetworkManager', f'{MOCK}.AddProperty', NETWORK, 'Metered', '<uint32 4>')

    def set_network(self, name):
        """The network is another one: one of NETWORKS."""
        values = ', '.join(f"'{key}': <uint32 {value}>" for key, value in NETWORKS[name].items())
        self._call(NETWORK, '/org/freedesktop/NetworkManager', f'{MOCK}.UpdateProperties', NETWORK, f'{{{values}}}')

    def start_power(self):
        """From now on there is a battery, and power saver mode."""
        self._start('upower', UPOWER)
        self._start_profiles()

    def set_battery(self, percent):
        """The computer runs on its battery, which is so full; or, with None, it is plugged in."""
        self._set(UPOWER, '/org/freedesktop/UPower/devices/DisplayDevice', f'{UPOWER}.Device',
                  f"{{'Percentage': <{float(percent or 100)}>}}")
        self._set(UPOWER, '/org/freedesktop/UPower', UPOWER, f"{{'OnBattery': <{str(percent is not None).lower()}>}}")

    def sleep(self, going):
        """Tells that the computer is about to be suspended, or that it is awake again."""
        self._call(LOGIN, '/org/freedesktop/login1', f'{MOCK}.EmitSignal', f'{LOGIN}.Manager', 'PrepareForSleep',
                   'b', f'[<{str(going).lower()}>]')

    def inhibitors(self):
        """Who holds a suspend up now, as logind prints it."""
        answer = self._call(LOGIN, '/org/freedesktop/login1', f'{LOGIN}.Manager.ListInhibitors')
        return '' if answer.strip() in ('(@a(ssssuu) [],)', '([],)') else answer
