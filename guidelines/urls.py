from django.urls import path

from guidelines.aids import views as aids_views
from guidelines.documents.views import exports, imports
from guidelines.reading.views import questions, readers, reading, search
from guidelines.ready_texts import views as ready_texts_views
from guidelines.starter import views
from guidelines.texts.views import comparison, drafts, links, plans, publication, reviews, rounds

app_name = "guidelines"
urlpatterns = [
    path("", reading.guidelines, name="guidelines"),
    path("new/", drafts.new, name="new"),
    path("acknowledgements/", readers.acknowledgements, name="acknowledgements"),
    path("aids/", aids_views.aids, name="aids"),
    path("aids/<slug:slug>/", aids_views.aid, name="aid"),
    path("aids/<slug:slug>/<str:language>/", aids_views.edit, name="aid_edit"),
    path("ask/", questions.new, name="ask"),
    path("questions/", questions.questions, name="questions"),
    path("questions/<int:pk>/", questions.question, name="question"),
    path("questions/<int:pk>/answer/", questions.answer, name="question_answer"),
    path("questions/<int:pk>/withdraw/", questions.withdraw, name="question_withdraw"),
    path("questions/<int:pk>/note/", questions.note, name="note"),
    path("notes/<int:pk>/remove/", questions.note_remove, name="note_remove"),
    path("search/", search.results, name="search"),
    path("links/", links.links, name="links"),
    path("starter/", views.starter_set, name="starter"),
    path("ready-texts/<int:pk>/", ready_texts_views.ready_text, name="ready_text"),
    path("ready-texts/<int:pk>/back/<int:number>/", ready_texts_views.bring_back, name="ready_text_back"),
    path("<slug:slug>/", reading.guideline, name="guideline"),
    path("<slug:slug>/acknowledge/", reading.acknowledge, name="acknowledge"),
    path("<slug:slug>/versions/", reading.versions, name="versions"),
    path("<slug:slug>/versions/<int:number>/", reading.version, name="version"),
    path("<slug:slug>/versions/<int:number>/readers/", readers.readers, name="readers"),
    path("<slug:slug>/versions/<int:number>/readers.<slug:kind>", readers.readers_export, name="readers_export"),
    path("<slug:slug>/versions/<int:number>/<str:language>/<str:kind>/", exports.version, name="export"),
    path("<slug:slug>/versions/<int:number>/languages/", comparison.languages, name="languages"),
    path("<slug:slug>/versions/<int:number>/comments/", rounds.comments, name="comments"),
    path("<slug:slug>/compare/", comparison.versions, name="compare"),
    path("<slug:slug>/review/", reviews.review, name="review"),
    path("<slug:slug>/review-date/", plans.review_date, name="review_date"),
    path("<slug:slug>/discussion/", rounds.discussion, name="discussion"),
    path("<slug:slug>/draft/", drafts.draft, name="draft"),
    path("<slug:slug>/draft/begin/", drafts.begin, name="draft_begin"),
    path("<slug:slug>/draft/publish/", publication.publish, name="publish"),
    path("<slug:slug>/draft/plan/cancel/", plans.plan_cancel, name="plan_cancel"),
    path("<slug:slug>/draft/review/", reviews.ask, name="review_ask"),
    path("<slug:slug>/draft/round/", rounds.open_round, name="round"),
    path("<slug:slug>/draft/round/close/", rounds.close_round, name="round_close"),
    path("<slug:slug>/draft/discard/", publication.discard, name="draft_discard"),
    path("<slug:slug>/draft/<str:language>/", drafts.edit, name="draft_edit"),
    path("<slug:slug>/draft/<str:language>/preview/", drafts.preview, name="preview"),
    path("<slug:slug>/draft/<str:language>/export/<str:kind>/", exports.draft, name="draft_export"),
    path("<slug:slug>/draft/<str:language>/import/", imports.upload, name="draft_import"),
    path("<slug:slug>/draft/<str:language>/import/review/", imports.review, name="draft_import_review"),
]
