from django.urls import path

from governance.imports import views

urlpatterns = [
    path("settings/import/<slug:kind>/", views.import_upload, name="import_upload"),
]
