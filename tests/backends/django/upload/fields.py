# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading what a client sent: each member has the type that the API says, or the request is refused."""

import base64
import binascii
import json

from .errors import ApiError

LARGEST = (1 << 53) - 1
MAX_KEY_BYTES = 1024
MAX_UPLOAD_ID_BYTES = 2048
MAX_PARTS = 10000


class Fields:
    """A JSON object, or a query."""

    def __init__(self, found):
        if not isinstance(found, dict):
            raise ApiError('bad_request', 'An object was expected')
        self.found = found

    @classmethod
    def of_body(cls, request):
        try:
            return cls(json.loads(request.body))
        except (ValueError, RecursionError):
            raise ApiError('bad_request', 'The request is not JSON') from None

    @classmethod
    def of_query(cls, request):
        return cls(request.GET.dict())

    def has(self, name):
        return self.found.get(name) is not None

    def _get(self, name, kind, optional):
        value = self.found.get(name)
        if value is None and optional:
            return None
        # True and False are integers to Python, and not to JSON.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise ApiError('bad_request', f'{name} is missing or has the wrong type')
        return value

    def text(self, name, max_bytes, optional=False):
        value = self._get(name, str, optional)
        if value is None:
            return None
        try:
            too_long = len(value.encode()) > max_bytes
        except UnicodeEncodeError: # half of a surrogate pair
            raise ApiError('bad_request', f'{name} is not Unicode') from None
        if too_long or not value:
            raise ApiError('bad_request', f'{name} is empty or longer than {max_bytes} bytes')
        return value

    def integer(self, name, least=0, most=LARGEST, optional=False):
        value = self._get(name, int, optional)
        if value is not None and not least <= value <= most:
            raise ApiError('bad_request', f'{name} is not from {least} to {most}')
        return value

    def boolean(self, name):
        return self._get(name, bool, False)

    def items(self, name, most):
        value = self._get(name, list, False)
        if not 1 <= len(value) <= most:
            raise ApiError('bad_request', f'{name} has none or more than {most} members')
        return [Fields(item) for item in value]

    def sha256(self, name, optional=False):
        value = self._get(name, str, optional)
        try:
            if value is None or len(base64.b64decode(value, validate=True)) == 32:
                return value
        except (binascii.Error, ValueError):
            pass
        raise ApiError('bad_request', f'{name} is no SHA-256 in base64')

    def upload_id(self):
        return self.text('uploadId', MAX_UPLOAD_ID_BYTES)

    def key(self, prefix):
        """A key that this token may touch."""
        key = self.text('key', MAX_KEY_BYTES)
        if not key.startswith(prefix):
            raise ApiError('forbidden', 'The key is outside this token’s prefix')
        return key

    def part_numbers(self, name, most):
        parts = self.items(name, most)
        numbers = [part.integer('partNumber', 1, MAX_PARTS) for part in parts]
        if len(set(numbers)) != len(numbers):
            raise ApiError('bad_request', 'A part is there twice')
        return list(zip(numbers, parts))


def make_key(prefix, path):
    """The object's name for a file's relative path."""
    components = path.split('/')
    bad = any(component in ('', '.', '..') for component in components)
    bad = bad or any(ord(char) < 0x20 or ord(char) == 0x7f for char in path)
    key = prefix + path
    if bad or len(key.encode()) > MAX_KEY_BYTES:
        raise ApiError('key_invalid', 'The path cannot be a key: it is absolute, has “..” or control '
                                      'characters, or is too long')
    return key
