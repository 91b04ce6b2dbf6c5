#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory does not grow with what is uploaded. tests/bench/memory measures more, and slower."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from memory import measure, one_file

MOST_GROWTH_MIB = 8


class Memory(unittest.TestCase):
    def test_does_not_grow_with_the_file(self):
        _, _, small_ctl, small_backend = measure(one_file(64))
        _, _, large_ctl, large_backend = measure(one_file(512))
        print(f'# hoistctl {small_ctl:.1f} -> {large_ctl:.1f} MiB, '
              f'hoist-backend {small_backend:.1f} -> {large_backend:.1f} MiB')
        self.assertLess(large_ctl - small_ctl, MOST_GROWTH_MIB)
        self.assertLess(large_backend - small_backend, MOST_GROWTH_MIB)


tap.main()
