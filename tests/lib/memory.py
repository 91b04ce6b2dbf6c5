# SPDX-License-Identifier: GPL-3.0-or-later
"""What an upload costs: time and peak memory of hoistctl and of the backend."""

import re
import time
from pathlib import Path

from hoist import MIB, Backend, Ctl
from session import Session


def peak_mib(process):
    """The most memory that a process ever had in RAM; None once it has ended."""
    try:
        status = Path(f'/proc/{process.pid}/status').read_text()
    except OSError:
        return None
    match = re.search(r'^VmHWM:\s+(\d+) kB', status, re.M)
    return int(match[1]) / 1024 if match else None


def measure(make_files):
    """Uploads what make_files(folder) makes to a new backend; returns (seconds, hoistctl's peak,
    the backend's peak, objects)."""
    with Session() as session:
        backend = Backend(session)
        folder = session.folder / 'files'
        folder.mkdir()
        make_files(folder)
        began = time.monotonic()
        process = Ctl(session, backend).start('ctl', 'upload', '--json', folder)
        peak = 0
        while process.poll() is None:
            # It only grows, so the last look is the peak.
            peak = peak_mib(process) or peak
            time.sleep(0.01)
        seconds = time.monotonic() - began
        if process.returncode:
            raise RuntimeError(session.read_log('ctl'))
        return seconds, peak, peak_mib(backend.process), backend.objects()


def one_file(mib):
    """What makes one file of a size."""
    def make(folder):
        with open('/dev/urandom', 'rb') as noise, open(folder / f'{mib} MiB', 'wb') as file:
            for _ in range(mib):
                file.write(noise.read(MIB))
    return make


def small_files(count, size_bytes):
    """What makes many files."""
    def make(folder):
        with open('/dev/urandom', 'rb') as noise:
            for number in range(count):
                (folder / str(number)).write_bytes(noise.read(size_bytes))
    return make
