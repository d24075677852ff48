from django.urls import path

from guidelines.documents.views import exports, imports

urlpatterns = [
    path("<slug:slug>/versions/<int:number>/<str:language>/<str:kind>/", exports.version, name="export"),
    path("<slug:slug>/draft/<str:language>/export/<str:kind>/", exports.draft, name="draft_export"),
    path("<slug:slug>/draft/<str:language>/import/", imports.upload, name="draft_import"),
    path("<slug:slug>/draft/<str:language>/import/review/", imports.review, name="draft_import_review"),
]
