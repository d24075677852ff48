from django.urls import path

from accounts.inactivity import views

urlpatterns = [path("accounts/<int:pk>/posted/", views.account_posted, name="account_posted")]
