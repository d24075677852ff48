from django.urls import path

from accounts.home import views

urlpatterns = [
    path("", views.home, name="home"),
]
