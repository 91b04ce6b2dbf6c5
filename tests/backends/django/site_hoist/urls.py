# SPDX-License-Identifier: GPL-3.0-or-later

from django.urls import include, path

urlpatterns = [
    path('api/v1/', include('upload.urls')),
    path('plain/', include('upload.urls_plain')),
]
handler404 = 'upload.guard.not_found'
handler500 = 'upload.guard.failed'
