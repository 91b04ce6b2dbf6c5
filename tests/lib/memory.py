# SPDX-License-Identifier: GPL-3.0-or-later
"""What an upload costs: time, and what hoistctl and the backend need."""

import os
import re
import time
from pathlib import Path

from hoist import MIB, Backend, Ctl, sha256_of
from session import Session


def peak_mib(process):
    """The most memory that a process ever had in RAM; None once it has ended."""
    try:
        status = Path(f'/proc/{process.pid}/status').read_text()
    except OSError:
        return None
    match = re.search(r'^VmHWM:\s+(\d+) kB', status, re.M)
    return int(match[1]) / 1024 if match else None


def cpu_seconds(process):
    """The processor time that a process took so far, user and system; None once it has ended."""
    try:
        fields = Path(f'/proc/{process.pid}/stat').read_text().rpartition(')')[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def compare(folder, objects):
    """Every file below a folder is there under its name, with its SHA-256."""
    for path in folder.rglob('*'):
        if path.is_file():
            name = path.relative_to(folder.parent).as_posix()
            assert sha256_of(objects[name]) == sha256_of(path), name


def measure(make_files):
    """Uploads what make_files(folder) makes to a new backend and compares what arrived; returns
    (seconds, hoistctl's processor seconds, hoistctl's peak, the backend's peak)."""
    with Session() as session:
        backend = Backend(session)
        folder = session.folder / 'files'
        folder.mkdir()
        make_files(folder)
        began = time.monotonic()
        process = Ctl(session, backend).start('ctl', 'upload', '--json', folder)
        peak = cpu = 0
        while process.poll() is None:
            # Both only grow, so the last look tells.
            peak = peak_mib(process) or peak
            cpu = cpu_seconds(process) or cpu
            time.sleep(0.01)
        seconds = time.monotonic() - began
        if process.returncode:
            raise RuntimeError(session.read_log('ctl'))
        backend_peak = peak_mib(backend.process)
        compare(folder, backend.objects())
        return seconds, cpu, peak, backend_peak


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
