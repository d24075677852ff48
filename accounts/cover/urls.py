from django.urls import path

from accounts.cover import views

urlpatterns = [
    path("people/<int:pk>/hand-over/", views.person_hand_over, name="person_hand_over"),
]
