from django.urls import path

from accounts.public import views

urlpatterns = [
    path("register/", views.register, name="public_register"),
    path("register/<int:pk>/", views.register_account, name="public_account"),
    path("verify/", views.verify, name="verify"),
    path("report/", views.report, name="report"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("trust.txt", views.trust_txt, name="trust_txt"),
    path(".well-known/trust.txt", views.trust_txt, name="trust_txt_well_known"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("robots.txt", views.robots_txt, name="robots_txt"),
]
