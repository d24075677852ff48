from django.urls import path

from accounts.applications.views import application as applications
from accounts.applications.views import decision as decisions
from accounts.applications.views import list as application_list
from accounts.crisis import views as crisis
from accounts.duty import calendar as duty_calendar
from accounts.duty import views as duty
from accounts.flags import views as flags
from accounts.home import views as home
from accounts.inbox.views import desk, inbox, ready_texts, removals, several
from accounts.inbox.views import post as posts
from accounts.moderators import views as moderators
from accounts.platforms.views import connections, hook_sources
from accounts.public import views as public
from accounts.register.views import opening, pauses, register
from accounts.work_use import views as work_use

app_name = "accounts"
urlpatterns = [
    path("", home.home, name="home"),
    # --- applications (views/application_list.py, applications.py, decisions.py) ---
    path("applications/", application_list.applications, name="applications"),
    path("applications/new/", applications.application_new, name="application_new"),
    path("applications/<int:pk>/", applications.application, name="application"),
    path("applications/<int:pk>/steps/<slug:step>/", applications.application_step, name="application_step"),
    path("applications/<int:pk>/submit/", applications.application_submit, name="application_submit"),
    path("applications/<int:pk>/withdraw/", applications.application_withdraw, name="application_withdraw"),
    path("applications/<int:pk>/revive/", applications.application_revive, name="application_revive"),
    path("applications/<int:pk>/comment/", applications.application_comment, name="application_comment"),
    path("applications/<int:pk>/decide/", decisions.application_decide, name="application_decide"),
    path("applications/<int:pk>/decision/", decisions.application_decision, name="application_decision"),
    path("applications/<int:pk>/decision/pdf/", decisions.application_decision_pdf, name="application_decision_pdf"),
    # --- ready texts to copy (views/ready_texts.py) ---
    path("ready-texts/", ready_texts.ready_texts, name="ready_texts"),
    # --- register, opening, moderators, pauses (views/register.py, opening.py, moderators.py) ---
    path("choose/accounts/", inbox.choose_account, name="choose_account"),
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
    path("accounts/<int:pk>/resume/", pauses.account_resume, name="account_resume"),
    path("pauses/<int:pk>/end/", pauses.pause_end, name="pause_end"),
    # --- connections (views/connections.py) ---
    path("connections/", connections.connections, name="connections"),
    path("accounts/<int:pk>/connection/", connections.connection, name="connection"),
    path("accounts/<int:pk>/connection/new/", connections.connection_new, name="connection_new"),
    path("accounts/<int:pk>/connection/read/", connections.connection_read, name="connection_read"),
    path("accounts/<int:pk>/connection/pause/", connections.connection_pause, name="connection_pause"),
    path("accounts/<int:pk>/connection/resume/", connections.connection_resume, name="connection_resume"),
    path("accounts/<int:pk>/connection/disconnect/", connections.connection_disconnect, name="connection_disconnect"),
    # --- duty (views/duty.py, duty_calendar.py) ---
    path("duty/", duty.duty, name="duty"),
    path("duty/calendar/<slug:key>.ics", duty_calendar.duty_calendar, name="duty_calendar"),
    path("me/calendar/", duty_calendar.calendar_key, name="calendar_key"),
    path("accounts/<int:pk>/rota/", duty.account_rota, name="account_rota"),
    path("shifts/<int:pk>/remove/", duty.shift_remove, name="shift_remove"),
    path("accounts/<int:pk>/take-over/", duty.account_take_over, name="account_take_over"),
    path("accounts/<int:pk>/give-back/", duty.account_give_back, name="account_give_back"),
    path("people/<int:pk>/hand-over/", duty.person_hand_over, name="person_hand_over"),
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
    # --- posts and flags (views/inbox.py, several.py, posts.py, desk.py, flags.py) ---
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/several/", several.several, name="several"),
    path("inbox/views/", inbox.view_save, name="view_save"),
    path("inbox/views/<int:pk>/delete/", inbox.view_delete, name="view_delete"),
    path("posts/new/", posts.post_new, name="post_new"),
    path("posts/<int:pk>/", posts.post, name="post"),
    path("posts/<int:pk>/triage/", posts.post_triage, name="post_triage"),
    path("posts/<int:pk>/close/", posts.post_close, name="post_close"),
    path("posts/<int:pk>/remove/", posts.post_remove, name="post_remove"),
    path("posts/<int:pk>/hold/", posts.post_hold, name="post_hold"),
    path("posts/<int:pk>/section/", posts.post_to_section, name="post_to_section"),
    path("posts/<int:pk>/section/back/", posts.post_give_back, name="post_give_back"),
    path("posts/<int:pk>/reopen/", posts.post_reopen, name="post_reopen"),
    path("posts/<int:pk>/deadline/", posts.post_move_deadline, name="post_move_deadline"),
    # --- crisis (views/crisis.py) ---
    path("crisis/", crisis.crisis, name="crisis"),
    path("crisis/open/", crisis.crisis_open, name="crisis_open"),
    path("crisis/<int:pk>/close/", crisis.crisis_close, name="crisis_close"),
    path("posts/<int:pk>/desk/", desk.post_desk, name="post_desk"),
    path("posts/<int:pk>/claim/", desk.post_claim, name="post_claim"),
    path("posts/<int:pk>/release/", desk.post_release, name="post_release"),
    path("posts/<int:pk>/hand-over/", desk.post_hand_over, name="post_hand_over"),
    path("removals/", removals.removals, name="removals"),
    path("removals/export.csv", removals.removals_csv, name="removals_csv"),
    path("flags/", flags.flags, name="flags"),
    path("flags/<int:pk>/", flags.flag, name="flag"),
    path("flags/<int:pk>/answer/", flags.flag_answer, name="flag_answer"),
    path("flags/<int:pk>/decide/", flags.flag_decide, name="flag_decide"),
    # --- networks used for work, sites by staff and pupils (views/work_use.py) ---
    path("me/work-use/", work_use.work_use, name="work_use"),
    path("me/work-use/<int:pk>/end/", work_use.work_use_end, name="work_use_end"),
    path("units/<slug:code>/work-use/", work_use.work_use_of_unit, name="work_use_of_unit"),
    path("units/<slug:code>/sites/", work_use.sites, name="sites"),
    path("units/<slug:code>/sites/new/", work_use.site_new, name="site_new"),
    path("sites/<int:pk>/public/", work_use.site_public, name="site_public"),
    path("sites/<int:pk>/remove/", work_use.site_remove, name="site_remove"),
    # --- settings (views/hook_sources.py) ---
    path("settings/webhooks/", hook_sources.hook_sources, name="hook_sources"),
    path("settings/webhooks/new/", hook_sources.hook_source_new, name="hook_source_new"),
    path("settings/webhooks/<int:pk>/revoke/", hook_sources.hook_source_revoke, name="hook_source_revoke"),
]
