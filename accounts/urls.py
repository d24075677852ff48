from django.urls import include, path

app_name = "accounts"
urlpatterns = [
    path("", include("accounts.home.urls")),
    path("", include("accounts.applications.urls")),
    path("", include("accounts.inbox.urls")),
    path("", include("accounts.register.urls")),
    path("", include("accounts.moderators.urls")),
    path("", include("accounts.platforms.urls")),
    path("", include("accounts.duty.urls")),
    path("", include("accounts.cover.urls")),
    path("", include("accounts.public.urls")),
    path("", include("accounts.crisis.urls")),
    path("", include("accounts.flags.urls")),
    path("", include("accounts.inactivity.urls")),
    path("", include("accounts.work_use.urls")),
]
