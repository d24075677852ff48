from allauth.account import views as allauth
from django.urls import include, path, re_path

from governance.access import public, signed_in
from governance.signin import LoginView
from governance.views import me, operations

urlpatterns = [
    path("", include("accounts.urls")),
    path("guidelines/", include("guidelines.urls")),
    path("api/v1/", include("accounts.views.api")),
    # sign-in
    path("login/", public(LoginView.as_view()), name="account_login"),
    path("logout/", public(allauth.logout), name="account_logout"),
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
    path("notices/", me.notices, name="notices"),
    path("notices/read/", me.notices_read, name="notices_read"),
    path("notices/<int:pk>/", me.notice, name="notice"),
    path("me/notices/", me.notice_choices, name="notice_choices"),
    path("language/", me.language, name="language"),
    # the body: units, people, policy, platforms, audit, settings
    path("", include("governance.body_urls")),
    # operations
    path("healthz", operations.healthz, name="healthz"),
    path("readyz", operations.readyz, name="readyz"),
]
handler403 = "governance.views.errors.forbidden"
handler404 = "governance.views.errors.not_found"
handler429 = "governance.views.errors.too_many_requests"
handler500 = "governance.views.errors.server_error"
