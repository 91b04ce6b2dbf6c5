#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Django's commands for the reference backend (docs/backends.md)."""

import os
import sys

from django.core.management import execute_from_command_line

os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_hoist.settings')
execute_from_command_line(sys.argv)
