from django.urls import path

from governance.notices import views

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.notices_read, name="notices_read"),
    path("notices/<int:pk>/", views.notice, name="notice"),
    path("me/notices/", views.notice_choices, name="notice_choices"),
    path("settings/notices/<int:pk>/send-again/", views.notice_send_again, name="notice_send_again"),
]
