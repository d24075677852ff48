from django.urls import path

from accounts.views import home

app_name = "accounts"
urlpatterns = [
    path("", home.home, name="home"),
    # --- applications (views/applications.py, decisions.py) ---
    # --- register, opening, moderators, pauses (views/register.py, opening.py, moderators.py) ---
    # --- posts and flags (views/inbox.py, flags.py) ---
]
