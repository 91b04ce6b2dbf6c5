#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes no sense on the bus, sent to a running Hoist: an error, and nothing changes."""

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from gi.repository import Gio, GLib
from hoist import Ctl
from session import wait_for
from window import WindowTestCase

MOCK = 'org.freedesktop.DBus.Mock'
WATCHER = ('org.kde.StatusNotifierWatcher', '/StatusNotifierWatcher', 'org.kde.StatusNotifierWatcher')
UPLOADS = ('io.github.hoist.Hoist.Uploads', '/io/github/hoist/Hoist/Uploads', 'io.github.hoist.Hoist.Uploads1')
APPLICATION = ('io.github.hoist.Hoist', '/io/github/hoist/Hoist', 'org.freedesktop.Application')
ACTIONS = ('io.github.hoist.Hoist', '/io/github/hoist/Hoist', 'org.gtk.Actions')
ITEM = ('/StatusNotifierItem', 'org.kde.StatusNotifierItem')
MENU = ('/StatusNotifierItem/Menu', 'com.canonical.dbusmenu')
PROPERTIES = 'org.freedesktop.DBus.Properties'

MANY = 100_001
GONE = 4_000_000_000
# (method, type, arguments). Those of Uploads1 that are of the right type are in the unit tests as well;
# here they must leave an engine with uploads alone.
BAD_UPLOADS = [
    ('Add', '(aaysa{sv})', ([], 'lab', {})),
    ('Add', '(aaysa{sv})', ([b'relative\0'], 'lab', {})),
    ('Add', '(aaysa{sv})', ([b''], 'lab', {})),
    ('Add', '(aaysa{sv})', ([b'/a\0b\0'], 'lab', {})),
    ('Add', '(aaysa{sv})', ([b'/no-end'], 'lab', {})),
    ('Add', '(aaysa{sv})', ([b'/\xff' + b'x' * 5000 + b'\0'], 'lab', {})),
    ('Add', '(aaysa{sv})', ([b'/a\0'], '', {})),
    ('Add', '(aaysa{sv})', ([b'/a\0'] * MANY, 'lab', {})),
    ('Add', '(assa{sv})', (['/a'], 'lab', {})),
    ('Add', '(aays)', ([b'/a\0'], 'lab')),
    ('Add', '(i)', (-1,)),
    ('List', '(ii)', (-1, -1)),
    ('List', '(s)', ('1',)),
    ('Command', '(uat)', (99, [1])),
    ('Command', '(uat)', (0xffffffff, [1])),
    ('Command', '(uat)', (0, [1] * MANY)),
    ('Command', '(iax)', (-1, [-1])),
    ('Command', '(u)', (0,)),
    ('Relocate', '(tay)', (1, b'relative\0')),
    ('Relocate', '(tay)', (1, b'')),
    ('Relocate', '(xay)', (-1, b'/a\0')),
    ('GetReceipts', '(at)', ([],)),
    ('GetReceipts', '(at)', ([1] * 101,)),
    ('GetReceipts', '(ax)', ([-1],)),
    ('Verify', '(ata{sv})', ([], {})),
    ('Verify', '(ata{sv})', ([1] * 101, {})),
    ('SetLimits', '(uta{sv})', (33, 0, {})),
    ('SetLimits', '(uta{sv})', (4, 0, {'schedule': GLib.Variant('s', '25-7=full')})),
    ('SetLimits', '(ut)', (4, 0)),
    ('SetLimits', '(ix)', (-1, -1)),
    ('SetMetered', '(u)', (3,)),
    ('SetMetered', '(i)', (-1,)),
    ('ListUnfinished', '(ssb)', ('', '', True)),
    ('ListUnfinished', '(ssb)', ('no such destination', '', True)),
    ('ClearUnfinished', '(saa{sv})', ('lab', [])),
    ('ContinueUnfinished', '(sa{sv}ay)', ('lab', {}, b'/a\0')),
    ('Nonsense', '()', ()),
]
BAD_ITEM = [
    ('Activate', '(uu)', (1, 2)),
    ('Activate', '()', ()),
    ('ContextMenu', '(s)', ('x',)),
    ('SecondaryActivate', '(ss)', ('1', '2')),
    ('Scroll', '(is)', (1, 'sideways')),
    ('Scroll', '(ii)', (1, 1)),
    ('ProvideXdgActivationToken', '(s)', ('x' * 5000,)),
    ('ProvideXdgActivationToken', '(s)', ('a\nb',)),
    ('ProvideXdgActivationToken', '(i)', (-1,)),
    ('Nonsense', '()', ()),
]
EVENT = '(isvu)'
NOTHING = GLib.Variant('i', 0)
BAD_MENU = [
    ('GetLayout', '(iias)', (GONE // 2, -1, [])),
    ('GetLayout', '(iias)', (-1, -1, [])),
    ('GetLayout', '(iias)', (0, -1, ['label'] * 10_000)),
    ('GetLayout', '(uuas)', (0, 0, [])),
    ('GetGroupProperties', '(aias)', ([1] * MANY, [])),
    ('GetGroupProperties', '(auas)', ([1], [])),
    ('GetProperty', '(is)', (GONE // 2, 'label')),
    ('GetProperty', '(is)', (-1, 'label')),
    ('Event', EVENT, (GONE // 2, 'clicked', NOTHING, 0)),
    ('Event', EVENT, (-2**31, 'clicked', NOTHING, 0)),
    ('Event', EVENT, (0, 'exploded', NOTHING, 0)),
    ('Event', EVENT, (0, '', NOTHING, 0)),
    ('Event', EVENT, (0, 'c' * 100_000, NOTHING, 0)),
    ('Event', '(is)', (0, 'clicked')),
    ('EventGroup', '(a(isvu))', ([(1, 'clicked', NOTHING, 0)] * MANY,)),
    ('EventGroup', '(a(isvu))', ([(GONE // 2, 'clicked', NOTHING, 0)],)),
    ('AboutToShow', '(i)', (GONE // 2,)),
    ('AboutToShow', '(i)', (-1,)),
    ('AboutToShowGroup', '(ai)', ([0] * MANY,)),
    ('Nonsense', '()', ()),
]
# GApplication takes some of these without an error; they change nothing all the same.
BAD_APPLICATION = [
    ('ActivateAction', '(sava{sv})', ('no-such-action', [], {})),
    ('ActivateAction', '(sava{sv})', ('upload', [], {})),
    ('ActivateAction', '(sava{sv})', ('upload', [GLib.Variant('s', 'x')], {})),
    ('ActivateAction', '(sava{sv})', ('upload', [GLib.Variant('(sas)', ('', []))], {})),
    ('ActivateAction', '(sava{sv})', ('upload', [GLib.Variant('(sas)', ('', ['file:///a'] * MANY))], {})),
    ('ActivateAction', '(sava{sv})', ('upload', [GLib.Variant('(sas)', ('', ['no uri']))], {})),
    ('ActivateAction', '(sava{sv})', ('upload', [GLib.Variant('(sas)', ('', ['file:///%zz']))], {})),
    ('ActivateAction', '(sava{sv})', ('upload', [GLib.Variant('(sas)', ('d' * 5000, ['file:///a']))], {})),
    ('ActivateAction', '(sava{sv})', ('quit', [GLib.Variant('s', 'now')], {})),
    ('ActivateAction', '(sava{sv})', ('tray', [GLib.Variant('i', -1)], {})),
    ('ActivateAction', '(sas)', ('quit', [])),
    ('Open', '(as)', (['file:///a'],)),
    ('Open', '(asa{sv})', ([], {})),
    ('Activate', '()', ()),
    ('Nonsense', '()', ()),
]
BAD_ACTIONS = [
    ('Activate', '(sava{sv})', ('no-such-action', [], {})),
    ('Activate', '(sava{sv})', ('upload', [GLib.Variant('s', 'x')], {})),
    ('SetState', '(sva{sv})', ('tray', GLib.Variant('s', 'maybe'), {})),
    ('SetState', '(sva{sv})', ('tray-icon', GLib.Variant('s', 'pink'), {})),
    ('SetState', '(sva{sv})', ('no-such-action', GLib.Variant('b', True), {})),
    ('Describe', '(s)', ('no-such-action',)),
]


class BadCalls(WindowTestCase):
    def setUp(self):
        super().setUp()
        self.bus = Gio.DBusConnection.new_for_address_sync(
            self.session.env['DBUS_SESSION_BUS_ADDRESS'],
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION,
            None, None)
        self.start_watcher()
        self.open_with_work()

    def call(self, target, method, kind, arguments):
        """Calls a method; returns the answer, or raises GLib.Error."""
        name, path, interface = target
        answer = self.bus.call_sync(name, path, interface, method, GLib.Variant(kind, arguments), None,
                                    Gio.DBusCallFlags.NO_AUTO_START, 60_000, None)
        return answer.unpack()

    def get(self, name, path, interface, member):
        return self.call((name, path, PROPERTIES), 'Get', '(ss)', (interface, member))[0]

    def start_watcher(self):
        """A tray that shows nothing, but notes what registers with it."""
        process = self.session.start('watcher', ['/usr/bin/python3', '-m', 'dbusmock', '--session', *WATCHER])
        self.addCleanup(self.session.stop, process)
        mock = (WATCHER[0], WATCHER[1], MOCK)
        def ready():
            try:
                return self.call(mock, 'AddMethod', '(sssss)',
                                 (WATCHER[2], 'RegisterStatusNotifierItem', 's', '', '')) == ()
            except GLib.Error:
                return False
        wait_for(ready, 'the watcher')
        self.call(mock, 'AddProperty', '(ssv)', (WATCHER[2], 'IsStatusNotifierHostRegistered', GLib.Variant('b', True)))
        self.call(mock, 'AddProperty', '(ssv)', (WATCHER[2], 'ProtocolVersion', GLib.Variant('i', 0)))

    def open_with_work(self):
        """Hoist with one upload that is delivered and one that is paused, and its item in the tray."""
        self.ctl = Ctl(self.session, self.backend, 'lab')
        self.expected = self.make_files({'done.bin': 1000})
        window = self.open('--to', 'lab', self.home / 'files/done.bin')
        window.wait_for_row('done.bin', 'Uploaded')
        self.backend.stop()
        self.make_files({'paused.bin': 1000})
        self.session.run([*window.command, '--to', 'lab', self.home / 'files/paused.bin'])
        window.click_in_row('paused.bin', 'Pause')
        window.wait_for_row('paused.bin', 'Paused')
        self.backend.start()
        mock = (WATCHER[0], WATCHER[1], MOCK)
        calls = wait_for(lambda: self.call(mock, 'GetMethodCalls', '(s)', ('RegisterStatusNotifierItem',))[0],
                         'the item to register')
        self.item = calls[-1][1][0]
        wait_for(lambda: self.menu()[0][1]['label'] == '1 paused', 'the menu to say so')
        wait_for(lambda: self.get(self.item, *ITEM, 'Status') == 'Active', 'the item to show it')
        wait_for(lambda: '1 paused' in str(self.get(self.item, *ITEM, 'ToolTip')), 'the tooltip to say so')

    def menu(self):
        """[(id, properties, children)] of the tray's menu."""
        _, (_, _, entries) = self.call((self.item, *MENU), 'GetLayout', '(iias)', (0, -1, []))
        return entries

    def snapshot(self):
        """All that a call could change, without what goes by time."""
        entries = self.menu()
        uploads = self.call(UPLOADS, 'List', '(tu)', (0, 250))[0][0]
        icon = [self.get(self.item, *ITEM, member) for member in ('Status', 'Title', 'ToolTip')]
        settings = self.call(ACTIONS, 'DescribeAll', '()', ())[0]
        return entries, uploads, icon, settings, self.window.has_label('Hoist'), self.backend.objects()

    def assert_nothing_changes(self, table, target, always_error=True):
        before = self.snapshot()
        for method, kind, arguments in table:
            with self.subTest(method=method, arguments=repr(arguments)[:60]):
                try:
                    self.call(target, method, kind, arguments)
                    self.assertFalse(always_error, 'it was taken')
                except GLib.Error as error:
                    # By whoever it is refused, it answers.
                    self.assertNotIn('NoReply', Gio.DBusError.get_remote_error(error) or '')
                self.assertIsNone(self.window.process.poll(), self.session.read_log('hoist'))
        self.assertEqual(self.snapshot(), before)
        self.assertNotIn('CRITICAL', self.session.read_log('hoist'))

    def test_uploads(self):
        self.assert_nothing_changes(BAD_UPLOADS, UPLOADS)

    def test_application(self):
        self.assert_nothing_changes(BAD_APPLICATION, APPLICATION, always_error=False)
        self.assert_nothing_changes(BAD_ACTIONS, ACTIONS, always_error=False)

    def test_tray(self):
        self.assert_nothing_changes(BAD_ITEM, (self.item, *ITEM))
        self.assert_nothing_changes(BAD_MENU, (self.item, *MENU))
        self.assert_nothing_changes([('Set', '(ssv)', (ITEM[1], 'Status', GLib.Variant('s', 'Passive')))],
                                    (self.item, ITEM[0], PROPERTIES))

    def test_rows_that_are_gone(self):
        delivered = [number for number, properties, _ in self.menu() if 'done' in properties.get('label', '')]
        self.assertEqual(len(delivered), 1)
        self.window.click_in_row('done.bin', 'Remove from List')
        wait_for(lambda: not self.window.row_says('done.bin'), 'the row to go')
        wait_for(lambda: len(self.call(UPLOADS, 'List', '(tu)', (0, 250))[0][0]) == 1, 'the upload to go')
        gone = delivered[0]
        wait_for(lambda: gone not in [number for number, _, _ in self.menu()], 'its entry to go')
        self.assert_nothing_changes(
            [('Event', EVENT, (gone, 'clicked', NOTHING, 0)), ('GetProperty', '(is)', (gone, 'label'))],
            (self.item, *MENU))

    def test_in_every_order(self):
        tables = [(BAD_UPLOADS, UPLOADS), (BAD_APPLICATION, APPLICATION), (BAD_ITEM, (self.item, *ITEM)),
                  (BAD_MENU, (self.item, *MENU))]
        # What is large was sent by the others.
        calls = [(target, call) for table, target in tables for call in table if len(str(call)) < 1000]
        before = self.snapshot()
        seed = random.randrange(2**32)
        print(f'# seed {seed}', flush=True)
        chance = random.Random(seed)
        for _ in range(3):
            for target, call in chance.sample(calls, len(calls)):
                try:
                    self.call(target, *call)
                except GLib.Error:
                    pass
        self.assertIsNone(self.window.process.poll(), self.session.read_log('hoist'))
        self.assertEqual(self.snapshot(), before)


tap.main()
