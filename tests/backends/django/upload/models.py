# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may upload, and below which prefix."""

import hashlib
import secrets

from django.db import models


def hash_of(secret):
    # A token is random and long: no slow hash is needed to keep it from being guessed.
    return hashlib.sha256(secret.encode()).hexdigest()


class Token(models.Model):
    name = models.CharField(max_length=200, unique=True)
    prefix = models.CharField(max_length=500, blank=True)
    sha256 = models.CharField(max_length=64, unique=True)

    @classmethod
    def issue(cls, name, prefix):
        """Makes a token; what it returns is kept nowhere."""
        secret = secrets.token_urlsafe(32)
        cls.objects.create(name=name, prefix=prefix, sha256=hash_of(secret))
        return secret

    @classmethod
    def find(cls, secret):
        return cls.objects.filter(sha256=hash_of(secret)).first()


class PlainUpload(models.Model):
    """A file of the plain protocol, whose chunks are objects of their own."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE)
    upload_id = models.CharField(max_length=36, unique=True)
    file_hash = models.CharField(max_length=64)
    total_chunks = models.PositiveIntegerField()

    class Meta:
        unique_together = [('token', 'file_hash')]

    def key_of(self, index):
        return f'{self.token.prefix}chunks/{self.file_hash}_{index}'
