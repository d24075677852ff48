from django.urls import include, path

app_name = "guidelines"
# Reading comes last: there a single word is the address of a guideline.
urlpatterns = [
    path("", include("guidelines.aids.urls")),
    path("", include("guidelines.ready_texts.urls")),
    path("", include("guidelines.starter.urls")),
    path("", include("guidelines.texts.urls")),
    path("", include("guidelines.documents.urls")),
    path("", include("guidelines.reading.urls")),
]
