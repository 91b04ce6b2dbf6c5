# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands around every request: its token, its id, and errors as JSON."""

import logging
import uuid

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse, JsonResponse

from .errors import ApiError, of_storage
from .models import Token

log = logging.getLogger(__name__)


def answer(error, request):
    if request.path.startswith('/plain/'):
        body = error.message # what such backends say
        if settings.HOIST_PLAIN['PAGES']:
            return HttpResponse(f'<!doctype html><title>{error.message}</title>', status=error.status)
    else:
        body = {**error.as_object(), 'requestId': getattr(request, 'hoist_id', '')}
    response = JsonResponse({'error': body}, status=error.status)
    if error.retry_after is not None:
        response['Retry-After'] = str(error.retry_after)
    return response


def not_found(request, exception):
    return answer(ApiError('not_found', 'There is no such path'), request)


def failed(request):
    return answer(ApiError('internal', 'The backend failed'), request)


class Guard:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.hoist_id = uuid.uuid4().hex
        scheme, _, secret = request.headers.get('Authorization', '').partition(' ')
        expected = 'token' if settings.HOIST_PLAIN['TOKEN'] else 'bearer'
        request.token = Token.find(secret) if scheme.lower() == expected else None
        if request.token is None:
            response = answer(ApiError('unauthorized', 'The token is missing or unknown'), request)
        else:
            response = self.get_response(request)
        response['X-Request-Id'] = request.hoist_id
        return response

    def process_exception(self, request, exception):
        if isinstance(exception, RequestDataTooBig):
            exception = ApiError('too_large', 'The request is longer than 4 MiB')
        elif isinstance(exception, (ClientError, BotoCoreError)):
            exception = of_storage(exception)
        if isinstance(exception, ApiError):
            return answer(exception, request)
        # Without the request: a query may have a secret in it.
        log.error('%s: %s', request.hoist_id, type(exception).__name__)
        return failed(request)
