from django.urls import path

from governance.units import views

urlpatterns = [
    path("choose/units/", views.choose_unit, name="choose_unit"),
    path("units/", views.units, name="units"),
    path("units/new/", views.unit_new, name="unit_new"),
    path("units/<slug:code>/", views.unit, name="unit"),
    path("units/<slug:code>/edit/", views.unit_edit, name="unit_edit"),
    path("units/<slug:code>/close/", views.unit_close, name="unit_close"),
]
