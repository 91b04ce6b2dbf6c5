#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bucket of a real OpenStack Swift, by Debian's packages."""

import os
import re
import signal
import sys
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import tap
from hoist import MIB, make_file
from matrix import Bucket, Hosted, Lab
from servers import Swift
from session import wait_for


class Gateway:
    COLUMN = 'swift'
    make_storage = Swift


class Plain(Gateway, Bucket, unittest.TestCase):
    pass


class Https(Gateway, Hosted, unittest.TestCase):
    @staticmethod
    def make_storage(session):
        return Swift(session, '--tls')


class Impatient(Gateway, Lab, unittest.TestCase):
    """It waits 3 s for more of a body."""

    @staticmethod
    def make_storage(session):
        return Swift(session, '--client-timeout', '3')

    def refused(self):
        """In its log it is 400, or 499 where it waited for the body in the middle of passing it on."""
        return [line for line in self.storage.requests() if re.search(r' PUT /lab.* HTTP/1\.0 (400|499) ', line)]

    def test_request_timeout(self):
        with self.row('request-timeout'):
            expected = {'body.bin': make_file(self.files / 'body.bin', 16 * MIB - 1)}
            self.proxy.trip(2 * MIB)
            process = self.ctl.start('ctl', 'upload', '--limit', '4M', self.files / 'body.bin')
            self.assertTrue(self.proxy.tripped.wait(60))
            process.send_signal(signal.SIGSTOP)
            wait_for(self.refused, '400 RequestTimeout')
            process.send_signal(signal.SIGCONT)
            self.assertEqual(process.wait(120), 0, self.session.read_log('ctl'))
            self.assert_arrived(expected)
            self.assertIn(400, [request['server_status'] for request in self.proxy.requests('PutObject')])


class Yielding(Gateway, Lab, unittest.TestCase):
    """It says 200 to a completion that takes longer than 10 s, and later what is wrong with it."""

    # swift/common/middleware/s3api/controllers/multi_upload.py: until then it hopes for a status.
    GRACE_S = 10

    @staticmethod
    def make_storage(session):
        return Swift(session, '--min-part', '1', '--yield', '0')

    def block_a_part(self):
        """Takes what Swift has of part 1 from its disk, and leaves what it has to wait for; returns that."""
        for file in (self.storage.folder / 'dev/d1/objects').rglob('*.data'):
            if re.search(rb'/lab\+segments/[^\0]*/1[^0-9]', os.getxattr(file, 'user.swift.metadata')):
                file.unlink()
                os.mkfifo(file)
                return file
        return self.fail('Swift keeps its parts elsewhere')

    def let_go(self, pipe):
        """If Swift waits for it: it finds nothing in there, puts that aside itself, and the part is gone."""
        try:
            os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:
            return False
        return True

    def test_error_in_200(self):
        with self.row('error-in-200'):
            expected = self.make_large()
            self.proxy.set_script('[held]\noperation=CompleteMultipartUpload\nlast=1\naction=hold\n')
            process = self.ctl.start('ctl', 'upload', self.files / 'large.bin')
            self.proxy.wait_until_held()
            pipe = self.block_a_part()
            begun = time.monotonic()
            self.proxy.set_script('')
            self.proxy.say('release')
            wait_for(lambda: time.monotonic() > begun + self.GRACE_S + 4 and self.let_go(pipe), 'the grace to end')
            self.assertEqual(process.wait(120), 0, self.session.read_log('ctl'))
            self.assert_arrived(expected)
            self.assert_clear()
            completions = [request['server_status'] for request in self.proxy.requests('CompleteMultipartUpload')]
            self.assertEqual(completions[0], 200)
            self.assertGreater(len(completions), 1)


if not Swift.is_here():
    print('1..0 # SKIP Swift is not installed, or the file system has no attributes for it')
    sys.exit(0)
tap.main()
