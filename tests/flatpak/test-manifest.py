#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manifests ask for what was agreed and no more, each of it has its reason in
flatpak/permissions.md, and they and what is installed keep the rules of Flathub's
linter, which cannot be had everywhere."""

import copy
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE_ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(SOURCE_ROOT / 'tests/lib'), str(SOURCE_ROOT / 'tests/flatpak')]
import flathub_files
import flathub_manifest
import tap
from flathub_cases import CATALOGUE, FILES, MANIFESTS, PERMISSIONS, PROGRAMS, change

BUILD_ROOT = Path(os.environ.get('HOIST_BUILD_ROOT', SOURCE_ROOT / '_build'))
FOLDER = SOURCE_ROOT / 'flatpak'
ID = 'io.github.hoist.Hoist'
AGREED = [
    '--share=network', '--share=ipc', '--socket=wayland', '--socket=fallback-x11', '--device=dri',
    '--talk-name=org.kde.StatusNotifierWatcher', '--talk-name=org.freedesktop.secrets',
    '--filesystem=home:ro', '--filesystem=/media:ro', '--filesystem=/run/media:ro',
]
# What the linter asks a reason for: they stand in permissions.md and docs/flathub-rules.md.
EXCEPTIONS = {'finish-args-home-ro-filesystem-access', 'module-hoist-source-git-no-commit-with-tag'}


def read(app_id):
    return json.loads((FOLDER / f'{app_id}.json').read_text('utf-8'))


def broken_by(manifest, app_id=ID):
    return set(flathub_manifest.of_manifest(manifest, f'{app_id}.json'))


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
        self.assertEqual(broken_by(read(ID)), EXCEPTIONS)

    def test_development_differs_in_profile_and_source_only(self):
        release, devel = read(ID), read(f'{ID}.Devel')
        self.assertEqual(devel['modules'][-1]['sources'][0]['type'], 'dir')
        self.assertEqual(broken_by(devel, f'{ID}.Devel'),
                         {'finish-args-home-ro-filesystem-access', 'module-hoist-source-dir-not-allowed'})
        self.assertEqual(devel.pop('id'), release.pop('id') + '.Devel')
        options = devel['modules'][-1]['config-opts']
        options.remove('-Dprofile=development')
        del devel['modules'][-1]['sources'], release['modules'][-1]['sources']
        self.assertEqual(devel, release)

    def test_the_tag_is_the_version(self):
        version = re.search(r"version: '([\d.]+)'", (SOURCE_ROOT / 'meson.build').read_text('utf-8'))[1]
        self.assertEqual(read(ID)['modules'][-1]['sources'][0]['tag'], f'v{version}')

    def test_scripts_of_the_sandbox_compile(self):
        """The plain check does not run them."""
        for path in (SOURCE_ROOT / 'tests/flatpak').glob('*.py'):
            compile(path.read_text('utf-8'), path, 'exec')

    def test_files_of_the_linter(self):
        """What its rules about the folder of a manifest ask for."""
        for name in (f'{ID}.json', f'{ID}.Devel.json'):
            self.assertFalse((FOLDER / name).is_symlink(), 'manifest-file-is-symlink')
        self.assertFalse((SOURCE_ROOT / '.gitmodules').exists(), 'external-gitmodule-url-found')
        self.assertFalse((FOLDER / 'flathub.json').exists(), 'flathub-json-…')
        size = sum(path.stat().st_size for path in FOLDER.rglob('*') if path.is_file())
        self.assertLess(size, 25_000_000, 'manifest-directory-too-large')


class InstalledFilesTests(unittest.TestCase):
    """What an installation brings, as the linter looks at it."""

    @classmethod
    def setUpClass(cls):
        if not (BUILD_ROOT / f'data/{ID}.desktop').exists():
            raise unittest.SkipTest('built without the application')
        cls.folder = Path(tempfile.mkdtemp(prefix='hoist-share-'))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        subprocess.run(['meson', 'install', '-C', BUILD_ROOT, '--no-rebuild', '--quiet'], check=True,
                       capture_output=True, env={**os.environ, 'DESTDIR': str(cls.folder)})
        (cls.share,) = [path.parent for path in cls.folder.rglob('metainfo')]

    def broken(self):
        return set(flathub_files.of_share(self.share, ID))

    def test_they_keep_the_rules(self):
        self.assertEqual(self.broken(), set())

    def test_broken_files_are_seen(self):
        for rule, spoil in FILES.items():
            with self.subTest(rule), tempfile.TemporaryDirectory(prefix='hoist-share-') as folder:
                share = Path(folder) / 'share'
                shutil.copytree(self.share, share)
                spoil(share)
                self.assertIn(rule, set(flathub_files.of_share(share, ID)))

    def test_pictures_are_there(self):
        """Of a tag, so that each stays what it was."""
        text = (self.share / f'metainfo/{ID}.metainfo.xml').read_text('utf-8')
        images = re.findall(r'<image[^>]*>(.*?)</image>', text)
        self.assertTrue(images)
        for image in images:
            self.assertRegex(image, r'^https://\S+/v[\d.]+/\S+\.png$')
            self.assertTrue((SOURCE_ROOT / re.sub(r'^https://\S+?/v[\d.]+/', '', image)).exists(), image)


class RulesTests(unittest.TestCase):
    """Each rule is broken once, and seen."""

    def test_permissions(self):
        for rule, argument in PERMISSIONS.items():
            taken, _, given = argument.rpartition(' -> ')
            with self.subTest(rule):
                arguments = [*(a for a in AGREED if a != taken), *filter(None, [given])]
                self.assertIn(rule, set(flathub_manifest.of_permissions(ID, arguments)))

    def test_manifests(self):
        for rule, changes in MANIFESTS.items():
            with self.subTest(rule):
                self.assertIn(rule, broken_by(change(copy.deepcopy(read(ID)), changes)))
        self.assertIn('appid-filename-mismatch', broken_by(read(ID), 'hoist'))

    def assert_broken(self, rule, found):
        if rule:
            self.assertIn(rule, set(found))
        else:
            self.assertEqual(set(found), set())

    def test_catalogue(self):
        for rule, component in CATALOGUE.items():
            with self.subTest(rule), tempfile.TemporaryDirectory(prefix='hoist-share-') as folder:
                component(Path(folder), ID)
                self.assert_broken(rule, flathub_files.of_catalogue(Path(folder), ID))

    def test_programs(self):
        for rule, heads in PROGRAMS.items():
            with self.subTest(rule), tempfile.TemporaryDirectory(prefix='hoist-bin-') as folder:
                for number, head in enumerate(heads):
                    (Path(folder) / str(number)).write_bytes(head)
                self.assert_broken(rule, flathub_files.of_programs([Path(folder)], 'x86_64'))

    def test_the_list_has_them(self):
        """docs/flathub-rules.md says of each rule whether it is checked: those are broken here, and no others."""
        text = (SOURCE_ROOT / 'docs/flathub-rules.md').read_text('utf-8').split('## Not checked')[0]
        listed = re.findall(r'`([a-z]+-[\w…-]+)`', text)
        self.assertEqual(len(listed), len(set(listed)))
        folder = {'manifest-file-is-symlink', 'external-gitmodule-url-found', 'manifest-directory-too-large',
                  'appid-filename-mismatch', 'module-…-source-dir-not-allowed'}
        broken = {re.sub(r'^module-m-', 'module-…-', rule)
                  for rules in (PERMISSIONS, MANIFESTS, FILES, CATALOGUE, PROGRAMS) for rule in rules if rule} | folder
        named = {general(rule) for rule in broken}
        self.assertEqual(named - set(listed), set(), 'not listed')
        self.assertEqual(set(listed) - named, set(), 'listed, and not broken here')


# Names that hold what they are about, as the list has them.
GENERAL = (
    (r'finish-args-(?:home|host)(-ro)?-filesystem-access', r'finish-args-…\1-filesystem-access'),
    (r'finish-args-(arbitrary|unnecessary)-xdg-.*', r'finish-args-\1-…-access'),
    (r'finish-args-reserved-.*', 'finish-args-reserved-…'),
    (r'finish-args-(flatpak-\w+-folder).*', r'finish-args-\1…'),
    (r'finish-args-(system-)?own-name-.*', r'finish-args-\1own-name-…'),
    (r'finish-args-has-(nodevice|nosocket|unshare)-.*', r'finish-args-has-\1-…'),
    (r'finish-args-conditional-permission-not-allowed-.*', 'finish-args-conditional-permission-not-allowed-…'),
    (r'finish-args-wildcard-\w+-(system-)?talk-name', r'finish-args-wildcard-…-\1talk-name'),
    (r'finish-args-portal-impl-\w+-(system-)?talk-name', r'finish-args-portal-impl-…-\1talk-name'),
    (r'appid-unprefixed-bundled-extension-.*', 'appid-unprefixed-bundled-extension-…'),
)


def general(rule):
    for pattern, name in GENERAL:
        if re.fullmatch(pattern, rule):
            return re.sub(pattern, name, rule)
    return rule


if __name__ == '__main__':
    tap.main()
