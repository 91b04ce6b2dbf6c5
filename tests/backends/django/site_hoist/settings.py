# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of the reference backend, from its environment:

    HOIST_DJANGO_DB      SQLite file of the tokens; unset = tokens.sqlite3 here
    HOIST_S3_ENDPOINT    the storage; unset = Amazon's
    HOIST_S3_BUCKET      the bucket
    HOIST_S3_STYLE       `path` (the default) or `virtual`
    HOIST_URL_LIFETIME_S how long presigned URLs are good
    HOIST_MIN_PART, HOIST_MAX_PART, HOIST_SINGLE_PUT_BELOW  in bytes, what the storage takes
    AWS_…                keys and region, as boto3 reads them

and, for the tests, how the plain protocol is spoken:

    HOIST_PLAIN_HASH     `hash`: only that spelling, where `fileHash` is known too
    HOIST_PLAIN_STRINGS  indexes are strings
    HOIST_PLAIN_JOIN     the chunks are joined on completion, and gone then
    HOIST_PLAIN_PAGES    errors are web pages
    HOIST_PLAIN_TOKEN    the scheme is `Token`
"""

import os

from django.core.management.utils import get_random_secret_key

# Nothing that outlives the process is signed with it: there are no sessions and no forms.
SECRET_KEY = get_random_secret_key()
DEBUG = False
ALLOWED_HOSTS = os.environ.get('HOIST_DJANGO_HOSTS', '127.0.0.1,localhost').split(',')

INSTALLED_APPS = ['upload']
MIDDLEWARE = ['upload.guard.Guard']
ROOT_URLCONF = 'site_hoist.urls'
APPEND_SLASH = False
USE_TZ = True
DEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'
DATABASES = {'default': {
    'ENGINE': 'django.db.backends.sqlite3',
    'NAME': os.environ.get('HOIST_DJANGO_DB', 'tokens.sqlite3'),
}}

# The API's own limit of a request (docs/upload-api.md, «Ground rules»).
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 << 20

HOIST_S3_ENDPOINT = os.environ.get('HOIST_S3_ENDPOINT')
HOIST_S3_BUCKET = os.environ.get('HOIST_S3_BUCKET', 'hoist')
HOIST_S3_STYLE = os.environ.get('HOIST_S3_STYLE', 'path')
HOIST_URL_LIFETIME_S = int(os.environ.get('HOIST_URL_LIFETIME_S', '3600'))

HOIST_MIN_PART = int(os.environ.get('HOIST_MIN_PART', 5 << 20))
HOIST_MAX_PART = int(os.environ.get('HOIST_MAX_PART', 5 << 30))
HOIST_SINGLE_PUT_BELOW = int(os.environ.get('HOIST_SINGLE_PUT_BELOW', 16 << 20))

HOIST_PLAIN = {name: os.environ.get(f'HOIST_PLAIN_{name}', '')
               for name in ('HASH', 'STRINGS', 'JOIN', 'PAGES', 'TOKEN')}
