# SPDX-License-Identifier: GPL-3.0-or-later
"""The storage, through boto3."""

import functools
import hashlib

import boto3
from botocore.client import Config
from botocore.exceptions import ClientError
from django.conf import settings

from .errors import ApiError


@functools.lru_cache(maxsize=1)
def client():
    config = Config(signature_version='s3v4', s3={'addressing_style': settings.HOIST_S3_STYLE},
                    retries={'max_attempts': 2}, connect_timeout=10, read_timeout=300)
    return boto3.client('s3', endpoint_url=settings.HOIST_S3_ENDPOINT, config=config)


def names(key, **more):
    return {'Bucket': settings.HOIST_S3_BUCKET, 'Key': key,
            **{name: value for name, value in more.items() if value is not None}}


def bare(etag):
    return (etag or '').strip('"')


def begin(key, content_type):
    return client().create_multipart_upload(
        **names(key, ContentType=content_type, ChecksumAlgorithm='SHA256'))['UploadId']


def presign(operation, key, **more):
    return client().generate_presigned_url(
        operation, Params=names(key, **more), ExpiresIn=settings.HOIST_URL_LIFETIME_S)


def parts_of(key, upload_id):
    pages = client().get_paginator('list_parts').paginate(**names(key, UploadId=upload_id))
    return [part for page in pages for part in page.get('Parts', ())]


def look_up(key, version_id=None):
    """The object, as the storage has it; ClientError if it is not there."""
    return client().head_object(**names(key, VersionId=version_id, ChecksumMode='ENABLED'))


def etag_of_parts(etags):
    """What S3 calls an object of these parts, where ETags are MD5s; None where they are not."""
    try:
        whole = hashlib.md5(b''.join(bytes.fromhex(etag) for etag in etags))
    except ValueError:
        return None
    return f'{whole.hexdigest()}-{len(etags)}'


def complete(key, upload_id, parts):
    """Joins parts; once more, when the first answer got lost, it finds what they became."""
    etags = [bare(part['ETag']) for part in parts]
    try:
        client().complete_multipart_upload(
            **names(key, UploadId=upload_id, MultipartUpload={'Parts': parts}))
    except ClientError as error:
        if error.response.get('Error', {}).get('Code') != 'NoSuchUpload':
            raise
        found = look_up(key)
        expected = etag_of_parts(etags)
        if not bare(found['ETag']).endswith(f'-{len(etags)}') or \
                (expected is not None and bare(found['ETag']) != expected):
            raise ApiError('upload_gone', 'The storage no longer knows this upload') from None
        return found
    return look_up(key)


def abort(key, upload_id):
    """Drops an upload; returns how many parts are still there."""
    try:
        client().abort_multipart_upload(**names(key, UploadId=upload_id))
        return len(parts_of(key, upload_id))
    except ClientError as error:
        if error.response.get('Error', {}).get('Code') == 'NoSuchUpload':
            return 0
        raise


def uploads(prefix, limit, key_marker, upload_id_marker):
    markers = {'KeyMarker': key_marker, 'UploadIdMarker': upload_id_marker} if key_marker else {}
    return client().list_multipart_uploads(
        Bucket=settings.HOIST_S3_BUCKET, Prefix=prefix, MaxUploads=limit, **markers)


def chunks(prefix):
    """The sizes of the objects whose keys begin so, by key."""
    pages = client().get_paginator('list_objects_v2').paginate(Bucket=settings.HOIST_S3_BUCKET, Prefix=prefix)
    return {found['Key']: found['Size'] for page in pages for found in page.get('Contents', ())}


def get(key):
    return client().get_object(**names(key))['Body'].read()


def put(key, contents):
    client().put_object(**names(key, Body=contents))
    return len(contents)


def delete(key):
    client().delete_object(**names(key))
