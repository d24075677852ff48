from django.urls import path

from governance.policy import views

urlpatterns = [
    path("units/<slug:code>/policy/", views.unit_policy, name="unit_policy"),
    path("units/<slug:code>/policy/preset/", views.unit_preset, name="unit_preset"),
]
