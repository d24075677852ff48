from django.urls import path

from accounts.crisis import views

urlpatterns = [
    path("crisis/", views.crisis, name="crisis"),
    path("crisis/open/", views.crisis_open, name="crisis_open"),
    path("crisis/<int:pk>/close/", views.crisis_close, name="crisis_close"),
]
