from django.urls import path

from governance.platforms import views

urlpatterns = [
    path("units/<slug:code>/platforms/", views.unit_platforms, name="unit_platforms"),
    path("units/<slug:code>/platforms/<slug:platform>/", views.unit_platform, name="unit_platform"),
    path("settings/platforms/new/", views.platform_new, name="platform_new"),
    path("settings/platforms/<slug:code>/", views.platform_edit, name="platform_edit"),
]
