# SPDX-License-Identifier: GPL-3.0-or-later
"""What breaks each rule of flathub_manifest.py and flathub_files.py, by the rule's name. '' is what breaks none."""

import gzip
import re

ID = 'io.github.hoist.Hoist'

# A permission more than agreed; «A -> B»: B instead of A.
PERMISSIONS = {
    'finish-args-contains-inherit-wayland-socket': '--socket=inherit-wayland-socket',
    'finish-args-contains-both-x11-and-fallback': '--socket=x11',
    'finish-args-contains-both-x11-and-wayland': '--socket=x11',
    'finish-args-x11-without-ipc': '--share=ipc -> ',
    'finish-args-fallback-x11-without-wayland': '--socket=wayland -> ',
    'finish-args-only-wayland': '--socket=fallback-x11 -> ',
    'finish-args-has-socket-gpg-agent': '--socket=gpg-agent',
    'finish-args-has-socket-ssh-auth': '--socket=ssh-auth',
    'finish-args-has-nosocket-pcsc': '--nosocket=pcsc',
    'finish-args-has-nodevice-kvm': '--nodevice=kvm',
    'finish-args-has-unshare-network': '--unshare=network',
    'finish-args-arbitrary-dbus-access': '--socket=session-bus',
    'finish-args-conditional-permission-not-allowed-if-x11-not-has-wayland': '--socket-if=x11:!has-wayland',
    'finish-args-no-required-flatpak': '--device=usb',
    'finish-args-metadata-key': '--metadata=X-Key=value',
    'finish-args-uses-no-talk-name': '--no-talk-name=org.example.Name',
    'finish-args-home-filesystem-access': '--filesystem=~/',
    'finish-args-home-ro-filesystem-access': '--filesystem=~:ro',
    'finish-args-host-filesystem-access': '--filesystem=host',
    'finish-args-host-ro-filesystem-access': '--filesystem=host:ro',
    'finish-args-arbitrary-xdg-config-access': '--filesystem=xdg-config:ro',
    'finish-args-unnecessary-xdg-data-nautilus-access': '--filesystem=xdg-data/nautilus:create',
    'finish-args-reserved-etc': '--filesystem=/etc/hosts:ro',
    'finish-args-full-home-config-access': '--filesystem=~/.config',
    'finish-args-full-home-cache-access': '--filesystem=home/.cache:ro',
    'finish-args-full-home-local-access': '--filesystem=~/.local',
    'finish-args-full-home-local-share-access': '--filesystem=~/.local/share:create',
    'finish-args-autostart-filesystem-access': '--filesystem=~/.config/autostart:create',
    'finish-args-systemd-filesystem-access': '--filesystem=~/.config/systemd/user',
    'finish-args-desktopfile-filesystem-access': '--filesystem=~/.local/share/applications',
    'finish-args-ssh-filesystem-access': '--filesystem=~/.ssh/config:ro',
    'finish-args-gnupg-filesystem-access': '--filesystem=~/.gnupg',
    'finish-args-absolute-home-path': '--filesystem=/home/anna',
    'finish-args-absolute-run-media-path': '--filesystem=/run/media/anna',
    'finish-args-direct-dconf-path': '--filesystem=xdg-run/dconf',
    'finish-args-flatpak-appdata-folder…': '--filesystem=~/.var/app/org.example.App:ro',
    'finish-args-flatpak-user-folder…': '--filesystem=~/.local/share/flatpak:ro',
    'finish-args-flatpak-system-folder…': '--filesystem=/var/lib/flatpak:ro',
    'finish-args-legacy-icon-folder-permission': '--filesystem=~/.icons:ro',
    'finish-args-legacy-font-folder-permission': '--filesystem=~/.fonts:ro',
    'finish-args-incorrect-theme-folder-permission': '--filesystem=~/.themes:ro',
    'finish-args-host-tmp-access': '--filesystem=/tmp',
    'finish-args-host-var-access': '--filesystem=/var/spool',
    'finish-args-own-name-wildcard-org.kde': '--own-name=org.kde.*',
    'finish-args-own-name-org.kde.StatusNotifierItem-2-1': '--own-name=org.kde.StatusNotifierItem-2-1',
    'finish-args-system-own-name-org.example.Name': '--system-own-name=org.example.Name',
    'finish-args-unnecessary-appid-own-name': f'--own-name={ID}',
    'finish-args-unnecessary-appid-mpris-own-name': f'--own-name=org.mpris.MediaPlayer2.{ID}',
    'finish-args-unnecessary-appid-talk-name': f'--talk-name={ID}.Uploads',
    'finish-args-mpris-flatpak-id-talk-name': f'--talk-name=org.mpris.MediaPlayer2.{ID}',
    'finish-args-mpris-flatpak-id-system-talk-name': f'--system-talk-name=org.mpris.MediaPlayer2.{ID}',
    'finish-args-wildcard-kde-talk-name': '--talk-name=org.kde.*',
    'finish-args-wildcard-freedesktop-system-talk-name': '--system-talk-name=org.freedesktop.*',
    'finish-args-freedesktop-dbus-talk-name': '--talk-name=org.freedesktop.DBus',
    'finish-args-freedesktop-dbus-system-talk-name': '--system-talk-name=org.freedesktop.DBus',
    'finish-args-portal-talk-name': '--talk-name=org.freedesktop.portal.Background',
    'finish-args-portal-impl-secret-talk-name': '--talk-name=org.freedesktop.impl.portal.Secret',
    'finish-args-portal-impl-secret-system-talk-name': '--system-talk-name=org.freedesktop.impl.portal.Secret',
    'finish-args-systemd1-talk-name': '--talk-name=org.freedesktop.systemd1',
    'finish-args-systemd1-system-talk-name': '--system-talk-name=org.freedesktop.systemd1',
    'finish-args-login1-talk-name': '--talk-name=org.freedesktop.login1',
    'finish-args-login1-system-talk-name': '--system-talk-name=org.freedesktop.login1',
    'finish-args-kwin-talk-name': '--talk-name=org.kde.KWin',
    'finish-args-kwin-system-talk-name': '--system-talk-name=org.kde.KWin',
    'finish-args-plasmashell-talk-name': '--talk-name=org.kde.plasmashell',
    'finish-args-plasmashell-system-talk-name': '--system-talk-name=org.kde.plasmashell',
    'finish-args-dconf-talk-name': '--talk-name=ca.desrt.dconf',
    'finish-args-incorrect-dbus-gvfs': '--talk-name=org.gtk.vfs',
    'finish-args-flatpak-spawn-access': '--talk-name=org.freedesktop.Flatpak',
    'finish-args-flatpak-talk-name': '--talk-name=org.freedesktop.Flatpak.Development',
    'finish-args-flatpak-system-talk-name': '--system-talk-name=org.freedesktop.Flatpak',
    'finish-args-incorrect-secret-service-talk-name': '--talk-name=org.freedesktop.Secrets',
}

GIT = {'type': 'git', 'url': 'https://example.org/m.git', 'commit': 'ab' * 20}
FILE = {'type': 'file', 'url': 'https://example.org/m', 'sha256': '0' * 64}


def _module(**properties):
    return {'modules': [{'name': 'm', 'buildsystem': 'meson', 'sources': [GIT], **properties}]}


def _source(source, **properties):
    return _module(sources=[{**source, **properties}])


NETWORK = {'build-args': ['--share=network']}
# Properties instead of the manifest's own; None takes one out.
MANIFESTS = {
    'appid-not-defined': {'id': None},
    'appid-length-more-than-255-chars': {'id': ID + 'x' * 255},
    'appid-less-than-3-components': {'id': 'org.Hoist'},
    'appid-too-many-components-for-app': {'id': f'{ID}.A.B'},
    'appid-component-wrong-syntax': {'id': 'io.github.hoist.2Hoist'},
    'appid-ends-with-lowercase-desktop': {'id': 'io.github.hoist.desktop'},
    'appid-uses-code-hosting-domain': {'id': 'com.github.hoist.Hoist'},
    'appid-code-hosting-too-few-components': {'id': 'io.github.Hoist'},
    'appid-unprefixed-bundled-extension-org.example.Add': {'add-extensions': {'org.example.Add': {'bundle': True}}},
    'finish-args-not-defined': {'finish-args': None},
    'manifest-unknown-properties': {'colour': 'red'},
    'manifest-toplevel-build-network-access': {'build-options': NETWORK},
    'toplevel-no-command': {'command': None},
    'toplevel-command-is-path': {'command': '/app/bin/hoist'},
    'toplevel-unnecessary-branch': {'branch': 'stable'},
    'toplevel-no-modules': {'modules': []},
    'toplevel-cleanup-debug': {'cleanup': ['/lib/debug/usr']},
    'module-m-build-network-access': _module(**{'build-options': NETWORK}),
    'module-m-cleanup-debug': _module(cleanup=['/lib/debug']),
    'module-m-autotools-non-release-build': _module(buildsystem='autotools', **{'config-opts': ['--enable-debug=yes']}),
    'module-m-multiple-git-sources-stacked': _module(sources=[GIT, GIT]),
    'module-m-checker-tracks-commits': _source(GIT, **{'x-checker-data': {'commit-query': '.'}}),
    'module-m-source-dest-filename-is-path': _source(FILE, **{'dest-filename': 'a/b'}),
    'module-m-source-sha1-deprecated': _source(FILE, sha1='0'),
    'module-m-source-md5-deprecated': _source(FILE, md5='0'),
    'module-m-source-git-no-url': _source(GIT, url=None),
    'module-m-source-git-url-not-http': _source(GIT, url='git@example.org:m.git'),
    'module-m-source-git-no-tag-commit-branch': _source(GIT, commit=None),
    'module-m-source-git-no-commit-with-tag': _source(GIT, commit=None, tag='v1'),
    'module-m-source-git-branch': _source(GIT, branch='main'),
}


def change(manifest, changes):
    for name, value in changes.items():
        manifest[name] = value
        if value is None:
            del manifest[name]
    return manifest


# --- Files -------------------------------------------------------------------------------------------------------

DESKTOP, METAINFO = f'applications/{ID}.desktop', f'metainfo/{ID}.metainfo.xml'
ICON = f'icons/hicolor/scalable/apps/{ID}.svg'


def _edit(name, pattern, new, count=1):
    def spoil(share):
        text, times = re.subn(pattern, new, (share / name).read_text('utf-8'), count=count, flags=re.M | re.S)
        assert times, f'{name} has no {pattern}'
        (share / name).write_text(text, 'utf-8')
    return spoil


def _remove(*names):
    def spoil(share):
        for name in names:
            (share / name).unlink()
    return spoil


def _add(name, text=''):
    def spoil(share):
        (share / name).parent.mkdir(parents=True, exist_ok=True)
        (share / name).write_text(text, 'utf-8')
    return spoil


# What is done to an installation.
FILES = {
    'no-exportable-icon-installed': _remove(ICON),
    'non-svg-icon-in-scalable-folder': _add(f'icons/hicolor/scalable/apps/{ID}.png'),
    'non-png-icon-in-hicolor-size-folder': _add(f'icons/hicolor/48x48/apps/{ID}.svg'),
    'desktop-file-not-installed': _remove(DESKTOP),
    'desktop-file-failed-validation': _edit(DESKTOP, '^Type=.*?$', 'Type=Nothing'),
    'desktop-file-icon-key-absent': _edit(DESKTOP, '^Icon=.*?\n', ''),
    'desktop-file-icon-key-empty': _edit(DESKTOP, '^Icon=.*?$', 'Icon='),
    'desktop-file-icon-key-wrong-value': _edit(DESKTOP, '^Icon=.*?$', 'Icon=hoist'),
    'desktop-file-icon-not-installed': _edit(DESKTOP, '^Icon=.*?$', rf'Icon={ID}.Other'),
    'desktop-file-exec-key-absent': _edit(DESKTOP, '^Exec=.*?$', '', count=0),
    'desktop-file-exec-has-flatpak-run': _edit(DESKTOP, '^Exec=', 'Exec=flatpak run '),
    'desktop-file-is-hidden': _edit(DESKTOP, '^Icon=', 'Hidden=true\nIcon='),
    'desktop-file-is-nodisplay': _edit(DESKTOP, '^Icon=', 'NoDisplay=true\nIcon='),
    'desktop-file-low-quality-category': _edit(DESKTOP, '^Categories=.*?$', 'Categories=GNOME;GTK;'),
    'appstream-metainfo-missing': _remove(METAINFO),
    'appstream-failed-validation': _edit(METAINFO, '<summary>', '<summary>Wrong.\n'),
    'metainfo-missing-component-tag': _edit(METAINFO, '<(/?)component', r'<\1thing', count=0),
    'appstream-unsupported-component-type': _edit(METAINFO, 'type="desktop-application"', 'type="font"'),
    'appstream-id-mismatch-flatpak-id': _edit(METAINFO, '<id>', '<id>x.'),
    'appstream-missing-developer-name': _edit(METAINFO, '<developer .*?</developer>', ''),
    'appstream-missing-project-license': _edit(METAINFO, '<project_license>.*?</project_license>', ''),
    'appstream-release-tag-missing-timestamp': _edit(METAINFO, '(<release [^>]*)date="[^"]*"', r'\1'),
    'appstream-latest-release-is-prerelease': _edit(METAINFO, '(<release [^>]*version="[^"]*)', r'\1~beta'),
    'metainfo-missing-launchable-tag': _edit(METAINFO, '<launchable.*?</launchable>', ''),
    'metainfo-launchable-tag-wrong-value': _edit(METAINFO, '(<launchable[^>]*>)', r'\1x'),
    'appstream-launchable-file-missing': _remove(DESKTOP),
    'metainfo-missing-screenshots': _edit(METAINFO, '<screenshots>.*?</screenshots>', ''),
    'metainfo-svg-screenshots': _edit(METAINFO, r'\.png</image>', '.svg</image>'),
}


ICON_KEY = f'<icon type="cached" height="128" width="128">{ID}.png</icon>'


def _catalogue(taken='', instead='', icon=True, copies=1):
    """What a composed catalogue has, with something else in it."""
    component = f'''<component type="desktop-application"><id>{ID}</id><project_license>MIT</project_license>
<developer id="org.example"><name>A</name></developer><categories><category>Network</category></categories>
{ICON_KEY}<launchable type="desktop-id">{ID}.desktop</launchable>
<releases><release timestamp="1" version="1"/></releases>
<screenshots><screenshot><image>https://example.org/a.png</image></screenshot></screenshots></component>'''
    assert taken in component
    text = f'<components>{component.replace(taken, instead) * copies}</components>'

    def make(share, app_id):
        path = share / f'app-info/xmls/{app_id}.xml.gz'
        path.parent.mkdir(parents=True)
        path.write_bytes(gzip.compress(text.encode()))
        _add(f'applications/{app_id}.desktop')(share)
        if icon:
            _add(f'app-info/icons/flatpak/128x128/{app_id}.png')(share)
    return make


CATALOGUE = {
    '': _catalogue(),
    'appstream-missing-appinfo-file': lambda share, app_id: None,
    'appstream-multiple-components': _catalogue(copies=2),
    'appstream-missing-categories': _catalogue('<category>Network</category>'),
    'appstream-missing-icon-file': _catalogue(icon=False),
    'appstream-missing-icon-key': _catalogue(ICON_KEY),
    'appstream-icon-key-no-type': _catalogue('</id>', '</id><icon>a</icon>'),
    'appstream-remote-icon-not-mirrored': _catalogue('</id>', '</id><icon type="remote">https://example.org/i.png</icon>'),
    'appstream-missing-screenshots': _catalogue('<image>https://example.org/a.png</image>'),
}

X86, ARM = (b'\x7fELF' + bytes(14) + bytes([machine, 0]) for machine in (0x3e, 0xb7))
PROGRAMS = {
    '': [X86, b'#!/bin/sh'],
    'elf-arch-multiple-found': [X86, ARM],
    'elf-arch-not-found': [ARM],
}
