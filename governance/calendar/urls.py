from django.urls import path

from governance.calendar import views

urlpatterns = [
    path("units/<slug:code>/closing-days/new/", views.closing_day_add, name="closing_day_add"),
    path("units/<slug:code>/closing-days/<int:pk>/remove/", views.closing_day_remove, name="closing_day_remove"),
]
