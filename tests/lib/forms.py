# SPDX-License-Identifier: GPL-3.0-or-later
"""What S3 does with a form (POST Object), as strictly as it can be read: framing, order, policy, signature."""

import base64
import datetime
import hashlib
import hmac
import json
import re


class Refused(Exception):
    def __init__(self, status, code, message=''):
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


def parse(content_type, body):
    """Returns (fields, the file's bytes). Names are in lower case; the file is the last and the only one."""
    kind, _, boundary = content_type.partition('; boundary=')
    if kind != 'multipart/form-data' or not re.fullmatch(r"[A-Za-z0-9'()+_,./:=?-]{1,70}", boundary):
        raise Refused(412, 'PreconditionFailed', 'no form')
    mark = b'--' + boundary.encode()
    if not body.startswith(mark + b'\r\n') or not body.endswith(b'\r\n' + mark + b'--\r\n'):
        raise Refused(400, 'MalformedPOSTRequest', 'the form is not closed')
    inside = body[len(mark) + 2:-len(mark) - 6]
    fields, pieces = {}, inside.split(b'\r\n' + mark + b'\r\n')
    for index, piece in enumerate(pieces):
        head, blank, value = piece.partition(b'\r\n\r\n')
        match = re.match(r'Content-Disposition: form-data; name="([^"]+)"(; filename="[^"]*")?', head.decode())
        if not blank or not match or (match[1] == 'file') != (index == len(pieces) - 1):
            raise Refused(400, 'MalformedPOSTRequest', 'the file is not the last')
        if match[1] == 'file':
            return fields, value
        fields[match[1].lower()] = value.decode()
    raise Refused(400, 'InvalidArgument', 'no file')


def sign(policy, credential, secret):
    """Amazon S3 User Guide, «Calculating a signature» of POST policies."""
    key = b'AWS4' + secret.encode()
    for part in credential.split('/')[1:]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, policy.encode(), hashlib.sha256).hexdigest()


def check(fields, size, secret):
    """Whether the policy is ours, has not expired and allows exactly these fields."""
    if not hmac.compare_digest(sign(fields['policy'], fields['x-amz-credential'], secret), fields['x-amz-signature']):
        raise Refused(403, 'SignatureDoesNotMatch')
    policy = json.loads(base64.b64decode(fields['policy']))
    if datetime.datetime.fromisoformat(policy['expiration'].replace('Z', '+00:00')) < datetime.datetime.now(datetime.timezone.utc):
        raise Refused(403, 'AccessDenied', 'Invalid according to Policy: Policy expired.')
    allowed = {'policy', 'x-amz-signature'}
    for condition in policy['conditions']:
        if isinstance(condition, dict):
            ((name, value),) = condition.items()
            condition = ['eq', f'${name}', value]
        if condition[0] == 'content-length-range':
            if not condition[1] <= size <= condition[2]:
                raise Refused(400, 'EntityTooLarge')
            continue
        name = condition[1].removeprefix('$').lower()
        allowed.add(name)
        if name != 'bucket' and fields.get(name) != condition[2]:
            raise Refused(403, 'AccessDenied', f'Invalid according to Policy: Policy Condition failed: {condition}')
    if set(fields) - allowed:
        raise Refused(403, 'AccessDenied', f'Extra input fields: {set(fields) - allowed}')
