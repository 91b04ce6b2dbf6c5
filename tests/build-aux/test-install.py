#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a distribution gets: `meson install` into a DESTDIR for /usr is a complete
working tree, nothing in it points elsewhere, and each file is one that its
readers take."""

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
sys.path.insert(0, str(SOURCE_ROOT / 'tests/lib'))
import tap

BUILD_ROOT = Path(os.environ['HOIST_BUILD_ROOT'])
ID = 'io.github.hoist.Hoist'
TRAY = ['', '-attention', '-paused', *(f'-progress-{n}' for n in range(8))]

# The agreed list, below /usr. What is added to the program is added here.
FILES = {
    'bin/hoist', 'bin/hoistctl', 'bin/hoist-backend',
    'lib/systemd/system/hoist-backend.service',
    f'share/applications/{ID}.desktop',
    f'share/dbus-1/interfaces/{ID}.Uploads1.xml', f'share/dbus-1/services/{ID}.service',
    'share/doc/hoist/backend.conf.example',
    f'share/file-manager/actions/{ID}.action.desktop',
    f'share/glib-2.0/schemas/{ID}.gschema.xml',
    f'share/icons/hicolor/scalable/apps/{ID}.svg',
    *(f'share/icons/hicolor/symbolic/apps/{ID}{name}-symbolic.svg' for name in TRAY),
    f'share/kio/servicemenus/{ID}.servicemenu.desktop',
    'share/man/man1/hoist.1', 'share/man/man1/hoistctl.1', 'share/man/man8/hoist-backend.8',
    f'share/metainfo/{ID}.metainfo.xml',
    f'share/nemo/actions/{ID}.nemo_action',
    *(f'share/bash-completion/completions/{name}' for name in ('hoist', 'hoistctl', 'hoist-backend')),
    *(f'share/zsh/site-functions/_{name}' for name in ('hoist', 'hoistctl', 'hoist-backend')),
    *(f'share/fish/vendor_completions.d/{name}.fish' for name in ('hoist', 'hoistctl', 'hoist-backend')),
}
# Where the libraries of these file managers are; Thunar's module has a better place than «Send To».
MODULES = re.compile(r'lib/[^/]+/(nautilus/extensions-[\d.]+|caja/extensions-2\.0|thunarx-3)/lib(\w+)-hoist\.so')
SEND_TO = f'share/Thunar/sendto/{ID}.sendto.desktop'


def run(command, **options):
    return subprocess.run(
        list(map(str, command)), capture_output=True, text=True, errors='replace', timeout=120, check=False, **options)


class InstallTests(unittest.TestCase):
    """One installation of the build folder, for whatever prefix it has; build-aux/check makes it /usr."""

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix='hoist-install-'))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        options = json.loads(run(['meson', 'introspect', '--buildoptions', BUILD_ROOT]).stdout)
        cls.prefix = next(option['value'] for option in options if option['name'] == 'prefix')
        destdir = cls.folder / 'root'
        # With DESTDIR its hooks leave the machine's caches alone.
        installed = run(['meson', 'install', '-C', BUILD_ROOT, '--no-rebuild', '--quiet'],
                        env={**os.environ, 'DESTDIR': str(destdir)})
        assert installed.returncode == 0, installed.stdout + installed.stderr
        cls.usr = destdir / cls.prefix.lstrip('/')
        cls.root = destdir

    def files(self):
        return {str(path.relative_to(self.usr)) for path in self.usr.rglob('*') if not path.is_dir()}

    def installed(self, name):
        return self.usr / name

    def need(self, program):
        if not shutil.which(program):
            self.skipTest(f'no {program}')
        return program

    def test_the_agreed_list(self):
        modules = {name for name in self.files() if MODULES.fullmatch(name)}
        # Compiled schemas and the like are made again by each package's triggers.
        caches = {'share/glib-2.0/schemas/gschemas.compiled', 'share/icons/hicolor/icon-theme.cache',
                  'share/applications/mimeinfo.cache'}
        rest = self.files() - modules - caches
        self.assertEqual(rest - {SEND_TO}, FILES)
        self.assertNotEqual(SEND_TO in rest, any('thunar' in name for name in modules))

    def test_nothing_points_into_the_source_or_build_folder(self):
        for name in self.files():
            data = self.installed(name).read_bytes()
            if data.startswith(b'\x7fELF'):
                # What debuggers read may name sources.
                continue
            for folder in (SOURCE_ROOT, BUILD_ROOT, self.root):
                self.assertNotIn(str(folder).encode(), data, name)

    def test_modes(self):
        for name in self.files():
            mode = self.installed(name).stat().st_mode & 0o777
            wanted = 0o755 if name.startswith('bin/') or name.endswith('.so') else 0o644
            self.assertEqual(mode | 0o111 if name.endswith('.so') else mode, wanted, name)

    def test_programs_run(self):
        for name in ('hoist', 'hoistctl', 'hoist-backend'):
            shown = run([self.installed(f'bin/{name}'), '--version'])
            self.assertEqual(shown.returncode, 0, shown.stderr)
            self.assertRegex(shown.stdout, rf'^{name} \d+\.\d+\.\d+$')

    def test_desktop_file(self):
        path = self.installed(f'share/applications/{ID}.desktop')
        checked = run([self.need('desktop-file-validate'), path])
        self.assertEqual(checked.stdout + checked.stderr, '')
        text = path.read_text('utf-8')
        # These names lead to the other files.
        self.assertIn(f'\nIcon={ID}\n', text)
        self.assertIn('\nDBusActivatable=true\n', text)

    def test_metainfo(self):
        path = self.installed(f'share/metainfo/{ID}.metainfo.xml')
        checked = run([self.need('appstreamcli'), 'validate', '--no-net', '--explain', path])
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        self.assertIn(f'<launchable type="desktop-id">{ID}.desktop</launchable>', path.read_text('utf-8'))

    def test_service(self):
        text = self.installed(f'share/dbus-1/services/{ID}.service').read_text('utf-8')
        self.assertIn(f'\nName={ID}\nExec={self.prefix}/bin/hoist --gapplication-service\n', text)

    def test_schema(self):
        folder = self.installed('share/glib-2.0/schemas')
        checked = run([self.need('glib-compile-schemas'), '--strict', '--dry-run', folder])
        self.assertEqual((checked.returncode, checked.stdout + checked.stderr), (0, ''))

    def test_man_pages(self):
        man = self.need('man')
        self.need('groff')
        for page in (self.usr / 'share/man').rglob('*.[18]*'):
            shown = run([man, '--warnings', '-E', 'UTF-8', '-l', '-Tutf8', '-Z', page],
                        env={**os.environ, 'LC_ALL': 'C.UTF-8', 'MANWIDTH': '80', 'MANROFFSEQ': ''})
            self.assertEqual((shown.returncode, shown.stderr), (0, ''), page.name)

    def test_man_pages_have_every_option(self):
        for program, page in (('hoist', 'man1/hoist.1'), ('hoist-backend', 'man8/hoist-backend.8')):
            asked = [[], ['token']] if program == 'hoist-backend' else [[]]
            text = self.installed(f'share/man/{page}').read_text('utf-8').replace('\\-', '-')
            for words in asked:
                shown = run([self.installed(f'bin/{program}'), *words, '--help']).stdout
                options = set(re.findall(r'--[a-z][a-z-]+', shown)) - {'--help-all', '--help-gapplication'}
                self.assertTrue(options)
                for option in options:
                    self.assertRegex(text, rf'{option}(?![a-z-])', f'{page} {option}')

    def test_man_page_of_hoistctl_has_every_command(self):
        text = self.installed('share/man/man1/hoistctl.1').read_text('utf-8').replace('\\-', '-')
        shown = run([self.installed('bin/hoistctl'), '--help']).stdout
        commands = re.findall(r'^  ([a-z]+)  ', shown, re.M)
        self.assertGreater(len(commands), 10)
        for command in commands:
            self.assertRegex(text, rf'\b{command}\b', command)
            options = set(re.findall(r'--[a-z][a-z0-9-]+', run(
                [self.installed('bin/hoistctl'), command, '--help']).stdout))
            for option in options:
                self.assertRegex(text, rf'{option}(?![a-z0-9-])', f'{command} {option}')

    def test_completions_parse(self):
        for shell, folder in (('bash', 'bash-completion/completions'), ('zsh', 'zsh/site-functions'),
                              ('fish', 'fish/vendor_completions.d')):
            if not shutil.which(shell):
                continue
            for path in (self.usr / 'share' / folder).iterdir():
                checked = run([shell, '-n', path])
                self.assertEqual((checked.returncode, checked.stderr), (0, ''), path.name)

    def complete(self, *words):
        """What bash offers after these words."""
        home = self.folder / 'home'
        (home / '.config/hoist').mkdir(parents=True, exist_ok=True)
        script = '\n'.join([
            f'source {self.usr}/share/bash-completion/completions/{words[0]}',
            'compopt() { :; }',
            'COMP_WORDS=("$@")', 'COMP_CWORD=$(($# - 1))',
            '_${1//-/_}', 'printf "%s\\n" "${COMPREPLY[@]}"',
        ])
        shown = run(['bash', '-c', script, 'bash', *words], env={
            'HOME': str(home), 'PATH': f'{self.usr}/bin:{os.environ["PATH"]}', 'LC_ALL': 'C.UTF-8',
            'XDG_CONFIG_HOME': str(home / '.config')})
        self.assertEqual(shown.stderr, '')
        return [line for line in shown.stdout.split('\n') if line]

    def test_completions_of_bash(self):
        table = [
            (('hoistctl', 'up'), ['upload']),
            (('hoistctl', 'un'), ['unfinished']),
            (('hoistctl', 'destination', 're'), ['remove']),
            (('hoistctl', 'integrate', 'nautilus', 'do'), ['dolphin']),
            (('hoistctl', 'upload', '--ret'), ['--retry-for=']),
            (('hoistctl', 'unfinished', 'clear', '--old'), ['--older-than=']),
            (('hoist', '--tok'), ['--token-file=']),
            (('hoist-backend', 'to'), ['token']),
            (('hoist-backend', 'token', 'a'), ['add']),
            (('hoist-backend', 'token', 'add', '--pre'), ['--prefix=']),
        ]
        for words, offered in table:
            self.assertEqual(self.complete(*words), offered, words)

    def test_completions_of_fish(self):
        self.need('fish')
        folder = self.usr / 'share/fish/vendor_completions.d'
        table = [
            ('hoistctl up', 'upload'), ('hoistctl destination re', 'remove'),
            ('hoistctl upload --ret', '--retry-for='), ('hoistctl unfinished clear --old', '--older-than='),
            ('hoistctl integrate nautilus do', 'dolphin'), ('hoist-backend token add --pre', '--prefix='),
            ('hoist-backend to', 'token'), ('hoist --tok', '--token-file'),
        ]
        for line, offered in table:
            script = f'source {folder}/{line.split()[0]}.fish; complete -C "{line}"'
            shown = run(['fish', '--no-config', '-c', script], env={
                'HOME': str(self.folder), 'PATH': f'{self.usr}/bin:{os.environ["PATH"]}', 'LC_ALL': 'C.UTF-8'})
            words = {row.split('\t')[0] for row in shown.stdout.splitlines()}
            self.assertIn(offered, words, (line, shown.stderr))

    def test_completion_of_destinations(self):
        home = self.folder / 'home'
        (home / '.config/hoist').mkdir(parents=True, exist_ok=True)
        made = run([self.installed('bin/hoistctl'), 'destination', 'add', '--token-file', '/dev/stdin', 'Big Work',
                    'http://127.0.0.1:9'], input='token\n', env={
                        'HOME': str(home), 'XDG_CONFIG_HOME': str(home / '.config'), 'LC_ALL': 'C.UTF-8'})
        self.assertIn('Big Work', made.stdout, made.stderr)
        self.assertEqual(self.complete('hoistctl', 'upload', '--to', ''), ['Big\\ Work'])
        self.assertEqual(self.complete('hoistctl', 'destination', 'test', 'B'), ['Big\\ Work'])
        self.assertEqual(self.complete('hoist', '-t', 'X'), [])

    def test_systemd_unit(self):
        analyze = self.need('systemd-analyze')
        unit = self.installed('lib/systemd/system/hoist-backend.service')
        # verify wants the program where the unit says it is.
        root = self.folder / 'unit'
        root.mkdir()
        copy = root / unit.name
        copy.write_text(unit.read_text('utf-8').replace(f'{self.prefix}/bin', str(self.usr / 'bin')))
        checked = run([analyze, 'verify', '--man=no', copy])
        self.assertNotRegex(checked.stderr, r'hoist-backend\.service')
        score = run([analyze, 'security', '--offline=yes', '--threshold=20', copy])
        self.assertEqual(score.returncode, 0, score.stdout + score.stderr)


if __name__ == '__main__':
    tap.main()
