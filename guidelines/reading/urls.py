from django.urls import path

from guidelines.reading.views import questions, readers, reading, search

urlpatterns = [
    path("", reading.guidelines, name="guidelines"),
    path("acknowledgements/", readers.acknowledgements, name="acknowledgements"),
    path("ask/", questions.new, name="ask"),
    path("questions/", questions.questions, name="questions"),
    path("questions/<int:pk>/", questions.question, name="question"),
    path("questions/<int:pk>/answer/", questions.answer, name="question_answer"),
    path("questions/<int:pk>/withdraw/", questions.withdraw, name="question_withdraw"),
    path("questions/<int:pk>/note/", questions.note, name="note"),
    path("notes/<int:pk>/remove/", questions.note_remove, name="note_remove"),
    path("search/", search.results, name="search"),
    path("<slug:slug>/", reading.guideline, name="guideline"),
    path("<slug:slug>/acknowledge/", reading.acknowledge, name="acknowledge"),
    path("<slug:slug>/versions/", reading.versions, name="versions"),
    path("<slug:slug>/versions/<int:number>/", reading.version, name="version"),
    path("<slug:slug>/versions/<int:number>/readers/", readers.readers, name="readers"),
    path("<slug:slug>/versions/<int:number>/readers.<slug:kind>", readers.readers_export, name="readers_export"),
]
