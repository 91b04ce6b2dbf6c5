#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""memory.py [--build DIR]

Uploads one file of 256 MiB, one of 2 GiB and a folder of 1,000 files of 64 KiB
with hoistctl to hoist-backend's embedded store, compares every object with its
file by SHA-256, and prints time, processor time and the peak memory of both
programs. Needs 9 GiB in the temporary folder.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MIB = 1 << 20


def make_file(path, size):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, 'wb') as file:
        while size > 0:
            piece = os.urandom(min(size, MIB))
            file.write(piece)
            size -= len(piece)


def sha256(path):
    with open(path, 'rb') as file:
        return hashlib.file_digest(file, 'sha256').hexdigest()


def peak_mib(pid):
    for line in Path(f'/proc/{pid}/status').read_text().splitlines():
        if line.startswith('VmHWM:'):
            return int(line.split()[1]) / 1024
    raise RuntimeError('no VmHWM')


class Backend:
    """A hoist-backend of its own for each row, so that its peak is the row's."""

    def __init__(self, build, folder):
        self.folder = folder
        self.process = subprocess.Popen(
            [build / 'src/backend/hoist-backend', '--embedded', folder, '--listen', '127.0.0.1:0'],
            stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().removeprefix('listening on ').strip()

    def stop(self):
        peak = peak_mib(self.process.pid)
        self.process.terminate()
        self.process.wait()
        return peak


def upload(build, backend, source, home):
    environment = dict(os.environ, HOME=str(home), XDG_STATE_HOME=str(home / 'state'))
    begin = time.monotonic()
    process = subprocess.Popen(
        [build / 'src/app/hoistctl', 'upload', '--url', backend.url,
         '--token-file', backend.folder / 'token', source],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f'hoistctl ended with {status}')
    return time.monotonic() - begin, usage


def compare(source, stored):
    files = [p for p in source.rglob('*') if p.is_file()] if source.is_dir() else [source]
    for file in files:
        there = stored / file.relative_to(source.parent)
        if sha256(file) != sha256(there):
            sys.exit(f'{there} is not {file}')
    return len(files)


def measure(name, build, folder, source):
    backend = Backend(build, folder / 'backend')
    wall_s, usage = upload(build, backend, source, folder / 'home')
    backend_peak = backend.stop()
    n = compare(source, folder / 'backend/hoist')
    cpu_s = usage.ru_utime + usage.ru_stime
    print(f'| {name} | {n} | {wall_s:.1f} | {cpu_s:.1f} | {usage.ru_maxrss / 1024:.0f} '
          f'| {backend_peak:.0f} |', flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--build', type=Path, default=Path('_build'))
    build = parser.parse_args().build.resolve()

    print('| upload | objects equal | wall s | hoistctl CPU s | hoistctl peak MiB | backend peak MiB |')
    print('|---|---|---|---|---|---|')
    for name, size in (('256 MiB file', 256 * MIB), ('2 GiB file', 2048 * MIB)):
        folder = Path(tempfile.mkdtemp(prefix='hoist-memory-'))
        make_file(folder / 'file', size)
        measure(name, build, folder, folder / 'file')
        shutil.rmtree(folder)
    folder = Path(tempfile.mkdtemp(prefix='hoist-memory-'))
    for i in range(1000):
        make_file(folder / f'many/{i // 100}/{i}', 64 * 1024)
    measure('1,000 files of 64 KiB', build, folder, folder / 'many')
    shutil.rmtree(folder)


if __name__ == '__main__':
    main()
