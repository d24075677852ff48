from django.urls import path

from accounts.work_use import views

urlpatterns = [
    path("me/work-use/", views.work_use, name="work_use"),
    path("me/work-use/<int:pk>/end/", views.work_use_end, name="work_use_end"),
    path("units/<slug:code>/work-use/", views.work_use_of_unit, name="work_use_of_unit"),
    path("units/<slug:code>/sites/", views.sites, name="sites"),
    path("units/<slug:code>/sites/new/", views.site_new, name="site_new"),
    path("sites/<int:pk>/public/", views.site_public, name="site_public"),
    path("sites/<int:pk>/remove/", views.site_remove, name="site_remove"),
]
