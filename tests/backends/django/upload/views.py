# SPDX-License-Identifier: GPL-3.0-or-later
"""Hoist's upload API (docs/upload-api.md)."""

import base64
import binascii
import datetime
import functools
import json

from botocore.exceptions import ClientError
from django.conf import settings
from django.http import JsonResponse
from django.utils import timezone

from . import storage
from .errors import ApiError, of_storage
from .fields import MAX_PARTS, Fields, make_key

MIN_PART, MAX_PART = settings.HOIST_MIN_PART, settings.HOIST_MAX_PART
SINGLE_PUT_BELOW = settings.HOIST_SINGLE_PUT_BELOW
MAX_FILES = MAX_SIGNED = MAX_STATS = 100
MAX_UPLOADS, MAX_DETAILED_UPLOADS = 1000, 100
MAX_CURSOR_BYTES = 4200
MAX_SHARE_S = 7 * 24 * 3600 # SigV4's: docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html


def view(method):
    """A view of one method that returns an object."""
    def decorate(function):
        @functools.wraps(function)
        def wrapper(request):
            if request.method != method:
                raise ApiError('method_not_allowed', f'This is asked for with {method}')
            return JsonResponse(function(request))
        return wrapper
    return decorate


def iso(time):
    return time.astimezone(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')


def without_none(**members):
    return {name: value for name, value in members.items() if value is not None}


@view('GET')
def capabilities(request):
    return {
        'name': 'django-example', 'version': '1', 'account': request.token.name,
        'limits': {
            'minPartSize': MIN_PART, 'maxPartSize': MAX_PART, 'maxParts': MAX_PARTS,
            'maxObjectSize': MAX_PART * MAX_PARTS, 'singlePutBelow': SINGLE_PUT_BELOW,
            'maxFilesPerInitiate': MAX_FILES, 'maxPartsPerSign': MAX_SIGNED, 'maxObjectsPerStat': MAX_STATS,
        },
        'checksum': 'sha256', 'list': True, 'share': True, 'stat': True,
        'urlLifetime': settings.HOIST_URL_LIFETIME_S,
    }


def location_of(key):
    return storage.presign('put_object', key).partition('?')[0]


def signed_put(key, number, sha256, **more):
    """One entry of `urls`: all that is signed besides the host is among the headers."""
    if 'UploadId' in more:
        url = storage.presign('upload_part', key, PartNumber=number, ChecksumSHA256=sha256, **more)
    else:
        url = storage.presign('put_object', key, ChecksumSHA256=sha256, **more)
    headers = without_none(**{'x-amz-checksum-sha256': sha256, 'content-type': more.get('ContentType')})
    return {'partNumber': number, 'method': 'PUT', 'url': url, 'headers': headers}


def initiate_one(file, prefix):
    size = file.integer('size', most=MAX_PART * MAX_PARTS)
    multipart = file.boolean('multipart')
    part_size = file.integer('partSize', most=MAX_PART)
    count = file.integer('totalChunks', 1)
    content_type = file.text('contentType', 255)
    file.text('fileName', 1024)
    key = make_key(prefix, file.text('path', 4096))
    if not multipart:
        if part_size != size or count != 1:
            raise ApiError('bad_request', 'A plain PUT is one part of the file’s size')
        return {'key': key, 'location': location_of(key), 'multipart': False, 'partSize': size,
                'urls': [signed_put(key, 1, file.sha256('checksumSha256'), ContentType=content_type)],
                'expiresIn': settings.HOIST_URL_LIFETIME_S}
    if part_size < MIN_PART or count != -(-size // part_size) or count > MAX_PARTS:
        raise ApiError('bad_request', 'The parts do not make the file, or are too small or too many')
    return {'uploadId': storage.begin(key, content_type), 'key': key, 'location': location_of(key),
            'multipart': True, 'partSize': part_size}


@view('POST')
def initiate(request):
    body = Fields.of_body(request)
    if not body.has('files'):
        return initiate_one(body, request.token.prefix)
    answers = []
    for file in body.items('files', MAX_FILES):
        try:
            answers.append(initiate_one(file, request.token.prefix))
        except ApiError as error:
            answers.append({'error': error.as_object()})
        except ClientError as error:
            answers.append({'error': of_storage(error).as_object()})
    return {'files': answers}


@view('POST')
def sign(request):
    body = Fields.of_body(request)
    key = body.key(request.token.prefix)
    parts = body.part_numbers('parts', MAX_SIGNED)
    if body.has('uploadId'):
        more = {'UploadId': body.upload_id()}
    else:
        if [number for number, part in parts] != [1]:
            raise ApiError('bad_request', 'A plain PUT has the one part 1')
        more = {'ContentType': body.text('contentType', 255, optional=True)}
    return {'urls': [signed_put(key, number, part.sha256('checksumSha256'), **more) for number, part in parts],
            'expiresIn': settings.HOIST_URL_LIFETIME_S}


@view('GET')
def status(request):
    query = Fields.of_query(request)
    found = storage.parts_of(query.key(request.token.prefix), query.upload_id())
    return {
        'uploadedChunks': [part['PartNumber'] for part in found],
        'parts': [without_none(partNumber=part['PartNumber'], etag=storage.bare(part['ETag']), size=part['Size'],
                               checksumSha256=part.get('ChecksumSHA256')) for part in found],
    }


def describe(key, found):
    return without_none(key=key, size=found['ContentLength'], etag=storage.bare(found.get('ETag')),
                        checksumSha256=found.get('ChecksumSHA256'), versionId=found.get('VersionId'))


@view('POST')
def complete(request):
    body = Fields.of_body(request)
    key = body.key(request.token.prefix)
    parts = body.part_numbers('parts', MAX_PARTS)
    named = [{'PartNumber': number, 'ETag': storage.bare(part.text('etag', 1024)),
              'ChecksumSHA256': part.sha256('checksumSha256')} for number, part in parts]
    if [number for number, part in parts] != list(range(1, len(parts) + 1)):
        raise ApiError('incomplete', 'The parts are not all, or not in ascending order')
    if body.has('uploadId'):
        found = storage.complete(key, body.upload_id(), named)
    elif len(named) != 1:
        raise ApiError('bad_request', 'A plain PUT has the one part 1')
    else:
        found = storage.look_up(key)
        if storage.bare(found['ETag']) != named[0]['ETag']:
            raise ApiError('checksum_mismatch', 'The object is not the one that was sent')
    return {'location': location_of(key), **describe(key, found)}


def stat_one(object_, prefix):
    key = object_.key(prefix)
    found = storage.look_up(key, object_.text('versionId', 1024, optional=True))
    return {**describe(key, found), 'lastModified': iso(found['LastModified']), 'serverTime': iso(timezone.now())}


@view('POST')
def stat(request):
    body = Fields.of_body(request)
    if not body.has('objects'):
        return stat_one(body, request.token.prefix)
    answers = []
    for object_ in body.items('objects', MAX_STATS):
        key = object_.key(request.token.prefix)
        try:
            answers.append(stat_one(object_, request.token.prefix))
        except ClientError as error:
            answers.append({'key': key, 'error': of_storage(error).as_object()})
    return {'objects': answers}


@view('POST')
def abort(request):
    body = Fields.of_body(request)
    key = body.key(request.token.prefix)
    remaining = storage.abort(key, body.upload_id()) if body.has('uploadId') else 0
    return {'aborted': True, 'remaining': remaining}


def read_cursor(text):
    try:
        key, upload_id = json.loads(base64.urlsafe_b64decode(text))
    except (binascii.Error, ValueError, TypeError):
        raise ApiError('bad_request', 'after is not what a page before said') from None
    return str(key), str(upload_id)


def write_cursor(*markers):
    return base64.urlsafe_b64encode(json.dumps(markers).encode()).decode()


def describe_upload(upload, prefix, details):
    path = upload['Key'][len(prefix):]
    found = without_none(uploadId=upload['UploadId'], key=upload['Key'], initiated=iso(upload['Initiated']),
                         path=path, fileName=path.rpartition('/')[2],
                         checksum=upload.get('ChecksumAlgorithm', '').lower() or None)
    if details:
        parts = storage.parts_of(upload['Key'], upload['UploadId'])
        found.update(size=sum(part['Size'] for part in parts), partCount=len(parts))
        if len(parts) > 1:
            found['partSize'] = parts[0]['Size']
        if parts:
            found['modified'] = iso(max(part['LastModified'] for part in parts))
    return found


def read_number(query, name, most):
    text = query.text(name, 20, optional=True)
    if text is None:
        return most
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= most:
        raise ApiError('bad_request', f'{name} is not from 1 to {most}')
    return int(text)


@view('GET')
def uploads(request):
    query, prefix = Fields.of_query(request), request.token.prefix
    details = query.text('details', 5, optional=True)
    if details not in (None, 'true', 'false'):
        raise ApiError('bad_request', 'details is true or false')
    details = details == 'true'
    limit = read_number(query, 'limit', MAX_DETAILED_UPLOADS if details else MAX_UPLOADS)
    after = query.text('after', MAX_CURSOR_BYTES, optional=True)
    page = storage.uploads(prefix, limit, *(read_cursor(after) if after else (None, None)))
    found = []
    for upload in page.get('Uploads', ()):
        try:
            found.append(describe_upload(upload, prefix, details))
        except ClientError as error:
            # It ended between the two questions.
            if of_storage(error).code != 'upload_gone':
                raise
    more = page.get('IsTruncated')
    return without_none(now=iso(timezone.now()), uploads=found,
                        next=write_cursor(page['NextKeyMarker'], page['NextUploadIdMarker']) if more else None)


@view('POST')
def share(request):
    body = Fields.of_body(request)
    key = body.key(request.token.prefix)
    lifetime = min(body.integer('expiresIn', 1), MAX_SHARE_S)
    storage.look_up(key)
    url = storage.client().generate_presigned_url('get_object', Params=storage.names(key), ExpiresIn=lifetime)
    return {'url': url, 'expiresAt': iso(timezone.now() + datetime.timedelta(seconds=lifetime))}
