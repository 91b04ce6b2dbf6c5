# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills one side of uploads at random moments, and looks whether anything was lost."""

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from faults import ProxiedBackend
from hoist import BUILD_ROOT, MIB, Ctl, make_file, parse_events, sha256_of
from session import wait_for

JOURNAL_DUMP = BUILD_ROOT / 'tests/campaign/journal-dump'
KIB = 1 << 10
GIB = 1 << 30

# Below, at and above each limit: one PUT (16 MiB), one part, several.
SIZES = (0, 1, 4 * KIB, 100 * KIB, MIB, 5 * MIB, 16 * MIB - 1, 16 * MIB, 16 * MIB + 1, 24 * MIB, 40 * MIB + 17)
SHORT_SIZES = (0, 1, 100 * KIB, 5 * MIB, 16 * MIB, 24 * MIB + 17)
N_SMALL, N_SMALL_SHORT = 40, 6
N_ROUNDS = 5
FOLDERS = ('', 'a', 'a/b', 'with blanks ü')

# What every line and every server does now and then: name, rule, how likely. No lies: of an upload
# that a server says it has forgotten, and keeps, something would be left there by its own fault.
FAULTS = (
    ('busy', 'operation=s3\naction=answer\npreset=slow-down', 0.02),
    ('broken', 'operation=s3\naction=answer\npreset=internal-error', 0.02),
    ('broken-after', 'operation=UploadPart;PutObject\naction=replace\npreset=internal-error', 0.02),
    ('expired', 'operation=UploadPart;PutObject\naction=answer\nearly=true\npreset=expired', 0.02),
    # Twice in a row it is taken for what it says.
    ('expired-ceph', 'operation=UploadPart;PutObject\nlast=1\naction=answer\npreset=expired-ceph', 0.03),
    ('damaged', 'operation=UploadPart;PutObject\naction=corrupt', 0.02),
    ('cut', 'operation=UploadPart;PutObject\naction=cut-request\nafter=50000\nhow=rst', 0.02),
    ('cut-politely', 'operation=UploadPart\naction=cut-request\nafter=2000000\nhow=fin', 0.02),
    ('lost', 'operation=UploadPart;PutObject\naction=cut-answer\nhow=rst', 0.02),
    ('half', 'operation=*\naction=cut-answer\nafter=half\nhow=fin', 0.02),
    ('api-lost', 'operation=api\naction=cut-answer\nhow=rst', 0.02),
    ('api-busy', 'operation=api\naction=answer\npreset=api-unavailable', 0.02),
    ('api-throttled', 'operation=api\naction=answer\npreset=api-throttled', 0.02),
    ('slow', 'operation=*\nlatency-ms=100', 0.05),
    ('narrow', 'operation=UploadPart\nbytes-per-s=20000000', 0.05),
    ('restart', 'operation=sign;complete;UploadPart\naction=restart\ndown-ms=300', 0.004),
)


class Broken(Exception):
    """Something did not hold."""


def read_journal(session):
    """What the journal has now, by upload. A copy is read, since reading repairs."""
    journal = Path(session.env['XDG_STATE_HOME']) / 'hoist/journal'
    copy = session.folder / 'journal-copy'
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir(mode=0o700)
    if not journal.exists():
        return []
    (copy / 'journal').write_bytes(journal.read_bytes())
    run = subprocess.run([JOURNAL_DUMP, copy], capture_output=True, text=True, check=False)
    if run.returncode:
        raise Broken(f'the journal: {run.stderr}')
    return [json.loads(line) for line in run.stdout.splitlines()]


class Ledger:
    """What was told to be done, and whether it is."""

    def __init__(self, backend):
        self.backend = backend
        self.checksums = {}  # name -> SHA-256 of the files
        self.seen = {}  # name -> what the object was when it was read
        self.done_parts = {}  # (upload, part) -> requests by the time when the journal had it
        self.begun = {}  # name -> the upload that has parts of it
        self.n_compared = 0

    def begin_round(self, checksums):
        self.checksums = checksums
        self.seen.clear()

    def check_object(self, name):
        """An object that is told to be there is there, and is the file."""
        path = self.backend.folder / 'hoist' / name
        if not path.is_file():
            raise Broken(f'{name} is told to be done and is not there')
        stat = path.stat()
        now = (stat.st_size, stat.st_mtime_ns, stat.st_ino)
        if self.seen.get(name) != now:
            if sha256_of(path) != self.checksums[name]:
                raise Broken(f'{name} is not the file')
            self.seen[name] = now
            self.n_compared += 1

    def check_told(self, uploads):
        """What is told to be done is; parts that are done are noted, to be sent no more."""
        number = self.backend.proxy.count()
        for upload in uploads:
            for part in upload.get('parts', ()):
                self.done_parts.setdefault((upload['upload'], part), number)
            if upload['state'] == 'done' and upload['name'] in self.checksums:
                self.check_object(upload['name'])
                self.begun.pop(upload['name'], None)
            elif upload.get('parts') and self.begun.setdefault(upload['name'], upload['upload']) != upload['upload']:
                raise Broken(f'{upload["name"]} was begun anew though parts of it were done')

    def check_server(self):
        """All objects are there, once, and nothing else."""
        objects = set(self.backend.objects())
        if objects != set(self.checksums):
            raise Broken(f'missing {set(self.checksums) - objects}, too many {objects - set(self.checksums)}')
        for name in self.checksums:
            self.check_object(name)
        status, answer = self.backend.call('GET', '/uploads')
        if status != 200 or answer['uploads']:
            raise Broken(f'unfinished uploads are left on the server: {answer}')

    def count_parts(self):
        """Looks that no part was sent again after the journal had it as done.

        Returns how many there were, how many requests they took, and how many of them the
        server got whole more than once."""
        requests, again = {}, []
        for request in self.backend.proxy.requests('UploadPart'):
            part = (request['upload'], request['part'])
            requests.setdefault(part, []).append(request['server_status'])
            if request['number'] > self.done_parts.get(part, float('inf')):
                again.append(part)
        if again:
            raise Broken(f'{len(again)} parts were sent again though they were done, such as {again[0]}')
        twice = sum(statuses.count(200) > 1 for statuses in requests.values())
        return len(requests), sum(map(len, requests.values())), twice


class Campaign:
    """kill: who is killed, 'client' or 'backend'; faults: whether the line misbehaves, too."""

    def __init__(self, session, kill, kills, seed, faults=False, short=False):
        self.session, self.kill_whom, self.max_kills, self.seed = session, kill, kills, seed
        self.faults, self.short = faults, short
        self.noise = random.Random(seed)
        self.backend = ProxiedBackend(session)
        self.ledger = Ledger(self.backend)
        self.ctl = Ctl(session, self.backend, 'lab')
        self.kills = self.rounds = self.starts = 0
        self.process = self.root = None

    # --- What there is to upload, and what goes wrong ---

    def make_files(self):
        """Makes the files of a round: a folder and what is in it."""
        self.rounds += 1
        self.root = self.session.folder / f'round {self.rounds}'
        # Small ones by the dozen, as in a folder of pictures.
        sizes = list(SHORT_SIZES if self.short else SIZES)
        sizes += [self.noise.randrange(300 * KIB) for _ in range(N_SMALL_SHORT if self.short else N_SMALL)]
        if self.rounds == 1 and not self.short:
            sizes.append(GIB)
        checksums = {}
        for index, size in enumerate(sizes):
            path = self.root / FOLDERS[index % len(FOLDERS)] / f'{index} {size}.bin'
            checksums[path.relative_to(self.root.parent).as_posix()] = make_file(path, size, self.seed)
        self.ledger.begin_round(checksums)

    def clear_files(self):
        shutil.rmtree(self.root)
        for path in self.backend.objects().values():
            path.unlink()

    def set_faults(self, on):
        rules = (f'[{name}]\n{rule}\nprobability={probability}\n' for name, rule, probability in FAULTS)
        # Each round has other luck.
        self.backend.proxy.set_script(
            f'[proxy]\nseed={self.seed * 1000 + self.rounds}\n' + (''.join(rules) if on and self.faults else ''))

    # --- Life and death ---

    def start(self):
        """Starts hoistctl as a person would, who sees on the list what was taken over."""
        self.starts += 1
        known = {upload['name'] for upload in read_journal(self.session)}
        command = ['resume', '--all'] if known >= self.ledger.checksums.keys() else ['upload', self.root]
        self.process = self.ctl.start(f'ctl-{self.starts}', *command, '--json')

    def kill(self):
        if self.kill_whom == 'client':
            self.session.stop(self.process, signal.SIGKILL)
            # What it had sent may still be on its way to the server.
            self.backend.proxy.wait_until_idle()
        else:
            self.backend.stop(signal.SIGKILL)
            self.backend.start()
        self.kills += 1

    def ended(self):
        return self.process.poll() is not None

    def wait_for_a_moment(self):
        """Lets some bytes travel, or a little time pass."""
        if self.noise.random() < 0.15:
            # Where nothing travels: while it starts, hashes, writes.
            time.sleep(self.noise.random() * 0.3)
            return
        # Between two bytes of any request or answer; few of them as often as many.
        self.backend.proxy.trip(int(2 ** self.noise.uniform(9, 23 if self.short else 25)))
        wait_for(lambda: self.backend.proxy.tripped.is_set() or self.ended(), 'something to travel', 900)

    def run_round(self):
        """Uploads until all has arrived, however often that begins."""
        self.make_files()
        self.set_faults(True)
        self.start()
        # Not all of them in one round: beginnings and ends are the more interesting moments.
        last = min(self.max_kills, self.kills + (self.max_kills if self.short else -(-self.max_kills // N_ROUNDS)))
        while self.kills < last:
            self.wait_for_a_moment()
            if self.ended():
                break
            self.kill()
            self.ledger.check_told(read_journal(self.session))
            if self.kills % 10 == 0:
                self.check_history()
            if self.ended():
                self.start()
        self.process.wait(1800)
        if self.process.returncode:
            raise Broken(f'hoistctl says {self.process.returncode}: {self.session.read_log(self.process.name)}')
        self.set_faults(False)
        self.check_end()

    def check_history(self):
        """What a person is told of is there."""
        run = self.ctl.run('history', '--json', target=False)
        uploads = parse_events(run.stdout)
        self.ledger.check_told(uploads)
        return {upload['name'] for upload in uploads if upload['state'] == 'done'}

    def check_end(self):
        self.ledger.check_told(read_journal(self.session))
        missing = self.ledger.checksums.keys() - self.check_history()
        if missing:
            raise Broken(f'not told to be done: {missing}')
        left = [upload['name'] for upload in read_journal(self.session) if upload['state'] != 'done']
        if left:
            raise Broken(f'still on the list: {left}')
        self.ledger.check_server()

    def run(self):
        """Runs to the last kill, and to the end of what is under way then; returns the figures."""
        begin = time.monotonic()
        while self.kills < self.max_kills:
            if self.root:
                self.clear_files()
            self.run_round()
        parts, requests, twice = self.ledger.count_parts()
        faults = [request['fault'] for request in self.backend.proxy.requests() if request['fault']]
        return {
            'kills': self.kills,
            'rounds': self.rounds,
            'faults': len(faults),
            'parts': parts,
            'requests of parts': requests,
            'parts that the server got twice': twice,
            'done parts sent again': 0,
            'objects compared': self.ledger.n_compared,
            'seconds': round(time.monotonic() - begin),
        }
