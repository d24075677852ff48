"""The body: units, people, policy, platforms, audit, settings."""

from django.urls import path

from governance.audit import views as audit
from governance.calendar import views as calendar_views
from governance.imports import views as imports_views
from governance.notices import views as notices_views
from governance.pages import settings_page
from governance.people.views import absences, people
from governance.platforms import views as platforms
from governance.policy import views
from governance.signin import views as signin_views
from governance.units import views as units

urlpatterns = [
    path("units/", units.units, name="units"),
    path("units/new/", units.unit_new, name="unit_new"),
    path("units/<slug:code>/", units.unit, name="unit"),
    path("units/<slug:code>/edit/", units.unit_edit, name="unit_edit"),
    path("units/<slug:code>/close/", units.unit_close, name="unit_close"),
    path("units/<slug:code>/policy/", views.unit_policy, name="unit_policy"),
    path("units/<slug:code>/policy/preset/", views.unit_preset, name="unit_preset"),
    path("units/<slug:code>/closing-days/new/", calendar_views.closing_day_add, name="closing_day_add"),
    path(
        "units/<slug:code>/closing-days/<int:pk>/remove/", calendar_views.closing_day_remove, name="closing_day_remove"
    ),
    path("units/<slug:code>/platforms/", platforms.unit_platforms, name="unit_platforms"),
    path("units/<slug:code>/platforms/<slug:platform>/", platforms.unit_platform, name="unit_platform"),
    path("people/", people.people, name="people"),
    path("people/export.csv", people.people_csv, name="people_csv"),
    path("people/new/", people.person_new, name="person_new"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/edit/", people.person_edit, name="person_edit"),
    path("people/<int:pk>/roles/new/", people.grant_new, name="grant_new"),
    path("people/<int:pk>/substitutes/new/", people.substitute_new, name="substitute_new"),
    path("people/<int:pk>/absences/new/", absences.absence_new_for, name="absence_new_for"),
    path("people/<int:pk>/absences/import/", absences.absence_import_for, name="absence_import_for"),
    path("people/<int:pk>/deactivate/", people.person_deactivate, name="person_deactivate"),
    path("people/<int:pk>/reactivate/", people.person_reactivate, name="person_reactivate"),
    path("roles/<int:pk>/end/", people.grant_end, name="grant_end"),
    path("substitutes/<int:pk>/end/", people.substitute_end, name="substitute_end"),
    path("me/absences/new/", absences.absence_new, name="absence_new"),
    path("me/absences/import/", absences.absence_import, name="absence_import"),
    path("absences/<int:pk>/call-off/", absences.absence_cancel, name="absence_cancel"),
    path("audit/", audit.audit, name="audit"),
    path("audit/export.csv", audit.audit_csv, name="audit_csv"),
    path("settings/", settings_page.settings, name="settings"),
    path("settings/platforms/new/", platforms.platform_new, name="platform_new"),
    path("settings/platforms/<slug:code>/", platforms.platform_edit, name="platform_edit"),
    path("settings/tokens/new/", signin_views.token_new, name="token_new"),
    path("settings/tokens/<int:pk>/revoke/", signin_views.token_revoke, name="token_revoke"),
    path("settings/notices/<int:pk>/send-again/", notices_views.notice_send_again, name="notice_send_again"),
    path("settings/import/<slug:kind>/", imports_views.import_upload, name="import_upload"),
    path("settings/import/<slug:kind>/<int:pk>/", imports_views.import_step, name="import_step"),
    path("settings/import/<slug:kind>/<int:pk>/progress/", imports_views.import_progress, name="import_progress"),
    path("settings/import/<slug:kind>/<int:pk>/report.csv", imports_views.import_report, name="import_report"),
]
