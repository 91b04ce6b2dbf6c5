# SPDX-License-Identifier: GPL-3.0-or-later

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError

from upload.models import Token


class Command(BaseCommand):
    help = 'Makes a token and prints it, once.'

    def add_arguments(self, parser):
        parser.add_argument('name')
        parser.add_argument('--prefix', default='', help='put before every key, such as anna/')

    def handle(self, *_, name, prefix, **options):
        try:
            self.stdout.write(Token.issue(name, prefix))
        except IntegrityError:
            raise CommandError(f'there is a token {name} already') from None
