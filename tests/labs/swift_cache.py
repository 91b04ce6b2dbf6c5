# SPDX-License-Identifier: GPL-3.0-or-later
"""A cache for Swift's gateway, in its own memory: it wants to have one, and memcached would be one more service."""

import time


class Cache:
    def __init__(self):
        self.entries = {}

    def get(self, key, **_):
        value, until = self.entries.get(key, (None, 0))
        return value if until == 0 or until > time.time() else None

    def set(self, key, value, time=0, **_):  # noqa: A002, so it is called
        self.entries[key] = value, until(time)

    def incr(self, key, delta=1, time=0, **_):
        self.set(key, max(0, int(self.get(key) or 0) + int(delta)), time=time)
        return self.get(key)

    def delete(self, key, **_):
        self.entries.pop(key, None)

    def set_multi(self, mapping, server_key, time=0, **_):
        for key, value in mapping.items():
            self.set(key, value, time=time)

    def get_multi(self, keys, server_key, **_):
        return [self.get(key) for key in keys]


def until(seconds):
    return time.time() + seconds if seconds else 0


def filter_factory(_configuration, **_options):
    cache = Cache()

    def middleware(application):
        def call(environ, start_response):
            environ['swift.cache'] = cache
            return application(environ, start_response)
        return call
    return middleware
