from django.urls import path

from guidelines.aids import views

urlpatterns = [
    path("aids/", views.aids, name="aids"),
    path("aids/<slug:slug>/", views.aid, name="aid"),
    path("aids/<slug:slug>/<str:language>/", views.edit, name="aid_edit"),
]
