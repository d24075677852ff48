from django.urls import path

from guidelines import views

app_name = "guidelines"
urlpatterns = [
    path("", views.reading.guidelines, name="guidelines"),
    path("new/", views.drafting.new, name="new"),
    path("search/", views.search.results, name="search"),
    path("ready-texts/", views.ready_texts.ready_texts, name="ready_texts"),
    path("ready-texts/<int:pk>/", views.ready_texts.ready_text, name="ready_text"),
    path("links/", views.links.links, name="links"),
    path("<slug:slug>/", views.reading.guideline, name="guideline"),
    path("<slug:slug>/acknowledge/", views.reading.acknowledge, name="acknowledge"),
    path("<slug:slug>/versions/", views.reading.versions, name="versions"),
    path("<slug:slug>/versions/<int:number>/", views.reading.version, name="version"),
    path("<slug:slug>/versions/<int:number>/readers/", views.publishing.readers, name="readers"),
    path("<slug:slug>/versions/<int:number>/<str:language>/<str:kind>/", views.exports.version, name="export"),
    path("<slug:slug>/versions/<int:number>/languages/", views.comparing.languages, name="languages"),
    path("<slug:slug>/versions/<int:number>/comments/", views.discussion.comments, name="comments"),
    path("<slug:slug>/compare/", views.comparing.versions, name="compare"),
    path("<slug:slug>/review/", views.reviewing.review, name="review"),
    path("<slug:slug>/review-date/", views.planning.review_date, name="review_date"),
    path("<slug:slug>/discussion/", views.discussion.discussion, name="discussion"),
    path("<slug:slug>/draft/", views.drafting.draft, name="draft"),
    path("<slug:slug>/draft/begin/", views.drafting.begin, name="draft_begin"),
    path("<slug:slug>/draft/publish/", views.publishing.publish, name="publish"),
    path("<slug:slug>/draft/plan/cancel/", views.planning.plan_cancel, name="plan_cancel"),
    path("<slug:slug>/draft/review/", views.reviewing.ask, name="review_ask"),
    path("<slug:slug>/draft/round/", views.discussion.open_round, name="round"),
    path("<slug:slug>/draft/round/close/", views.discussion.close_round, name="round_close"),
    path("<slug:slug>/draft/discard/", views.publishing.discard, name="draft_discard"),
    path("<slug:slug>/draft/<str:language>/", views.drafting.edit, name="draft_edit"),
    path("<slug:slug>/draft/<str:language>/export/<str:kind>/", views.exports.draft, name="draft_export"),
    path("<slug:slug>/draft/<str:language>/import/", views.imports.upload, name="draft_import"),
    path("<slug:slug>/draft/<str:language>/import/review/", views.imports.review, name="draft_import_review"),
    path("<slug:slug>/draft/<str:language>/preview/", views.drafting.preview, name="preview"),
]
