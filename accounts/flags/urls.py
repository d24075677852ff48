from django.urls import path

from accounts.flags import views

urlpatterns = [
    path("flags/", views.flags, name="flags"),
    path("flags/<int:pk>/", views.flag, name="flag"),
    path("flags/<int:pk>/answer/", views.flag_answer, name="flag_answer"),
    path("flags/<int:pk>/decide/", views.flag_decide, name="flag_decide"),
]
