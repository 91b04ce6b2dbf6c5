# SPDX-License-Identifier: GPL-3.0-or-later

from django.urls import path

from . import plain

urlpatterns = [
    path('initiate', plain.initiate),
    path('status', plain.status),
    path('complete', plain.complete),
    path('abort', plain.abort),
]
