from django.urls import path

from accounts.inbox.views import desk, doubles, inbox, post, ready_texts, removals, several

urlpatterns = [
    path("ready-texts/", ready_texts.ready_texts, name="ready_texts"),
    path("choose/accounts/", inbox.choose_account, name="choose_account"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/several/", several.several, name="several"),
    path("inbox/views/", inbox.view_save, name="view_save"),
    path("inbox/views/<int:pk>/delete/", inbox.view_delete, name="view_delete"),
    path("posts/new/", post.post_new, name="post_new"),
    path("posts/<int:pk>/", post.post, name="post"),
    path("posts/<int:pk>/triage/", post.post_triage, name="post_triage"),
    path("posts/<int:pk>/close/", post.post_close, name="post_close"),
    path("posts/<int:pk>/remove/", post.post_remove, name="post_remove"),
    path("posts/<int:pk>/hold/", post.post_hold, name="post_hold"),
    path("posts/<int:pk>/section/", post.post_to_section, name="post_to_section"),
    path("posts/<int:pk>/section/back/", post.post_give_back, name="post_give_back"),
    path("posts/<int:pk>/reopen/", post.post_reopen, name="post_reopen"),
    path("posts/<int:pk>/deadline/", post.post_move_deadline, name="post_move_deadline"),
    path("posts/<int:pk>/merge/", doubles.post_merge, name="post_merge"),
    path("posts/<int:pk>/desk/", desk.post_desk, name="post_desk"),
    path("posts/<int:pk>/claim/", desk.post_claim, name="post_claim"),
    path("posts/<int:pk>/release/", desk.post_release, name="post_release"),
    path("posts/<int:pk>/hand-over/", desk.post_hand_over, name="post_hand_over"),
    path("removals/", removals.removals, name="removals"),
    path("removals/export.csv", removals.removals_csv, name="removals_csv"),
]
