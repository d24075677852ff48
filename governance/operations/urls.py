from django.urls import path

from governance.operations.views import health, settings

urlpatterns = [
    path("settings/", settings.settings, name="settings"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
