from django.urls import path

from governance.pages import views

urlpatterns = [
    path("language/", views.language, name="language"),
]
