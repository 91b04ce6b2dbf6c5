#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manifests ask for what was agreed and no more, each of it has its reason in
flatpak/permissions.md, and they keep the rules of Flathub's linter
(flatpak-builder-lint), which cannot be had everywhere."""

import copy
import json
import os
import re
import sys
import unittest
from configparser import ConfigParser
from pathlib import Path
from xml.etree import ElementTree

SOURCE_ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE_ROOT / 'tests/lib'))
import tap

BUILD_ROOT = Path(os.environ.get('HOIST_BUILD_ROOT', SOURCE_ROOT / '_build'))
FOLDER = SOURCE_ROOT / 'flatpak'
ID = 'io.github.hoist.Hoist'
AGREED = [
    '--share=network', '--share=ipc', '--socket=wayland', '--socket=fallback-x11', '--device=dri',
    '--talk-name=org.kde.StatusNotifierWatcher', '--talk-name=org.freedesktop.secrets',
    '--filesystem=home:ro', '--filesystem=/media:ro', '--filesystem=/run/media:ro',
]
# What the linter asks a reason for; it stands in permissions.md.
EXCEPTIONS = {'finish-args-home-ro-filesystem-access'}

MODE = r'(?::(?:create|rw|ro))?'
# By the names of flatpak-builder-lint 2026 (checks/finish_args.py): an expression for what is not allowed.
FILESYSTEM_RULES = {
    'finish-args-{0}-filesystem-access': r'(home|host|host-root|host-etc|host-os)(?::rw|:create)?',
    'finish-args-{0}-ro-filesystem-access': r'(home|host|host-root|host-etc|host-os):ro',
    'finish-args-unnecessary-{0}-access': rf'(xdg-(?:data|config|cache)).*{MODE}',
    'finish-args-reserved-{0}': rf'/(\.flatpak-info|app|bin|dev|etc|lib|lib32|lib64|proc|root|run/flatpak|run/host|sbin|usr)(?:/.*)?{MODE}',
    'finish-args-full-home-access': rf'(?:~|home)/\.(?:config|cache|local|local/share)/?{MODE}',
    'finish-args-autostart-filesystem-access': rf'(?:~|home)/\.config/autostart{MODE}',
    'finish-args-private-filesystem-access': rf'(?:~|home)/\.(?:ssh|gnupg|var/app|config/systemd|config/dconf)(?:/.*)?{MODE}',
    'finish-args-absolute-home-path': rf'(?:/var)?/home(?:/.*)?{MODE}',
    'finish-args-absolute-run-media-path': r'/run/media/\w.*',
    'finish-args-host-tmp-access': rf'/tmp(?:/.*)?{MODE}',
    'finish-args-host-var-access': rf'/var(?!/home|/cache|/config|/data|/tmp)(?:/.*)?{MODE}',
}
TALK_RULES = {
    'finish-args-wildcard-talk-name': r'org\.(?:freedesktop|gnome|kde)\.\*',
    'finish-args-portal-talk-name': r'org\.freedesktop\.(?:impl\.)?portal\..*',
    'finish-args-dconf-talk-name': r'ca\.desrt\.dconf.*',
    'finish-args-freedesktop-dbus-talk-name': r'org\.freedesktop\.DBus.*',
    'finish-args-flatpak-spawn-access': r'org\.freedesktop\.Flatpak.*',
    'finish-args-incorrect-secret-service-talk-name': r'org\.freedesktop\.Secrets',
    'finish-args-system-talk-name': r'org\.freedesktop\.(?:systemd1|login1).*',
    'finish-args-desktop-shell-talk-name': r'org\.kde\.(?:KWin|plasmashell).*',
}
KNOWN_ARGS = {'share', 'socket', 'device', 'talk-name', 'own-name', 'system-talk-name', 'system-own-name', 'filesystem'}


def lint_permissions(app_id, arguments):
    """The names of the rules that the permissions break."""
    given = {name: set() for name in KNOWN_ARGS}
    for argument in arguments:
        name, _, value = argument.removeprefix('--').partition('=')
        if name not in KNOWN_ARGS:
            yield f'finish-args-{name}'
        else:
            given[name].add(value)
    if len(set(arguments)) != len(arguments):
        yield 'finish-args-duplicate'
    sockets = given['socket']
    if 'x11' in sockets and sockets & {'fallback-x11', 'wayland'}:
        yield 'finish-args-contains-both-x11-and-wayland'
    if sockets & {'x11', 'fallback-x11'} and 'ipc' not in given['share']:
        yield 'finish-args-x11-without-ipc'
    if 'fallback-x11' in sockets and 'wayland' not in sockets:
        yield 'finish-args-fallback-x11-without-wayland'
    if 'wayland' in sockets and not sockets & {'x11', 'fallback-x11'}:
        yield 'finish-args-only-wayland'
    for socket in sockets & {'session-bus', 'system-bus', 'gpg-agent', 'ssh-auth', 'inherit-wayland-socket'}:
        yield f'finish-args-has-socket-{socket}'
    for device in given['device'] - {'dri'}:
        yield f'finish-args-device-{device}'
    for name in given['own-name'] | given['system-own-name']:
        yield f'finish-args-own-name-{name}'
    for rules, values in ((FILESYSTEM_RULES, given['filesystem']),
                          (TALK_RULES, given['talk-name'] | given['system-talk-name'])):
        for value in values:
            for rule, pattern in rules.items():
                if match := re.fullmatch(pattern, value):
                    yield rule.format(*match.groups())
    for name in given['talk-name']:
        if name == app_id or name.startswith(app_id + '.'):
            yield 'finish-args-unnecessary-appid-talk-name'


def lint(manifest, name):
    """The names of the rules that a manifest breaks, published as that file."""
    app_id = manifest.get('id', '')
    parts = app_id.split('.')
    if name != f'{app_id}.json':
        yield 'appid-filename-mismatch'
    if not 4 <= len(parts) <= 5:
        yield 'appid-wrong-number-of-components'
    if not all(re.fullmatch(r'[A-Za-z_][\w-]*', part) for part in parts):
        yield 'appid-component-wrong-syntax'
    if not manifest.get('command') or '/' in manifest['command']:
        yield 'toplevel-no-command'
    if 'branch' in manifest:
        yield 'toplevel-unnecessary-branch'
    if not manifest.get('modules'):
        yield 'toplevel-no-modules'
    if any(item.startswith('/lib/debug') for item in manifest.get('cleanup', ())):
        yield 'toplevel-cleanup-debug'
    yield from lint_permissions(app_id, manifest.get('finish-args', ()))
    for module in manifest.get('modules', ()):
        if '--share=network' in module.get('build-options', {}).get('build-args', ()):
            yield f'module-{module["name"]}-build-network-access'
        for source in module.get('sources', ()):
            yield from lint_source(f'module-{module["name"]}-source', source)


def lint_source(start, source):
    if source['type'] == 'dir':
        yield f'{start}-dir-not-allowed'
    if source['type'] == 'git':
        if not source.get('url', '').startswith('https://'):
            yield f'{start}-git-url-not-http'
        if not source.get('tag') and not source.get('commit'):
            yield f'{start}-git-no-tag-commit-branch'
        if 'branch' in source:
            yield f'{start}-git-branch'
    if source['type'] in ('archive', 'file') and not source.get('sha256'):
        yield f'{start}-no-sha256'


def read(app_id):
    return json.loads((FOLDER / f'{app_id}.json').read_text('utf-8'))


class ManifestTests(unittest.TestCase):
    def test_permissions_are_the_agreed_ones(self):
        for app_id in (ID, f'{ID}.Devel'):
            self.assertEqual(read(app_id)['finish-args'], AGREED, app_id)

    def test_each_permission_has_its_reason(self):
        text = (FOLDER / 'permissions.md').read_text('utf-8')
        rows = re.findall(r'^\| `(--[^`]+)` \| ([^|]+) \| ([^|]+) \|$', text, re.M)
        self.assertEqual([row[0] for row in rows], AGREED)
        for permission, why, without in rows:
            self.assertGreater(len(why), 5, permission)
            self.assertGreater(len(without), 5, permission)

    def test_release_keeps_the_rules(self):
        self.assertEqual(set(lint(read(ID), f'{ID}.json')), EXCEPTIONS)

    def test_development_differs_in_profile_and_source_only(self):
        release, devel = read(ID), read(f'{ID}.Devel')
        self.assertEqual(devel['modules'][0]['sources'][0]['type'], 'dir')
        self.assertEqual(set(lint(devel, f'{ID}.Devel.json')), {*EXCEPTIONS, 'module-hoist-source-dir-not-allowed'})
        self.assertEqual(devel.pop('id'), release.pop('id') + '.Devel')
        options = devel['modules'][0]['config-opts']
        options.remove('-Dprofile=development')
        del devel['modules'][0]['sources'], release['modules'][0]['sources']
        self.assertEqual(devel, release)

    def test_the_tag_is_the_version(self):
        version = re.search(r"version: '([\d.]+)'", (SOURCE_ROOT / 'meson.build').read_text('utf-8'))[1]
        self.assertEqual(read(ID)['modules'][0]['sources'][0]['tag'], f'v{version}')

    def test_broken_rules_are_seen(self):
        for argument, rule in (
                ('--socket=x11', 'finish-args-contains-both-x11-and-wayland'),
                ('--socket=session-bus', 'finish-args-has-socket-session-bus'),
                ('--device=all', 'finish-args-device-all'),
                ('--filesystem=home', 'finish-args-home-filesystem-access'),
                ('--filesystem=host:ro', 'finish-args-host-ro-filesystem-access'),
                ('--filesystem=host-etc:ro', 'finish-args-host-etc-ro-filesystem-access'),
                ('--filesystem=xdg-config/autostart:create', 'finish-args-unnecessary-xdg-config-access'),
                ('--filesystem=~/.ssh', 'finish-args-private-filesystem-access'),
                ('--filesystem=/tmp', 'finish-args-host-tmp-access'),
                ('--filesystem=/var/lib', 'finish-args-host-var-access'),
                ('--filesystem=/run/media/anna', 'finish-args-absolute-run-media-path'),
                ('--filesystem=/etc:ro', 'finish-args-reserved-etc'),
                ('--own-name=org.kde.*', 'finish-args-own-name-org.kde.*'),
                ('--talk-name=org.freedesktop.portal.Background', 'finish-args-portal-talk-name'),
                ('--talk-name=org.freedesktop.Flatpak', 'finish-args-flatpak-spawn-access'),
                ('--talk-name=org.freedesktop.Secrets', 'finish-args-incorrect-secret-service-talk-name'),
                (f'--talk-name={ID}.Uploads', 'finish-args-unnecessary-appid-talk-name'),
                ('--env=A=b', 'finish-args-env')):
            with self.subTest(argument):
                self.assertIn(rule, set(lint_permissions(ID, [*AGREED, argument])))
        for missing, rule in (('--share=ipc', 'finish-args-x11-without-ipc'),
                              ('--socket=wayland', 'finish-args-fallback-x11-without-wayland'),
                              ('--socket=fallback-x11', 'finish-args-only-wayland')):
            with self.subTest(missing):
                self.assertIn(rule, set(lint_permissions(ID, [a for a in AGREED if a != missing])))

    def test_broken_manifests_are_seen(self):
        def change(manifest, **changes):
            manifest = copy.deepcopy(manifest)
            manifest.update(changes)
            return manifest

        good = read(ID)
        git = good['modules'][0]['sources'][0]
        for manifest, rule in (
                (change(good, branch='stable'), 'toplevel-unnecessary-branch'),
                (change(good, command='/app/bin/hoist'), 'toplevel-no-command'),
                (change(good, cleanup=['/lib/debug']), 'toplevel-cleanup-debug'),
                (change(good, id='io.github.Hoist'), 'appid-wrong-number-of-components'),
                (change(good, modules=[{'name': 'm', 'build-options': {'build-args': ['--share=network']}}]),
                 'module-m-build-network-access'),
                (change(good, modules=[{'name': 'm', 'sources': [{**git, 'branch': 'main'}]}]),
                 'module-m-source-git-branch'),
                (change(good, modules=[{'name': 'm', 'sources': [{**git, 'url': 'git@example.org:m.git'}]}]),
                 'module-m-source-git-url-not-http')):
            with self.subTest(rule):
                self.assertIn(rule, set(lint(manifest, f'{ID}.json')))


class ExportedFilesTests(unittest.TestCase):
    """What the desktop gets of a Flatpak: the linter's rules about desktop files and metainfo."""

    def test_desktop_file(self):
        path = BUILD_ROOT / f'data/{ID}.desktop'
        if not path.exists():
            self.skipTest('built without the application')
        parser = ConfigParser(interpolation=None, strict=False, delimiters='=')
        parser.optionxform = str
        parser.read(path, 'utf-8')
        entry = parser['Desktop Entry']
        self.assertEqual(entry['Icon'], ID)
        self.assertNotIn('flatpak run', entry['Exec'])
        self.assertNotIn('Hidden', entry)
        self.assertNotIn('NoDisplay', entry)
        self.assertTrue(set(entry['Categories'].strip(';').split(';')) - {'GNOME', 'GTK', 'Qt', 'KDE'})
        self.assertTrue((SOURCE_ROOT / f'data/icons/hicolor/scalable/apps/{ID}.svg').exists())
        self.assertTrue((SOURCE_ROOT / f'data/icons/hicolor/scalable/apps/{ID}.Devel.svg').exists())

    def test_metainfo(self):
        path = BUILD_ROOT / f'data/{ID}.metainfo.xml'
        if not path.exists():
            self.skipTest('built without the application')
        root = ElementTree.parse(path).getroot()
        self.assertEqual(root.get('type'), 'desktop-application')
        self.assertEqual(root.findtext('id'), ID)
        self.assertEqual(root.findtext('launchable'), f'{ID}.desktop')
        self.assertLessEqual(len(root.findtext('name')), 20)
        self.assertLessEqual(len(root.findtext('summary')), 35)
        self.assertFalse(root.findtext('summary').endswith('.'))
        self.assertTrue(root.findtext('developer/name'))
        self.assertTrue(root.find('developer').get('id'))
        self.assertEqual({url.get('type') for url in root.findall('url')}, {'homepage', 'bugtracker', 'vcs-browser'})
        self.assertEqual(root.find('content_rating').get('type'), 'oars-1.1')
        self.assertEqual({colour.get('scheme_preference') for colour in root.findall('branding/color')},
                         {'light', 'dark'})
        images = [image.text for image in root.findall('screenshots/screenshot/image')]
        self.assertTrue(images)
        for image in images:
            # From a tag, so that it stays what it was, and no SVG.
            self.assertRegex(image, r'^https://\S+/v[\d.]+/\S+\.png$')
            self.assertTrue((SOURCE_ROOT / re.sub(r'^https://\S+?/v[\d.]+/', '', image)).exists(), image)
        releases = root.findall('releases/release')
        self.assertEqual([release.get('date') for release in releases],
                         sorted((release.get('date') for release in releases), reverse=True))
        self.assertTrue(all(release.find('description') is not None for release in releases))


if __name__ == '__main__':
    tap.main()
