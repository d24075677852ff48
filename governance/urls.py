from django.urls import include, path

urlpatterns = [
    path("", include("accounts.urls")),
    path("guidelines/", include("guidelines.urls")),
    path("api/v1/", include("accounts.public.api")),
    path("", include("governance.signin.urls")),
    path("", include("governance.people.urls")),
    path("", include("governance.departures.urls")),
    path("", include("governance.notices.urls")),
    path("", include("governance.pages.urls")),
    path("", include("governance.units.urls")),
    path("", include("governance.policy.urls")),
    path("", include("governance.calendar.urls")),
    path("", include("governance.platforms.urls")),
    path("", include("governance.trail.urls")),
    path("", include("governance.operations.urls")),
    path("", include("governance.imports.urls")),
]
handler403 = "governance.pages.errors.forbidden"
handler404 = "governance.pages.errors.not_found"
handler429 = "governance.pages.errors.too_many_requests"
handler500 = "governance.pages.errors.server_error"
