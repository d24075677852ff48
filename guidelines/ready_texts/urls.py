from django.urls import path

from guidelines.ready_texts import views

urlpatterns = [
    path("ready-texts/<int:pk>/", views.ready_text, name="ready_text"),
    path("ready-texts/<int:pk>/back/<int:number>/", views.bring_back, name="ready_text_back"),
]
