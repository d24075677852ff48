from django.urls import path

from accounts.applications.views import application, decision, list

urlpatterns = [
    path("applications/", list.applications, name="applications"),
    path("applications/new/", application.application_new, name="application_new"),
    path("applications/<int:pk>/", application.application, name="application"),
    path("applications/<int:pk>/steps/<slug:step>/", application.application_step, name="application_step"),
    path("applications/<int:pk>/submit/", application.application_submit, name="application_submit"),
    path("applications/<int:pk>/withdraw/", application.application_withdraw, name="application_withdraw"),
    path("applications/<int:pk>/revive/", application.application_revive, name="application_revive"),
    path("applications/<int:pk>/comment/", application.application_comment, name="application_comment"),
    path("applications/<int:pk>/decide/", decision.application_decide, name="application_decide"),
    path("applications/<int:pk>/decision/", decision.application_decision, name="application_decision"),
    path("applications/<int:pk>/decision/pdf/", decision.application_decision_pdf, name="application_decision_pdf"),
]
