#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The style check finds each breach, and is content with good code."""

import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE_ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE_ROOT / 'tests/lib'))
import tap

SPDX = '/* SPDX-License-Identifier: GPL-3.0-or-later */\n'
HEADER = SPDX + '\n#pragma once\n\nint hoist_sum (const int *values, int n_values);\n'
BLOCK = '''/**
 * hoist_sum:
 * @values: (array length=n_values): what to add up
 * @n_values: how many
 *
 * Adds up numbers.
 *
 * Returns: their sum
 */
'''
BODY = '''int
hoist_sum (const int *values, int n_values)
{
  int sum = 0;

  for (int i = 0; i < n_values; i++)
    sum += values[i];
  return sum;
}
'''
START = SPDX + '#include "hoist-sum.h"\n\n'
GOOD = START + BLOCK + BODY
VOID_WITH_ERROR = START + '''/**
 * hoist_sum:
 * @error: return location
 *
 * Adds.
 *
 * Returns: %TRUE if it could
 */
gboolean
hoist_sum (GError **error)
{
  return TRUE;
}
'''
STATIC_HELPER = START + '''static int
twice (int value)
{
  return value * 2;
}

''' + BLOCK + BODY.replace('return sum', 'return twice (sum)')

# (what, file, its text, the message that must be there or None)
TABLE = [
    ('good source', 'src/core/hoist-sum.c', GOOD, None),
    ('static functions need no block', 'src/core/hoist-sum.c', STATIC_HELPER, None),
    ('words in comments and strings', 'src/core/hoist-sum.c',
     GOOD.replace('  int sum', '  /* goto printf ( */\n  const char *s = "goto printf (";\n  int sum'), None),
    ('good header', 'src/core/hoist-other.h', HEADER.replace('hoist_sum', 'hoist_other'), None),
    ('good script', 'build-aux/thing', '#!/bin/sh\n# SPDX-License-Identifier: GPL-3.0-or-later\n', None),
    ('good page', 'docs/page.md', '# Page\n\nSee /usr/bin/true and /etc/hosts.\n', None),
    ('programs may print', 'src/app/main.c', SPDX + 'int\nmain (void)\n{\n  printf ("x");\n  return 0;\n}\n', None),
    ('no SPDX line', 'src/core/hoist-sum.c', GOOD[len(SPDX):], ':1: the first line is not'),
    ('script without SPDX line', 'build-aux/thing', '#!/bin/sh\ntrue\n', ':2: the first line is not'),
    ('not formatted', 'src/core/hoist-sum.c', GOOD.replace('sum (', 'sum('), 'clang-format would change'),
    ('too long', 'src/core/hoist-sum.c', GOOD + '\n' + 'extern int i;\n' * 700, 'lines, more than 700'),
    ('tab', 'tests/x.py', '# SPDX-License-Identifier: GPL-3.0-or-later\nif x:\n\tpass\n', ':3: a tab'),
    ('trailing blank', 'docs/page.md', 'a \n', ':1: blanks at the end'),
    ('no last newline', 'docs/page.md', 'a', ':1: no newline'),
    ('goto', 'src/core/hoist-sum.c', GOOD.replace('  return sum', '  goto out;\nout:\n  return sum'), 'goto'),
    ('printf', 'src/core/hoist-sum.c', GOOD.replace('  return', '  printf ("%d", sum);\n  return'), 'prints'),
    ('g_printerr', 'src/net/hoist-x.c', SPDX + 'static void\nx (void)\n{\n  g_printerr ("x");\n}\n', 'prints'),
    ('no block', 'src/core/hoist-sum.c', START + BODY, 'hoist_sum: no documentation block'),
    ('block of another', 'src/core/hoist-sum.c', GOOD.replace('* hoist_sum:', '* hoist_mean:'), 'no documentation block'),
    ('parameter not told', 'src/core/hoist-sum.c', GOOD.replace(' * @n_values: how many\n', ''), '@n_values is not'),
    ('no Returns', 'src/core/hoist-sum.c', GOOD.replace('Returns:', 'Gives'), 'hoist_sum: no «Returns:»'),
    ('no Errors', 'src/core/hoist-sum.c', VOID_WITH_ERROR, 'hoist_sum: no «Errors:»'),
    ('machine path', 'docs/page.md', 'cd /wo' + 'rk/there\n', ':1: ties the file'),
    ('registry', 'docs/page.md', 'from https://pyp' + 'i.org/simple\n', ':1: ties the file'),
    ('header without guard', 'src/core/hoist-other.h', SPDX + '\nint hoist_other (void);\n', 'no #pragma once'),
    ('words that nobody translates', 'src/core/hoist-sum.c',
     GOOD.replace('  return', '  g_debug ("%s", _ ("Sum"));\n  return'), 'not in po/POTFILES'),
    ('words that are translated', 'src/core/hoist-listed.c',
     SPDX + 'static const char *word = N_ ("Sum");\n', None),
    ('template with words', 'src/ui/hoist-x.ui',
     '<?xml version="1.0"?>\n' + SPDX.replace('/*', '<!--').replace('*/', '-->') + '<x translatable="yes"/>\n',
     'not in po/POTFILES'),
    ('list for translators', 'po/POTFILES', 'src/core/gone.c\n', 'there is no src/core/gone.c'),
    ('not UTF-8', 'docs/page.md', b'\xff\n', 'not UTF-8'),
]


class CheckStyle(unittest.TestCase):
    def check(self, name, text, *arguments):
        """Runs the check over a small tree; returns (exit status, output)."""
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            shutil.copy(SOURCE_ROOT / '.clang-format', root)
            header = root / 'src/core/hoist-sum.h'
            header.parent.mkdir(parents=True)
            header.write_text(HEADER)
            (root / 'src/core/hoist-listed.c').write_text(SPDX)
            (root / 'po').mkdir()
            (root / 'po/POTFILES').write_text('# Files with words.\nsrc/core/hoist-listed.c\n')
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            run = subprocess.run(
                [SOURCE_ROOT / 'build-aux/check-style', '--root', root, *arguments],
                capture_output=True, text=True, check=False,
            )
            self.assertEqual(run.stderr, '')
            return run.returncode, run.stdout

    def test_table(self):
        for what, name, text, message in TABLE:
            with self.subTest(what):
                status, output = self.check(name, text)
                if message is None:
                    self.assertEqual((status, output.splitlines()[:-1]), (0, []))
                else:
                    self.assertEqual(status, 1)
                    self.assertIn(message, output)
                    self.assertIn(name, output)

    def test_looks_at_named_files_only(self):
        with tempfile.TemporaryDirectory() as folder:
            good, bad = Path(folder, 'good.md'), Path(folder, 'bad.md')
            good.write_text('a\n')
            bad.write_text('a \n')
            for path, expected in ((good, 0), (bad, 1)):
                run = subprocess.run(
                    [SOURCE_ROOT / 'build-aux/check-style', '--root', folder, path],
                    stdout=subprocess.DEVNULL, check=False,
                )
                self.assertEqual(run.returncode, expected)


tap.main()
