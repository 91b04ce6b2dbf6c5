# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of Flathub's linter (flatpak-builder-lint) about manifests, by the linter's own names.

docs/flathub-rules.md lists them; test-manifest.py breaks each of them once. What the
linter writes into a name of its own, such as a folder, is «…» in the list."""

import re

KNOWN_PROPERTIES = {
    'app': {'id', 'runtime', 'runtime-version', 'sdk', 'command', 'finish-args', 'cleanup', 'modules', 'branch',
            'build-options', 'add-extensions', 'build-extension'},
    'module': {'name', 'buildsystem', 'config-opts', 'sources', 'build-options', 'cleanup', 'modules', 'builddir'},
    'source': {'type', 'path', 'skip', 'url', 'tag', 'commit', 'branch', 'sha256', 'sha1', 'md5', 'dest',
               'dest-filename', 'x-checker-data'},
}
MODE = r'(?::(?:create|rw|ro))?'
HOME = r'(?:~|home)/'

# What a permission for files may not be: the name of the rule, and what the permission looks like.
FILESYSTEM_RULES = (
    ('finish-args-{}-filesystem-access', r'(home|host|host-root|host-etc|host-os)(?::rw|:create)?'),
    ('finish-args-{}-ro-filesystem-access', r'(home|host|host-root|host-etc|host-os):ro'),
    ('finish-args-arbitrary-{}-access', rf'(xdg-(?:data|config|cache)){MODE}'),
    ('finish-args-unnecessary-{}-access', rf'(xdg-(?:data|config|cache)/[^:]+){MODE}'),
    ('finish-args-reserved-{}', r'/(\.flatpak-info|app|bin|dev|etc|lib|lib32|lib64|proc|root|run/flatpak|run/host'
                                rf'|sbin|usr)(?:/.*)?{MODE}'),
    ('finish-args-full-home-config-access', rf'{HOME}\.config/?{MODE}'),
    ('finish-args-full-home-cache-access', rf'{HOME}\.cache/?{MODE}'),
    ('finish-args-full-home-local-access', rf'{HOME}\.local/?{MODE}'),
    ('finish-args-full-home-local-share-access', rf'{HOME}\.local/share/?{MODE}'),
    ('finish-args-autostart-filesystem-access', rf'{HOME}\.config/autostart/?{MODE}'),
    ('finish-args-systemd-filesystem-access', rf'{HOME}\.config/systemd(?:/.*)?{MODE}'),
    ('finish-args-desktopfile-filesystem-access', rf'{HOME}\.local/share/applications/?{MODE}'),
    ('finish-args-ssh-filesystem-access', rf'{HOME}\.ssh(?:/.*)?{MODE}'),
    ('finish-args-gnupg-filesystem-access', rf'{HOME}\.gnupg(?:/.*)?{MODE}'),
    ('finish-args-absolute-home-path', rf'(?:/var)?/home(?:/.*)?{MODE}'),
    ('finish-args-absolute-run-media-path', r'/run/media/\w.*'),
    ('finish-args-direct-dconf-path', rf'(?:xdg-run|{HOME}\.config|/run/user/[^:]*)/?dconf(?:/.*)?{MODE}'),
    ('finish-args-flatpak-appdata-folder…', rf'{HOME}\.var/app(?:/.*)?{MODE}'),
    ('finish-args-flatpak-user-folder…', rf'{HOME}\.local/share/flatpak(?:/.*)?{MODE}'),
    ('finish-args-flatpak-system-folder…', rf'/var/lib/flatpak(?:/.*)?{MODE}'),
    ('finish-args-legacy-icon-folder-permission', rf'{HOME}\.icons(?:/.*)?{MODE}'),
    ('finish-args-legacy-font-folder-permission', rf'{HOME}\.fonts(?:/.*)?{MODE}'),
    ('finish-args-incorrect-theme-folder-permission', rf'{HOME}\.themes(?:/.*)?{MODE}'),
    ('finish-args-host-tmp-access', rf'/tmp(?:/.*)?{MODE}'),
    ('finish-args-host-var-access', r'/var(?!/(?:home|cache|config|data|tmp|lib/flatpak)\b)(?:/.*)?' + MODE),
)
# The same about names on a bus; in the names of rules about the system's bus stands «system-».
NAME_RULES = (
    ('finish-args-wildcard-{}-{bus}talk-name', r'org\.(freedesktop|gnome|kde)\.\*'),
    ('finish-args-freedesktop-dbus-{bus}talk-name', r'org\.freedesktop\.DBus(?:\..*)?'),
    ('finish-args-portal-impl-{}-{bus}talk-name', r'org\.freedesktop\.impl\.portal\.(?:.*\.)?(\w+)'),
    ('finish-args-systemd1-{bus}talk-name', r'org\.freedesktop\.systemd1(?:\..*)?'),
    ('finish-args-login1-{bus}talk-name', r'org\.freedesktop\.login1(?:\..*)?'),
    ('finish-args-kwin-{bus}talk-name', r'org\.kde\.KWin(?:\..*)?'),
    ('finish-args-plasmashell-{bus}talk-name', r'org\.kde\.plasmashell(?:\..*)?'),
)
SESSION_NAME_RULES = (
    ('finish-args-portal-talk-name', r'org\.freedesktop\.portal\..*'),
    ('finish-args-dconf-talk-name', r'ca\.desrt\.dconf(?:\..*)?'),
    ('finish-args-incorrect-dbus-gvfs', r'org\.gtk\.vfs'),
    ('finish-args-flatpak-spawn-access', r'org\.freedesktop\.Flatpak(?:\.\*)?'),
    ('finish-args-flatpak-talk-name', r'org\.freedesktop\.Flatpak\.(?!\*$).*'),
    ('finish-args-incorrect-secret-service-talk-name', r'org\.freedesktop\.Secrets'),
)
SYSTEM_NAME_RULES = (('finish-args-flatpak-system-talk-name', r'org\.freedesktop\.Flatpak'),)

# Other spellings of a permission, and what they count as.
SPELLINGS = {
    'nodevice': ('device', '!'), 'nosocket': ('socket', '!'), 'unshare': ('share', '!'),
    'device-if': ('device', 'if:'), 'socket-if': ('socket', 'if:'), 'share-if': ('share', 'if:'),
    'allow-if': ('allow', 'if:'), 'no-talk-name': ('none-name', ''), 'system-no-talk-name': ('none-name', ''),
}
TAKEN_AWAY = {'device': 'nodevice', 'socket': 'nosocket', 'share': 'unshare'}


def of_manifest(manifest, name):
    """The names of the rules that a manifest breaks, published as that file."""
    yield from _of_id(manifest.get('id', ''), name)
    yield from _of_top(manifest)
    if 'finish-args' not in manifest:
        yield 'finish-args-not-defined'
    yield from of_permissions(manifest.get('id', ''), manifest.get('finish-args', ()))
    yield from _of_properties('app', manifest)
    for extension, details in manifest.get('add-extensions', {}).items():
        if details.get('bundle') and not extension.startswith(manifest['id']):
            yield f'appid-unprefixed-bundled-extension-{extension}'
    for module in manifest.get('modules', ()):
        yield from _of_module(module)


def _of_id(app_id, name):
    parts = app_id.split('.')
    if not app_id:
        yield 'appid-not-defined'
        return
    if name != f'{app_id}.json':
        yield 'appid-filename-mismatch'
    if len(app_id) > 255:
        yield 'appid-length-more-than-255-chars'
    if len(parts) < 3:
        yield 'appid-less-than-3-components'
    if len(parts) > 5:
        yield 'appid-too-many-components-for-app'
    if not all(re.fullmatch(r'[A-Za-z_][\w-]*', part) for part in parts):
        yield 'appid-component-wrong-syntax'
    if parts[-1] == 'desktop':
        yield 'appid-ends-with-lowercase-desktop'
    host = parts[1].lower() if len(parts) > 1 else ''
    if host in ('github', 'gitlab', 'codeberg'):
        if parts[0].lower() != ('page' if host == 'codeberg' else 'io'):
            yield 'appid-uses-code-hosting-domain'
        if len(parts) < 4:
            yield 'appid-code-hosting-too-few-components'


def _of_top(manifest):
    command = manifest.get('command', '')
    if not command:
        yield 'toplevel-no-command'
    if command.startswith('/'):
        yield 'toplevel-command-is-path'
    if 'branch' in manifest:
        yield 'toplevel-unnecessary-branch'
    if not manifest.get('modules'):
        yield 'toplevel-no-modules'
    if _cleans_up_debug(manifest):
        yield 'toplevel-cleanup-debug'
    if _builds_with_network(manifest):
        yield 'manifest-toplevel-build-network-access'


def _cleans_up_debug(part):
    return any(item == '/lib/debug' or item.startswith('/lib/debug/') for item in part.get('cleanup', ()))


def _builds_with_network(part):
    return '--share=network' in part.get('build-options', {}).get('build-args', ())


def _of_properties(kind, part):
    if not set(part) <= KNOWN_PROPERTIES[kind]:
        yield 'manifest-unknown-properties'


# --- Permissions -------------------------------------------------------------------------------------------------

def of_permissions(app_id, arguments):
    """The names of the rules that the permissions break."""
    given = {}
    for argument in arguments:
        name, _, value = argument.removeprefix('--').partition('=')
        name, start = SPELLINGS.get(name, (name, ''))
        given.setdefault(name, set()).add(start + value)
    yield from _of_sockets(given.get('socket', set()), given.get('share', set()))
    yield from _of_devices(given.get('device', set()), 'require-version' in given)
    for name, spelling in TAKEN_AWAY.items():
        for value in given.get(name, ()):
            if value.startswith('!'):
                yield f'finish-args-has-{spelling}-{value[1:]}'
    for name in ('socket', 'share', 'device', 'allow'):
        for value in given.get(name, ()):
            if value.startswith('if:'):
                yield 'finish-args-conditional-permission-not-allowed-' + value.replace('!', 'not-').replace(':', '-')
    if 'none-name' in given:
        yield 'finish-args-uses-no-talk-name'
    if any(not value.startswith('X-DConf=migrate-path=/') for value in given.get('metadata', ())):
        yield 'finish-args-metadata-key'
    for value in given.get('filesystem', ()):
        yield from _matches(FILESYSTEM_RULES, re.sub(r'^~/?(?=:|$)', 'home', value))
    yield from _of_names(app_id, given)


def _of_sockets(sockets, shares):
    x11, fallback, wayland = 'x11' in sockets, 'fallback-x11' in sockets, 'wayland' in sockets
    if 'inherit-wayland-socket' in sockets:
        yield 'finish-args-contains-inherit-wayland-socket'
    if x11 and fallback:
        yield 'finish-args-contains-both-x11-and-fallback'
    if x11 and wayland:
        yield 'finish-args-contains-both-x11-and-wayland'
    if (x11 or fallback) and 'ipc' not in shares:
        yield 'finish-args-x11-without-ipc'
    if fallback and not wayland:
        yield 'finish-args-fallback-x11-without-wayland'
    if wayland and not (x11 or fallback):
        yield 'finish-args-only-wayland'
    if 'gpg-agent' in sockets:
        yield 'finish-args-has-socket-gpg-agent'
    if 'ssh-auth' in sockets:
        yield 'finish-args-has-socket-ssh-auth'
    if sockets & {'session-bus', 'system-bus'}:
        yield 'finish-args-arbitrary-dbus-access'


def _of_devices(devices, has_version):
    if devices & {'input', 'usb'} and not has_version:
        yield 'finish-args-no-required-flatpak'


def _of_names(app_id, given):
    for name in given.get('own-name', ()):
        if _is_below(name, app_id):
            yield 'finish-args-unnecessary-appid-own-name'
        elif name.startswith('org.mpris.MediaPlayer2.'):
            if _is_below(name, f'org.mpris.MediaPlayer2.{app_id}'):
                yield 'finish-args-unnecessary-appid-mpris-own-name'
        else:
            yield 'finish-args-own-name-' + _wildcard(name)
    for name in given.get('system-own-name', ()):
        yield 'finish-args-system-own-name-' + _wildcard(name)
    for name in given.get('talk-name', ()):
        if _is_below(name, app_id):
            yield 'finish-args-unnecessary-appid-talk-name'
        if _is_below(name, f'org.mpris.MediaPlayer2.{app_id}'):
            yield 'finish-args-mpris-flatpak-id-talk-name'
        yield from _matches(NAME_RULES + SESSION_NAME_RULES, name, bus='')
    for name in given.get('system-talk-name', ()):
        if name == f'org.mpris.MediaPlayer2.{app_id}':
            yield 'finish-args-mpris-flatpak-id-system-talk-name'
        yield from _matches(NAME_RULES + SYSTEM_NAME_RULES, name, bus='system-')


def _is_below(name, app_id):
    return name == app_id or name.startswith(app_id + '.')


def _wildcard(name):
    return f'wildcard-{name[:-2]}' if name.endswith('.*') else name


def _matches(rules, value, **words):
    for rule, pattern in rules:
        if match := re.fullmatch(pattern, value):
            yield rule.format(*(group.replace('/', '-').lower() for group in match.groups()), **words)


# --- Modules -----------------------------------------------------------------------------------------------------

def _of_module(module):
    start = f'module-{module["name"]}'
    yield from _of_properties('module', module)
    if _builds_with_network(module):
        yield f'{start}-build-network-access'
    if _cleans_up_debug(module):
        yield f'{start}-cleanup-debug'
    if module.get('buildsystem', 'autotools') == 'autotools' and any(
            option.startswith('--enable-debug') and not option.endswith('=no') for option in module.get('config-opts', ())):
        yield f'{start}-autotools-non-release-build'
    places = [source.get('dest', '.') for source in module.get('sources', ()) if source.get('type') == 'git']
    if len(places) != len(set(places)):
        yield f'{start}-multiple-git-sources-stacked'
    for source in module.get('sources', ()):
        yield from _of_properties('source', source)
        yield from _of_source(start, source)
    for inner in module.get('modules', ()):
        yield from _of_module(inner)


def _of_source(start, source):
    if 'commit-query' in source.get('x-checker-data', {}):
        yield f'{start}-checker-tracks-commits'
    if '/' in source.get('dest-filename', ''):
        yield f'{start}-source-dest-filename-is-path'
    if source['type'] in ('archive', 'file'):
        for digest in ('sha1', 'md5'):
            if digest in source:
                yield f'{start}-source-{digest}-deprecated'
    if source['type'] == 'dir':
        yield f'{start}-source-dir-not-allowed'
    if source['type'] == 'git':
        yield from _of_git(f'{start}-source-git', source)


def _of_git(start, source):
    if not source.get('url'):
        yield f'{start}-no-url'
    elif not source['url'].startswith(('http://', 'https://')):
        yield f'{start}-url-not-http'
    if not any(source.get(name) for name in ('commit', 'branch', 'tag')):
        yield f'{start}-no-tag-commit-branch'
    if source.get('tag') and not source.get('commit'):
        yield f'{start}-no-commit-with-tag'
    if source.get('branch') and not re.match('[a-f0-9]{4,40}', source['branch']):
        yield f'{start}-branch'
