from django.urls import path

from accounts.views import flags, home, inbox

app_name = "accounts"
urlpatterns = [
    path("", home.home, name="home"),
    # --- applications (views/applications.py, decisions.py) ---
    # --- register, opening, moderators, pauses (views/register.py, opening.py, moderators.py) ---
    path("accounts/", register.accounts, name="accounts"),
    path("accounts/export.<slug:kind>", register.accounts_export, name="accounts_export"),
    path("accounts/new/", register.account_new, name="account_new"),
    path("accounts/<int:pk>/", register.account, name="account"),
    path("accounts/<int:pk>/edit/", register.account_edit, name="account_edit"),
    path("accounts/<int:pk>/opening/", opening.account_opening, name="account_opening"),
    path("accounts/<int:pk>/open/", opening.account_open, name="account_open"),
    path("accounts/<int:pk>/check/", register.account_check, name="account_check"),
    path("accounts/<int:pk>/statement/", opening.account_statement, name="account_statement"),
    path("accounts/<int:pk>/abandon/", register.account_abandon, name="account_abandon"),
    path("accounts/<int:pk>/retire/begin/", register.account_retire_begin, name="account_retire_begin"),
    path("accounts/<int:pk>/retire/keep/", register.account_keep, name="account_keep"),
    path("accounts/<int:pk>/retire/", register.account_retire, name="account_retire"),
    path("accounts/<int:pk>/people/new/", moderators.assignment_new, name="assignment_new"),
    path("assignments/<int:pk>/", moderators.assignment, name="assignment"),
    path("assignments/<int:pk>/accept/", moderators.assignment_accept, name="assignment_accept"),
    path("assignments/<int:pk>/decline/", moderators.assignment_decline, name="assignment_decline"),
    path("assignments/<int:pk>/end/", moderators.assignment_end, name="assignment_end"),
    path("assignments/<int:pk>/order/", moderators.assignment_order, name="assignment_order"),
    path("accounts/<int:pk>/pauses/new/", pauses.pause_new, name="pause_new"),
    path("pauses/<int:pk>/end/", pauses.pause_end, name="pause_end"),
    # --- the public (views/public.py) ---
    path("register/", public.register, name="public_register"),
    path("register/<int:pk>/", public.register_account, name="public_account"),
    path("verify/", public.verify, name="verify"),
    path("report/", public.report, name="report"),
    path("accessibility/", public.accessibility, name="accessibility"),
    path("trust.txt", public.trust_txt, name="trust_txt"),
    path(".well-known/trust.txt", public.trust_txt, name="trust_txt_well_known"),
    path(".well-known/security.txt", public.security_txt, name="security_txt"),
    path("robots.txt", public.robots_txt, name="robots_txt"),
    # --- posts and flags (views/inbox.py, flags.py) ---
    path("inbox/", inbox.inbox, name="inbox"),
    path("posts/new/", inbox.post_new, name="post_new"),
    path("posts/<int:pk>/", inbox.post, name="post"),
    path("posts/<int:pk>/triage/", inbox.post_triage, name="post_triage"),
    path("posts/<int:pk>/close/", inbox.post_close, name="post_close"),
    path("posts/<int:pk>/reopen/", inbox.post_reopen, name="post_reopen"),
    path("posts/<int:pk>/deadline/", inbox.post_move_deadline, name="post_move_deadline"),
    path("flags/", flags.flags, name="flags"),
    path("flags/<int:pk>/", flags.flag, name="flag"),
    path("flags/<int:pk>/answer/", flags.flag_answer, name="flag_answer"),
    path("flags/<int:pk>/decide/", flags.flag_decide, name="flag_decide"),
]
