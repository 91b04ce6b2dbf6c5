# SPDX-License-Identifier: GPL-3.0-or-later

from django.urls import path

from . import views

urlpatterns = [
    path('', views.capabilities),
    path('initiate', views.initiate),
    path('sign', views.sign),
    path('status', views.status),
    path('complete', views.complete),
    path('stat', views.stat),
    path('abort', views.abort),
    path('uploads', views.uploads),
    path('share', views.share),
]
