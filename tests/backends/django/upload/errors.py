# SPDX-License-Identifier: GPL-3.0-or-later
"""The API's errors (docs/upload-api.md, «Errors»), and what the storage's mean in them."""

from botocore import exceptions

STATUS = {
    'bad_request': 400, 'key_invalid': 400, 'clock_skew': 403, 'url_expired': 403, 'unauthorized': 401,
    'forbidden': 403, 'not_found': 404, 'upload_gone': 404, 'method_not_allowed': 405, 'incomplete': 409,
    'checksum_mismatch': 409, 'too_large': 413, 'throttled': 429, 'internal': 500, 'not_supported': 501,
    'storage_error': 502, 'unavailable': 503, 'storage_timeout': 504, 'no_space': 507,
}

# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html; 404 is all that a HEAD says.
OF_S3 = {
    'NoSuchUpload': 'upload_gone', 'NoSuchKey': 'upload_gone', '404': 'upload_gone',
    'NoSuchVersion': 'upload_gone', 'InvalidPart': 'incomplete', 'InvalidPartOrder': 'incomplete',
    'EntityTooSmall': 'incomplete', 'BadDigest': 'checksum_mismatch', 'InvalidDigest': 'checksum_mismatch',
    'EntityTooLarge': 'too_large', 'SlowDown': 'throttled', 'TooManyRequests': 'throttled',
    'ServiceUnavailable': 'unavailable', 'InternalError': 'unavailable', 'RequestTimeout': 'storage_timeout',
    'RequestTimeTooSkewed': 'clock_skew', 'ExpiredToken': 'url_expired', 'NotImplemented': 'not_supported',
    'InsufficientStorage': 'no_space', 'QuotaExceeded': 'no_space',
}


class ApiError(Exception):
    def __init__(self, code, message, retry_after=None):
        super().__init__(message)
        self.code, self.message, self.retry_after = code, message, retry_after

    @property
    def status(self):
        return STATUS[self.code]

    def as_object(self):
        found = {'code': self.code, 'message': self.message}
        if self.retry_after is not None:
            found['retryAfter'] = self.retry_after
        return found


def of_storage(error):
    """What a failure of boto3's means to a client. The storage's own words stay here: they name keys."""
    if isinstance(error, exceptions.ClientError):
        code = error.response.get('Error', {}).get('Code', '')
        return ApiError(OF_S3.get(code, 'storage_error'), f'The storage answered {code}')
    if isinstance(error, (exceptions.ReadTimeoutError, exceptions.ConnectTimeoutError)):
        return ApiError('storage_timeout', 'The storage did not answer in time')
    if isinstance(error, exceptions.HTTPClientError):
        return ApiError('unavailable', 'The storage cannot be reached')
    return ApiError('storage_error', 'The storage could not be used')
