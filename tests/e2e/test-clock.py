#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clocks that are wrong by a day, here or there, and nights between two parts: nothing hangs on what
the local clock says, and nothing that has arrived travels again."""

import json
import re
import sys
import time
import unittest
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from faults import ProxiedBackend
from hoist import MIB, Ctl, clock_off_by, events_of, make_file, parse_events, put, sha256_base64, sha256_of
from session import Session, wait_for

DAY = 24 * 3600
NIGHT = 12 * 3600
NOON = '11:00-12:00=20k'  # at which the rest of a file would take a quarter of an hour
LARGE = 20 * MIB  # three parts
SMALL = 5000
BUSY = '[busy]\noperation=UploadPart\npart=2\naction=answer\npreset=slow-down\nheader-value=2\n'
HELD = '[held]\noperation=UploadPart\npart=3\naction=hold\n'
SLACK = 300  # what a test may take, on a busy machine


def seconds_of(text):
    """A time as programs are told it."""
    return datetime.fromisoformat(text.replace('Z', '+00:00')).timestamp()


class Clock(unittest.TestCase):
    def setUp(self):
        self.session = self.enterContext(Session())
        self.files = [self.session.folder / name for name in ('small.bin', 'large.bin')]
        self.checksums = {path.name: make_file(path, size) for path, size in zip(self.files, (SMALL, LARGE))}

    def serve(self, off=0):
        self.backend = ProxiedBackend(self.session, env=clock_off_by(off))
        self.proxy = self.backend.proxy
        self.ctl = Ctl(self.session, self.backend, 'lab')

    def assert_about(self, text, expected):
        self.assertLess(abs(seconds_of(text) - expected), SLACK, text)

    def assert_delivered(self):
        """All is there, and each part arrived once."""
        arrived = {Path(key).name: sha256_of(path) for key, path in self.backend.objects().items()}
        self.assertEqual(arrived, self.checksums)
        self.assertEqual(self.backend.call('GET', '/uploads')[1]['uploads'], [])
        taken = [(request['subject'], request['part']) for request in self.proxy.requests()
                 if request['operation'] in ('UploadPart', 'PutObject') and request['server_status'] == 200]
        self.assertEqual(len(taken), 4)
        self.assertEqual(len(set(taken)), 4, taken)

    def list(self, off):
        run = self.ctl.run('list', '--json', target=False, env=clock_off_by(off))
        return parse_events(run.stdout)

    def check_receipts(self, events, client_off, server_off):
        ids = [str(event['id']) for event in events_of(events, 'done')]
        self.assertEqual(len(ids), 2, events)
        run = self.ctl.run('receipt', '--json', *ids, target=False, env=clock_off_by(client_off))
        for receipt in parse_events(run.stdout):
            self.assert_about(receipt['serverTime'], time.time() + server_off)
            self.assert_about(receipt['finished'], time.time() + client_off)

    def check_wrong(self, client_off, server_off):
        """Uploads while the storage wants a pause, and looks at what is said of it."""
        self.serve(server_off)
        self.proxy.set_script(BUSY)
        ctl = self.ctl.start('ctl', 'upload', '--json', *self.files, env=clock_off_by(client_off))

        def waiting():
            return [upload for upload in self.list(client_off) if 'nextTry' in upload]
        (upload,) = wait_for(waiting, 'a pause that the storage asked for')
        self.assertIn('slow down', upload['why'])
        # As long as that, give or take, whatever the day.
        self.assert_about(upload['nextTry'], time.time() + client_off)
        self.proxy.set_script('')
        self.assertEqual(ctl.wait(SLACK), 0, self.session.read_log('ctl'))
        events = parse_events(self.session.read_log('ctl'))
        told = ' '.join(event.get('waiting', '') for event in events_of(events, 'progress'))
        seconds = [int(number) for number in re.findall(r'Next try in (\d+) s', told)]
        self.assertTrue(seconds and max(seconds) < 60, told)
        self.assert_delivered()
        self.check_receipts(events, client_off, server_off)

    def test_client_a_day_ahead(self):
        self.check_wrong(DAY, 0)

    def test_client_a_day_behind(self):
        self.check_wrong(-DAY, 0)

    def test_backend_a_day_ahead(self):
        self.check_wrong(0, DAY)

    def test_backend_a_day_behind(self):
        self.check_wrong(0, -DAY)

    def test_the_hour_of_a_limit_ends_under_way(self):
        self.serve()
        now = datetime.now().astimezone()
        noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
        off = (noon - now).total_seconds() - 5
        status, events = self.ctl.upload(*self.files, options=['--limit-hours', NOON], env=clock_off_by(off))
        self.assertEqual(status, 0, events)
        self.assert_delivered()
        # Not before: until then there was a limit.
        (large,) = [event['id'] for event in events_of(events, 'done') if event['name'] == 'large.bin']
        (receipt,) = parse_events(self.ctl.run('receipt', '--json', str(large), target=False).stdout)
        self.assertGreaterEqual(seconds_of(receipt['finished']), noon.timestamp())

    def send_two_parts(self):
        """Sends all but the last part, which is on its way."""
        self.serve()
        # What an old address is worth in the morning.
        status, self.old = self.backend.call('POST', '/initiate', {
            'fileName': 'old', 'path': 'old', 'size': 1, 'contentType': 'text/plain', 'multipart': False,
            'partSize': 1, 'totalChunks': 1, 'checksumSha256': sha256_base64(b'x')})
        self.assertEqual(status, 200)
        self.proxy.set_script(HELD)
        ctl = self.ctl.start('ctl', 'upload', '--json', *self.files)

        def two_parts_noted():
            numbers = [str(upload['id']) for upload in self.list(0) if upload['name'] == 'large.bin']
            details = self.ctl.run('details', '--json', *numbers, target=False).stdout if numbers else ''
            return '"partsDone":"2"' in details.replace(' ', '')
        self.proxy.wait_until_held()
        wait_for(two_parts_noted, 'two parts to arrive')
        return ctl

    def pass_a_night(self):
        """The storage is the same in the morning, and what was signed in the evening is worth nothing."""
        self.backend.stop()
        self.backend.env = clock_off_by(NIGHT)
        self.backend.start()

    def test_stopped_overnight(self):
        ctl = self.send_two_parts()
        self.session.stop(ctl)
        self.pass_a_night()
        self.proxy.set_script('')
        self.assertEqual(put(self.old['urls'][0], b'x')[0], 403)
        before = self.proxy.count()
        run = self.ctl.run('resume', '--all', env=clock_off_by(NIGHT))
        self.assertEqual(run.returncode, 0, run.stderr)
        sent = [request['part'] for request in self.proxy.requests('UploadPart') if request['number'] > before]
        self.assertEqual(sent, [3])
        self.assert_delivered()

    def test_addresses_grow_old_under_way(self):
        ctl = self.send_two_parts()
        self.pass_a_night()
        self.proxy.set_script('')
        self.proxy.say('release')
        self.assertEqual(ctl.wait(SLACK), 0, self.session.read_log('ctl'))
        last = [request['status'] for request in self.proxy.requests('UploadPart') if request['part'] == 3]
        self.assertEqual((last[-1], set(last[:-1]) <= {0, 403}, 403 in last), (200, True, True), last)
        self.assert_delivered()


tap.main()
