#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The crash campaign in short. tests/campaign/crash is the long form."""

import os
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from campaign import Campaign
import tap
from session import Session

KILLS = 10


class Crash(unittest.TestCase):
    def run_campaign(self, **options):
        # Another one each time, and the same one again when it is given.
        seed = int(os.environ.get('HOIST_SEED', os.getpid()))
        print(f'# HOIST_SEED={seed}', flush=True)
        session = self.enterContext(Session())
        figures = Campaign(session, kills=KILLS, seed=seed, short=True, **options).run()
        print(f'# {figures}', flush=True)
        self.assertEqual(figures['kills'], KILLS)
        self.assertGreater(figures['objects compared'], 0)

    def test_client_killed(self):
        self.run_campaign(kill='client')

    def test_backend_killed(self):
        self.run_campaign(kill='backend')

    def test_client_killed_on_a_bad_line(self):
        self.run_campaign(kill='client', faults=True)


tap.main()
