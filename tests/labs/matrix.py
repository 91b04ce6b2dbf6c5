# SPDX-License-Identifier: GPL-3.0-or-later
"""What every storage and every server is tried with: one table, and what proves a row of it.

A lab is a class that says where files go; it gets its tests from Matrix and the classes below. What came of them is
written down in _build/labs, of which tests/labs/report makes docs/compatibility.md. boto3 looks at what arrived.
"""

import contextlib
import email.utils
import hashlib
import json
import os
import shutil
import signal
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from faults import FaultProxy
from hoist import BUILD_ROOT, HOISTCTL, MIB, Ctl, clock_off_by, events_of, files_with, make_file, parse_events
from servers import CA, Embedded
from session import Session, wait_for

SIZES = {'0': ('0 bytes', 0), '1': ('1 byte', 1), '16m': ('16 MiB − 1', 16 * MIB - 1), '100m': ('100 MiB, in parts', 100 * MIB)}
LONG = '/'.join(letter * 180 for letter in 'vwxyz') + '/' + 'long'.ljust(95, '-')
NAMES = {
    'blank': ('names with blanks', 'a name with blanks.bin'),
    'plus': ('with `+`', 'one+two.bin'),
    'percent': ('with `%`', '50%25.bin'),
    'quotes': ('with quotes', 'it\'s "q".bin'),
    'emoji': ('with emoji', '\U0001f680\U0001f469\u200d\U0001f680.bin'),
    'combining': ('with combining accents', 'e\u0301o\u0308.bin'),
    'long': ('1,000 bytes long', LONG),
}
# In the order of the table.
ROWS = {
    **{row: label for row, (label, _) in SIZES.items()},
    **{row: label for row, (label, _) in NAMES.items()},
    'verify': 'what arrived is looked at again: `hoistctl verify`',
    'wrong-key': 'a wrong key is told',
    'no-bucket': 'a bucket that is not there is told',
    'expired': 'URLs that expired are signed again',
    'clock': 'a clock that is a day off, either way',
    'gone': 'the upload is dropped under way (`NoSuchUpload`): begun anew',
    'cancel': 'cancelled: nothing is left',
    'resume': 'hoistctl killed: what arrived does not travel again',
    'leftovers': 'what another computer left is found and cleared',
    'killed': 'the server killed and started again: waited for',
    'slow-down': '`503 SlowDown`',
    'request-timeout': '`400 RequestTimeout`',
    'error-in-200': 'an error inside a 200',
    'form': 'small files by a form, signed again if it expired',
    '10000': '10,000 parts',
    'https': 'HTTPS with an authority of one’s own',
    'host': 'the bucket in the host’s name (virtual-host style)',
    'metadata': 'metadata of new objects',
    'labels': 'their tags, ACL and storage class',
    'share': 'a link to share, signed by Hoist or by its backend',
    'detect': 'found out by its address alone',
}
# What cannot be, and why; it is in docs/compatibility.md as well.
OF_COMPANION = {
    'long': 'the key is a UUID and the file’s own name, which no file system has that long',
    'verify': 'it cannot be asked for what it completed',
    'leftovers': 'it lists no uploads',
    '10000': 'it has no say in how large parts are: that would be a file of 78 GiB',
    'share': 'it signs no links',
}
NOT_HERE = {
    'companion': {**OF_COMPANION, 'form': 'the embedded store takes none: small files go in parts'},
    'companion-ceph': OF_COMPANION,
    'companion-swift': {**OF_COMPANION, 'form': 'Swift takes none: small files go in parts'},
}
LARGE = 20 * MIB  # three parts
HOLD = '[held]\noperation=UploadPart\npart={part}\nlast=1\naction=hold\n'
RESULTS = BUILD_ROOT / 'labs'
DAY = 24 * 3600
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
LIFETIME_S = 2  # of URLs that are to be old soon


class Results:
    """What was found out of one column of the table; written down with every line."""

    def __init__(self, column, version):
        self.content = {'column': column, 'version': version, 'rows': {}}
        self.file = RESULTS / f'{column}-{Path(sys.argv[0]).stem}.json'

    def set(self, row, value):
        self.content['rows'][row] = value
        self.file.parent.mkdir(exist_ok=True)
        new = self.file.with_suffix(f'.{os.getpid()}')
        new.write_text(json.dumps(self.content, indent=1) + '\n')
        new.replace(self.file)


class Lab:
    """A storage, perhaps a server before it, and a hoistctl that has it as its destination.

    COLUMN: of the table, which has what cannot be in NOT_HERE. PROXIED: a fault proxy is between, and sees all that the storage sees.
    make_storage() and, for what is no bucket of its own, make_front() and use() say what it is.
    """

    COLUMN, PROXIED = None, True
    results = {}

    @classmethod
    def setUpClass(cls):
        cls.session = cls.enterClassContext(Session())
        cls.storage = cls.make_storage(cls.session)
        cls.endpoint = cls.storage.url
        if cls.PROXIED:
            cls.proxy = FaultProxy(cls.session)
            cls.proxy.set_servers(cls.storage.url.split('/')[2])
            cls.endpoint = cls.proxy.url
        cls.front = cls.make_front(cls.endpoint)
        if cls.COLUMN not in Lab.results:
            Lab.results[cls.COLUMN] = Results(cls.COLUMN, cls.version())

    @classmethod
    def version(cls):
        return cls.storage.version()

    @classmethod
    def make_front(cls, endpoint):
        """What stands between hoistctl and the storage; it has kill() and start()."""
        return cls.storage

    def setUp(self):
        name = self.id().rpartition('.')[2].removeprefix('test_').replace('_', '-')
        self.prefix = name
        self.session.move_in(f'home-{name}-{id(self)}')
        self.files = self.session.folder / f'files-{name}'
        shutil.rmtree(self.files, ignore_errors=True)
        self.files.mkdir()
        self.storage.abort_all()
        self.before = set(self.storage.listing())
        if self.PROXIED:
            self.proxy.set_script('')
        self.ctl = self.use()

    def use(self, *options, name='lab', keys_file=None):
        """Sets the destination up, below a prefix of the test."""
        return Ctl.for_bucket(self.session, name, self.endpoint, self.storage.bucket, keys_file or self.storage.keys_file,
                              '--service', self.storage.service, '--region', self.storage.region, '--key-prefix', self.prefix,
                              *options)

    def name_of(self, key):
        """The name of the file that a key was made for."""
        return key.removeprefix(f'{self.prefix}/')

    @classmethod
    def not_here(cls):
        return NOT_HERE.get(cls.COLUMN, {})

    @contextlib.contextmanager
    def row(self, row):
        """Something that proves a row of the table, or does not."""
        if row in self.not_here():
            self.skipTest(self.not_here()[row])
        result = Lab.results[self.COLUMN]
        result.set(row, 'no')
        yield
        result.set(row, 'yes')

    def arrived(self):
        """{name: key} of the objects that the test made."""
        return {self.name_of(key): key for key in self.storage.listing() if key not in self.before}

    def assert_arrived(self, expected):
        arrived = self.arrived()
        self.assertEqual({name: self.storage.sha256(key) for name, key in arrived.items()}, expected)

    def assert_clear(self):
        self.assertEqual(self.storage.uploads(), [])

    def make_large(self):
        return {'large.bin': make_file(self.files / 'large.bin', LARGE)}

    def start_held(self, part=3):
        """Starts an upload whose last part is stopped at the storage's door, all others being there."""
        expected = self.make_large()
        self.proxy.set_script(HOLD.format(part=part))
        self.name_of_log = f'ctl-{self.prefix}'
        process = self.ctl.start(self.name_of_log, 'upload', self.files / 'large.bin')
        self.proxy.wait_until_held()
        wait_for(self._has_noted_two, 'the other parts to arrive')
        return process, expected

    def _has_noted_two(self):
        numbers = [str(upload['id']) for upload in parse_events(self.ctl.run('list', '--json', target=False).stdout)]
        details = self.ctl.run('details', '--json', *numbers, target=False).stdout if numbers else ''
        return '"partsDone":"2"' in details.replace(' ', '')

    def release(self):
        self.proxy.set_script('')
        self.proxy.say('release')

    def wait_until_ended(self):
        """Until all that was asked has had its effect; a server before the storage keeps its connections."""
        wait_for(lambda: len(self.proxy.requests()) == self.proxy.count(), 'all requests to end')

    def assert_ends_well(self, process, expected):
        self.assertEqual(process.wait(120), 0, self.session.read_log(self.name_of_log))
        self.assert_arrived(expected)
        self.assert_clear()

    def run_to_its_end(self, *arguments, **options):
        run = self.ctl.run(*arguments, **options)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run


class Matrix(Lab):
    """What any storage has to do."""

    def test_files(self):
        here = {row: name for row, (_, name) in NAMES.items() if row not in self.not_here()}
        expected = {name: make_file(self.files / name, 1000) for name in here.values()}
        expected |= {row: make_file(self.files / row, size) for row, (_, size) in SIZES.items()}
        status, events = self.ctl.upload(*sorted(self.files.iterdir()), timeout=400)
        keys, listing = self.arrived(), self.storage.listing()
        done = {event['key'] for event in events_of(events, 'done')}
        for row in (*SIZES, *NAMES):
            with self.subTest(ROWS[row]), self.row(row):
                name = here.get(row, row)
                self.assertIn(name, keys)
                self.assertIn(keys[name], done)
                self.assertEqual(listing[keys[name]], (self.files / name).stat().st_size)
                self.assertEqual(self.storage.sha256(keys[name]), expected[name])
        self.assertEqual(set(keys), set(expected))
        self.assertEqual(status, 0, events)
        self.assert_clear()
        with self.subTest('verify'), self.row('verify'):
            self.run_to_its_end('verify', '--all')

    def assert_told(self, run, told, *secrets):
        """It fails by itself, and says why without a secret in it."""
        self.assertEqual(run.returncode, 1, run.stdout)
        self.assertIn(told, run.stderr)
        home = Path(self.session.env['HOME'])
        for secret in secrets:
            self.assertNotIn(secret, run.stderr)
            self.assertEqual(files_with(home, secret), [])
        self.assertEqual(self.arrived(), {})

    def test_clock(self):
        with self.row('clock'):
            expected = {**self.make_large(), 'small.bin': make_file(self.files / 'small.bin', 10)}
            for off in (-DAY, DAY):
                self.run_to_its_end('upload', *self.files.iterdir(), env=clock_off_by(off))
                self.assert_arrived(expected)
                for key in self.arrived().values():
                    self.storage.s3.delete_object(Bucket=self.storage.bucket, Key=key)
            self.assert_clear()

    def test_gone_under_way(self):
        with self.row('gone'):
            process, expected = self.start_held()
            self.storage.abort_all()
            self.release()
            self.assert_ends_well(process, expected)

    def test_cancel(self):
        with self.row('cancel'):
            process, _ = self.start_held()
            self.session.stop(process, signal.SIGKILL)
            self.release()
            self.wait_until_ended()
            self.run_to_its_end('cancel', '--all')
            self.assert_clear()
            self.assertEqual(self.arrived(), {})

    def test_resume(self):
        with self.row('resume'):
            process, expected = self.start_held()
            self.session.stop(process, signal.SIGKILL)
            self.release()
            self.wait_until_ended()
            before = self.proxy.count()
            self.run_to_its_end('resume', '--all')
            self.assert_arrived(expected)
            self.assert_clear()
            again = {request['part'] for request in self.proxy.requests('UploadPart') if request['number'] > before}
            self.assertLessEqual(again, {3})

    def test_leftovers(self):
        with self.row('leftovers'):
            process, _ = self.start_held()
            self.session.stop(process, signal.SIGKILL)
            self.release()
            self.wait_until_ended()
            shutil.rmtree(self.session.env['XDG_STATE_HOME'])
            (upload,) = parse_events(self.run_to_its_end('unfinished list', '--json').stdout)
            self.assertEqual(upload['name'].rpartition('/')[2], 'large.bin')
            self.run_to_its_end('unfinished clear', '--yes', upload['id'])
            self.assert_clear()

    def test_server_killed(self):
        with self.row('killed'):
            process, expected = self.start_held()
            self.front.kill()
            self.release()
            self.front.start()
            self.assert_ends_well(process, expected)

    def test_share(self):
        with self.row('share'):
            name = 'a+b %25 é.bin'
            checksum = make_file(self.files / name, 1000)
            self.run_to_its_end('upload', self.files / name)
            link = self.run_to_its_end('share', '--expires', '60s', name).stdout.strip()
            with OPENER.open(link, timeout=60) as answer:
                self.assertEqual(hashlib.sha256(answer.read()).hexdigest(), checksum)
            with self.assertRaises(urllib.error.HTTPError) as refused:
                OPENER.open(link.partition('?')[0], timeout=60)
            self.assertEqual(refused.exception.code // 100, 4)
            refused.exception.close()

    def check_detected(self, url, *token):
        """Returns what is said of an address."""
        return self.session.run([HOISTCTL, 'destination', 'add', '--type', 'auto', *(token or ['--no-token']), 'found', url])

    def assert_signed_again(self):
        """Some URL was refused by the storage itself, and nothing was lost by it."""
        refused = [request for request in self.proxy.requests() if request['server_status'] == 403]
        self.assertTrue(refused)
        return refused


class Bucket(Matrix):
    """A bucket as the destination: hoistctl signs by itself."""

    def test_detect(self):
        with self.row('detect'):
            run = self.check_detected(self.endpoint)
            self.assertEqual(run.returncode, 2, run.stderr)
            self.assertIn(f'There is S3 at this address. Say which bucket, with “--service {self.storage.service} ', run.stderr)

    def test_metadata(self):
        with self.row('metadata'):
            expected = {**self.make_large(), 'small.bin': make_file(self.files / 'small.bin', 10)}
            labelled = self.use('--set', 'metadata=from=lab; for=a person', name='labelled')
            run = labelled.run('upload', *self.files.iterdir())
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assert_arrived(expected)
            for key in self.arrived().values():
                head = self.storage.s3.head_object(Bucket=self.storage.bucket, Key=key)
                self.assertEqual(head['Metadata'], {'from': 'lab', 'for': 'a person'})

    def test_wrong_key(self):
        with self.row('wrong-key'):
            small = self.files / 'small.bin'
            make_file(small, 10)
            keys = self.session.folder / 'wrong-keys'
            for text, told in ((f'{self.storage.key}\nwrong-secret-of-the-lab\n', 'SignatureDoesNotMatch'),
                               ('nobody-of-the-lab\nwrong-secret-of-the-lab\n', '403')):
                keys.write_text(text)
                run = self.session.run(self.ctl.arguments('upload', small)[:2] + ['--to', 'lab', '--token-file', str(keys), str(small)])
                self.assert_told(run, told, 'wrong-secret-of-the-lab')

    def test_no_bucket(self):
        with self.row('no-bucket'):
            make_file(self.files / 'small.bin', 10)
            edit = self.session.run([HOISTCTL, 'destination', 'edit', 'lab', '--bucket', 'none'])
            self.assertEqual(edit.returncode, 0, edit.stderr)
            self.assert_told(self.ctl.run('upload', self.files / 'small.bin'), 'no bucket “none”', self.storage.secret)

    def test_expired(self):
        """The storage’s own answers say another time, and so what is signed by it is old before it is used."""
        with self.row('expired'):
            long_ago = email.utils.formatdate(time.time() - 2 * 3600, usegmt=True)
            self.proxy.set_script('[old]\noperation=CreateMultipartUpload\naction=alter\n'
                                  f'header-name=Date\nheader-value={long_ago}\n')
            before = self.proxy.count()
            expected = self.make_large()
            self.run_to_its_end('upload', self.files / 'large.bin')
            self.assert_arrived(expected)
            self.assert_clear()
            refused = [request['operation'] for request in self.assert_signed_again() if request['number'] > before]
            self.assertIn('UploadPart', refused)


class Fronted(Matrix):
    """A server before a storage, as the destination.

    start_front(endpoint, name, …) starts one; short_lived, wrong_key and no_bucket are what makes it give out URLs
    that live for 2 s, or be set up wrongly; add_front() makes it a destination, of `kind`.
    """

    kind = short_lived = wrong_key = no_bucket = told_key = told_bucket = None

    @classmethod
    def make_storage(cls, session):
        return Embedded(session)

    @classmethod
    def make_front(cls, endpoint):
        return cls.start_front(endpoint, 'front')

    def use(self, front=None, name='lab', options=()):
        return self.add_front(front or self.front, name, options)

    def test_detect(self):
        with self.row('detect'):
            token = getattr(self.front, 'token_file', None)
            run = self.check_detected(self.front.url, *(['--token-file', token] if token else []))
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertIn(f'It answers as one of the kind “{self.kind}” does', run.stdout)

    def use_another(self, name, knobs):
        return self.use(self.start_front(self.endpoint, name, **knobs), name)

    def check_told(self, name, knobs, told):
        make_file(self.files / 'small.bin', 10)
        self.assert_told(self.use_another(name, knobs).run('upload', self.files / 'small.bin'), told, self.storage.secret)

    def test_wrong_key(self):
        with self.row('wrong-key'):
            self.check_told('wrong-key', self.wrong_key, self.told_key)

    def test_no_bucket(self):
        with self.row('no-bucket'):
            self.check_told('no-bucket', self.no_bucket, self.told_bucket)

    def test_expired(self):
        """The last part comes to the storage's door when its URL is old."""
        with self.row('expired'):
            self.ctl = self.use_another('short-lived', self.short_lived)
            before = self.proxy.count()
            process, expected = self.start_held()
            held = time.monotonic()
            wait_for(lambda: time.monotonic() > held + LIFETIME_S + 1, 'the URL to be old')
            self.release()
            self.assert_ends_well(process, expected)
            refused = [request for request in self.assert_signed_again() if request['number'] > before]
            self.assertIn(3, [request['part'] for request in refused])


class Secured(Lab):
    """The same over TLS, with an authority that only a file knows."""

    PROXIED = False

    def test_https(self):
        with self.row('https'):
            expected = {**self.make_large(), 'small.bin': make_file(self.files / 'small.bin', 10)}
            run = self.ctl.run('upload', *self.files.iterdir())
            self.assertEqual(run.returncode, 1)
            self.assertIn('certificate', run.stderr)
            self.assertEqual(self.arrived(), {})
            trusting = self.use('--ca-file', CA, name='trusting')
            run = trusting.run('upload', *self.files.iterdir())
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assert_arrived(expected)


class Hosted(Secured):
    """And with the bucket in the host's name. All names below localhost are this computer (RFC 6761)."""

    def test_host(self):
        with self.row('host'):
            expected = {**self.make_large(), 'small.bin': make_file(self.files / 'small.bin', 10)}
            hosted = self.use('--ca-file', CA, '--set', 'addressing=host', name='hosted')
            run = hosted.run('upload', *self.files.iterdir())
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assert_arrived(expected)
            self.assert_clear()
            verified = hosted.run('verify', '--all')
            self.assertEqual(verified.returncode, 0, verified.stderr)
