# SPDX-License-Identifier: GPL-3.0-or-later
"""The plain protocol: what many sites have. Each chunk is an object of its own, put by a presigned
URL; the file is known by its SHA-256, and chunks are numbered from 0. All URLs come at once."""

import re
import uuid

from django.conf import settings
from django.http import JsonResponse

from . import storage
from .errors import ApiError
from .fields import Fields
from .models import PlainUpload
from .views import view

MAX_CHUNKS = 10000
CONTENT_TYPE = 'application/octet-stream' # signed, so the client must send exactly this


def read_hash(fields):
    only_hash = settings.HOIST_PLAIN['HASH'] == 'hash'
    name = 'fileHash' if fields.has('fileHash') and not only_hash else 'hash'
    value = fields.text(name, 64)
    if not re.fullmatch('[0-9a-f]{64}', value):
        raise ApiError('bad_request', f'{name} is no SHA-256 in hexadecimal')
    return value


def find(fields, token):
    upload = PlainUpload.objects.filter(token=token, file_hash=read_hash(fields)).first()
    if upload is None:
        raise ApiError('upload_gone', 'No such upload')
    if fields.has('uploadId') and fields.text('uploadId', 36) != upload.upload_id:
        raise ApiError('bad_request', 'uploadId is another upload’s')
    return upload


def there(upload):
    """The indexes of the chunks that are there."""
    found = storage.chunks(upload.key_of(''))
    return [index for index in range(upload.total_chunks) if upload.key_of(index) in found]


@view('POST')
def initiate(request):
    """Begins a file, or gives fresh URLs for one that was begun."""
    fields = Fields.of_body(request)
    upload, _ = PlainUpload.objects.get_or_create(
        token=request.token, file_hash=read_hash(fields),
        defaults={'upload_id': str(uuid.uuid4()), 'total_chunks': fields.integer('totalChunks', 1, MAX_CHUNKS)})
    if upload.total_chunks != fields.integer('totalChunks', 1, MAX_CHUNKS):
        raise ApiError('bad_request', 'totalChunks is not what this file was begun with')
    urls = [storage.presign('put_object', upload.key_of(index), ContentType=CONTENT_TYPE)
            for index in range(upload.total_chunks)]
    return {'uploadId': upload.upload_id, 'urls': urls}


@view('GET')
def status(request):
    indexes = there(find(Fields.of_query(request), request.token))
    return {'uploadedChunks': [str(index) for index in indexes] if settings.HOIST_PLAIN['STRINGS'] else indexes}


def join(upload):
    """Makes one object of the chunks. A real one would copy within the storage."""
    keys = [upload.key_of(index) for index in range(upload.total_chunks)]
    key = f'{upload.token.prefix}files/{upload.file_hash}'
    size = storage.put(key, b''.join(storage.get(key) for key in keys))
    for key_of_chunk in keys:
        storage.delete(key_of_chunk)
    upload.delete()
    return JsonResponse({'status': 'completed', 'key': key, 'size': size})


def complete(request):
    if request.method != 'POST':
        raise ApiError('method_not_allowed', 'This is asked for with POST')
    upload = find(Fields.of_body(request), request.token)
    missing = sorted(set(range(upload.total_chunks)) - set(there(upload)))
    if missing:
        return JsonResponse({'error': 'missing chunks', 'missing': missing}, status=409)
    if settings.HOIST_PLAIN['JOIN']:
        return join(upload)
    return JsonResponse({'status': 'completed', 'key': upload.key_of('')[:-1]})


@view('POST')
def abort(request):
    upload = find(Fields.of_body(request), request.token)
    found = storage.chunks(upload.key_of(''))
    for key in found:
        storage.delete(key)
    upload.delete()
    return {'status': 'aborted', 'deleted': len(found)}
