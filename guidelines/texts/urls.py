from django.urls import path

from guidelines.texts.views import comparison, drafts, links, plans, publication, reviews, rounds

urlpatterns = [
    path("new/", drafts.new, name="new"),
    path("links/", links.links, name="links"),
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
]
