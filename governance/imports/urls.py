from django.urls import path

from governance.imports import views

urlpatterns = [
    path("settings/import/<slug:kind>/", views.import_upload, name="import_upload"),
    path("settings/import/<slug:kind>/<int:pk>/", views.import_step, name="import_step"),
    path("settings/import/<slug:kind>/<int:pk>/progress/", views.import_progress, name="import_progress"),
    path("settings/import/<slug:kind>/<int:pk>/report.csv", views.import_report, name="import_report"),
]
