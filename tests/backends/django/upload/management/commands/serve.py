# SPDX-License-Identifier: GPL-3.0-or-later

import logging

from django.core.management.base import BaseCommand
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass # a query may have a secret in it


class Command(BaseCommand):
    help = 'Serves on a port of the loopback, for trying and for tests, and says which.'

    def add_arguments(self, parser):
        parser.add_argument('--port', type=int, default=0)

    def handle(self, *_, port, **options):
        logging.getLogger('django.request').setLevel(logging.CRITICAL) # it names paths with their queries
        server = ThreadedWSGIServer(('127.0.0.1', port), Quiet)
        server.daemon_threads = True
        server.set_app(get_wsgi_application())
        self.stdout.write(f'listening on http://127.0.0.1:{server.server_port}')
        self.stdout.flush()
        server.serve_forever()
