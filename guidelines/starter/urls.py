from django.urls import path

from guidelines.starter import views

urlpatterns = [
    path("starter/", views.starter_set, name="starter"),
]
