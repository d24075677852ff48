from allauth.account import views as allauth
from django.urls import path, re_path

from governance.access import public, signed_in
from governance.signin import views

urlpatterns = [
    path("login/", public(views.LoginView.as_view()), name="account_login"),
    path("logout/", public(allauth.logout), name="account_logout"),
    path("login/again/", signed_in(views.ReauthenticateView.as_view()), name="account_reauthenticate"),
    path("password/", signed_in(views.PasswordChangeView.as_view()), name="account_change_password"),
    path("password/forgotten/", public(views.PasswordResetView.as_view()), name="account_reset_password"),
    path("password/forgotten/sent/", public(allauth.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        public(views.PasswordResetFromKeyView.as_view()),
        name="account_reset_password_from_key",
    ),
    path(
        "password/new/done/",
        public(allauth.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("tokens/<int:pk>/", views.token_approve, name="token_approve"),
    path("settings/tokens/", views.tokens, name="tokens"),
    path("settings/tokens/new/", views.token_new, name="token_new"),
    path("settings/tokens/<int:pk>/revoke/", views.token_revoke, name="token_revoke"),
]
