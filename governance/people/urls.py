from django.urls import path

from governance.people.views import absences, me, people

urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/export.csv", people.people_csv, name="people_csv"),
    path("people/new/", people.person_new, name="person_new"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/edit/", people.person_edit, name="person_edit"),
    path("people/<int:pk>/roles/new/", people.grant_new, name="grant_new"),
    path("people/<int:pk>/substitutes/new/", people.substitute_new, name="substitute_new"),
    path("people/<int:pk>/absences/new/", absences.absence_new_for, name="absence_new_for"),
    path("people/<int:pk>/absences/import/", absences.absence_import_for, name="absence_import_for"),
    path("roles/<int:pk>/end/", people.grant_end, name="grant_end"),
    path("substitutes/<int:pk>/end/", people.substitute_end, name="substitute_end"),
    path("me/absences/new/", absences.absence_new, name="absence_new"),
    path("me/absences/import/", absences.absence_import, name="absence_import"),
    path("absences/<int:pk>/call-off/", absences.absence_cancel, name="absence_cancel"),
    path("me/", me.me, name="me"),
]
