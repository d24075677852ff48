from allauth.account import views as allauth
from django.urls import include, path, re_path

from governance.access import public, signed_in
from governance.notices import views
from governance.operations import views as operations
from governance.pages import language
from governance.people.views import me
from governance.signin.login import LoginView

urlpatterns = [
    path("", include("accounts.urls")),
    path("guidelines/", include("guidelines.urls")),
    path("api/v1/", include("accounts.public.api")),
    # sign-in
    path("login/", public(LoginView.as_view()), name="account_login"),
    path("logout/", public(allauth.logout), name="account_logout"),
    path("login/again/", signed_in(allauth.reauthenticate), name="account_reauthenticate"),
    path("password/", signed_in(allauth.password_change), name="account_change_password"),
    path("password/forgotten/", public(allauth.password_reset), name="account_reset_password"),
    path("password/forgotten/sent/", public(allauth.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        public(allauth.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/new/done/",
        public(allauth.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    # about oneself
    path("me/", me.me, name="me"),
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.notices_read, name="notices_read"),
    path("notices/<int:pk>/", views.notice, name="notice"),
    path("me/notices/", views.notice_choices, name="notice_choices"),
    path("language/", language.language, name="language"),
    # the body: units, people, policy, platforms, audit, settings
    path("", include("governance.body_urls")),
    # operations
    path("healthz", operations.healthz, name="healthz"),
    path("readyz", operations.readyz, name="readyz"),
]
handler403 = "governance.pages.errors.forbidden"
handler404 = "governance.pages.errors.not_found"
handler429 = "governance.pages.errors.too_many_requests"
handler500 = "governance.pages.errors.server_error"
