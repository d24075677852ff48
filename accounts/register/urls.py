from django.urls import path

from accounts.register.views import confirmation, opening, pauses, register

urlpatterns = [
    path("accounts/", register.accounts, name="accounts"),
    path("accounts/export.<slug:kind>", register.accounts_export, name="accounts_export"),
    path("accounts/new/", register.account_new, name="account_new"),
    path("accounts/<int:pk>/", register.account, name="account"),
    path("accounts/<int:pk>/edit/", register.account_edit, name="account_edit"),
    path("accounts/<int:pk>/opening/", opening.account_opening, name="account_opening"),
    path("accounts/<int:pk>/open/", opening.account_open, name="account_open"),
    path("accounts/<int:pk>/check/", register.account_check, name="account_check"),
    path("accounts/<int:pk>/statement/", opening.account_statement, name="account_statement"),
    path("accounts/<int:pk>/confirm/", confirmation.account_confirm, name="account_confirm"),
    path("accounts/<int:pk>/disown/", confirmation.account_disown, name="account_disown"),
    path("accounts/<int:pk>/abandon/", register.account_abandon, name="account_abandon"),
    path("accounts/<int:pk>/retire/begin/", register.account_retire_begin, name="account_retire_begin"),
    path("accounts/<int:pk>/retire/keep/", register.account_keep, name="account_keep"),
    path("accounts/<int:pk>/retire/", register.account_retire, name="account_retire"),
    path("accounts/<int:pk>/pauses/new/", pauses.pause_new, name="pause_new"),
    path("accounts/<int:pk>/resume/", pauses.account_resume, name="account_resume"),
    path("pauses/<int:pk>/end/", pauses.pause_end, name="pause_end"),
]
