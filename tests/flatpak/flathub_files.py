# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of Flathub's linter (flatpak-builder-lint) about the files that an application brings, by the
linter's own names: desktop file, metainfo, icons, what the catalogue of a store is made of, programs."""

import gzip
import os
import re
import subprocess
from configparser import ConfigParser
from xml.etree import ElementTree

# Which say nothing about what an application is for.
POOR_CATEGORIES = {'GTK', 'Qt', 'KDE', 'GNOME', 'Motif', 'Java', 'Application', 'XFCE', 'DDE'}
MACHINES = {0x3E: 'x86_64', 0xB7: 'aarch64', 0xF3: 'riscv64'}


def _named(folder, pattern):
    return sorted(path for path in folder.glob('**/*') if path.is_file() and re.fullmatch(pattern, path.name)) \
        if folder.exists() else []


def _of_id(folder, app_id, ending=''):
    return _named(folder, rf'{re.escape(app_id)}([-.].*)?{ending}')


def _run(*command):
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, 'LC_ALL': 'C'}, check=False)


def _is_valid(path):
    return _run('appstreamcli', 'validate', '--no-net', path).returncode == 0


def of_share(share, app_id, is_valid=_is_valid):
    """The names of the rules that the files below /app/share break; is_valid: whether appstreamcli takes a file."""
    yield from _of_icons(share / 'icons/hicolor', app_id)
    yield from _of_desktop_files(share, app_id)
    yield from _of_metainfo(share, app_id, is_valid)


def _of_icons(icons, app_id):
    scalable = [path.name for path in _of_id(icons / 'scalable/apps', app_id)]
    sized = [path.name for size in icons.glob('[0-9]*') for path in _of_id(size / 'apps', app_id)]
    if not scalable and not sized:
        yield 'no-exportable-icon-installed'
    if not all(name.endswith(('.svg', '.svgz')) for name in scalable):
        yield 'non-svg-icon-in-scalable-folder'
    if not all(name.endswith('.png') for name in sized):
        yield 'non-png-icon-in-hicolor-size-folder'


# --- Desktop files -----------------------------------------------------------------------------------------------

def _of_desktop_files(share, app_id):
    files = _of_id(share / 'applications', app_id, r'\.desktop')
    if not files:
        yield 'desktop-file-not-installed'
    for path in files:
        if _run('desktop-file-validate', '--no-hints', '--no-warn-deprecated', path).returncode:
            yield 'desktop-file-failed-validation'
    path = share / f'applications/{app_id}.desktop'
    if path.exists():
        parser = ConfigParser(interpolation=None, strict=False, delimiters='=')
        parser.optionxform = str
        parser.read(path, 'utf-8')
        yield from _of_entry(parser['Desktop Entry'], share / 'icons/hicolor', app_id)


def _of_entry(entry, icons, app_id):
    icon, command = entry.get('Icon'), entry.get('Exec')
    if icon is None:
        yield 'desktop-file-icon-key-absent'
    elif not icon:
        yield 'desktop-file-icon-key-empty'
    elif not re.fullmatch(rf'{re.escape(app_id)}([-.].*)?', icon):
        yield 'desktop-file-icon-key-wrong-value'
    elif not any(path.parent.name == 'apps' for path in _named(icons, rf'{re.escape(icon)}(\.png|\.svgz?)')):
        yield 'desktop-file-icon-not-installed'
    if command is None:
        yield 'desktop-file-exec-key-absent'
    elif 'flatpak run' in command:
        yield 'desktop-file-exec-has-flatpak-run'
    if entry.get('Hidden') == 'true':
        yield 'desktop-file-is-hidden'
    if entry.get('NoDisplay') == 'true':
        yield 'desktop-file-is-nodisplay'
    categories = set(entry.get('Categories', '').strip(';').split(';'))
    if 'Categories' in entry and categories <= POOR_CATEGORIES:
        yield 'desktop-file-low-quality-category'


# --- Metainfo, and what a store's catalogue has of it ------------------------------------------------------------

def _of_metainfo(share, app_id, is_valid):
    path = share / f'metainfo/{app_id}.metainfo.xml'
    if not path.exists():
        yield 'appstream-metainfo-missing'
        return
    if not is_valid(path):
        yield 'appstream-failed-validation'
    root = ElementTree.parse(path).getroot()
    if root.tag != 'component':
        yield 'metainfo-missing-component-tag'
        return
    yield from _of_component(root, share, app_id)
    images = [(image.text or '').strip() for image in root.findall('screenshots/screenshot/image')]
    if not images:
        yield 'metainfo-missing-screenshots'
    if any(image.endswith(('.svg', '.svgz')) for image in images):
        yield 'metainfo-svg-screenshots'


def _of_component(component, share, app_id):
    if component.get('type') not in ('addon', 'console-application', 'desktop', 'desktop-application', 'runtime'):
        yield 'appstream-unsupported-component-type'
    if component.findtext('id') != app_id:
        yield 'appstream-id-mismatch-flatpak-id'
    if not component.findtext('developer[@id]/name') and not component.findtext('developer_name'):
        yield 'appstream-missing-developer-name'
    if not component.findtext('project_license'):
        yield 'appstream-missing-project-license'
    releases = component.findall('releases/release')
    if not all(release.get('date') or release.get('timestamp') for release in releases):
        yield 'appstream-release-tag-missing-timestamp'
    if releases and re.search('alpha|beta|rc|pre|dev', releases[0].get('version', ''), re.I):
        yield 'appstream-latest-release-is-prerelease'
    launchable = component.findtext("launchable[@type='desktop-id']")
    if not launchable:
        yield 'metainfo-missing-launchable-tag'
    elif not re.fullmatch(rf'{re.escape(app_id)}([-.].*)?\.desktop', launchable):
        yield 'metainfo-launchable-tag-wrong-value'
    elif not (share / 'applications' / launchable).exists():
        yield 'appstream-launchable-file-missing'


def of_catalogue(share, app_id):
    """The same about what was composed of all that when the Flatpak was built."""
    path = share / f'app-info/xmls/{app_id}.xml.gz'
    if not path.exists():
        yield 'appstream-missing-appinfo-file'
        return
    root = ElementTree.fromstring(gzip.decompress(path.read_bytes()))
    if len(root.findall('component')) != 1:
        yield 'appstream-multiple-components'
        return
    component = root.find('component')
    yield from _of_component(component, share, app_id)
    if component.find('categories/category') is None:
        yield 'appstream-missing-categories'
    if component.find('icon') is None:
        yield 'appstream-missing-icon-key'
    if any(not icon.get('type') for icon in component.findall('icon')):
        yield 'appstream-icon-key-no-type'
    if component.find("icon[@type='remote']") is not None:
        yield 'appstream-remote-icon-not-mirrored'
    cached = component.findtext("icon[@type='cached']")
    if not cached or not (share / 'app-info/icons/flatpak/128x128' / cached).exists():
        yield 'appstream-missing-icon-file'
    if component.find('screenshots/screenshot/image') is None:
        yield 'appstream-missing-screenshots'


# --- Programs ----------------------------------------------------------------------------------------------------

def of_programs(folders, arch):
    """The same about programs and libraries, which all have to be for one kind of machine."""
    found = set()
    for path in (path for folder in folders for path in folder.rglob('*') if path.is_file() and not path.is_symlink()):
        with path.open('rb') as file:
            head = file.read(20)
        if head.startswith(b'\x7fELF'):
            found.add(MACHINES.get(int.from_bytes(head[18:20], 'little')))
    if len(found) > 1:
        yield 'elf-arch-multiple-found'
    if found and arch not in found:
        yield 'elf-arch-not-found'
