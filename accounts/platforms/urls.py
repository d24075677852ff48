from django.urls import path

from accounts.platforms.views import connections, hook_sources

urlpatterns = [
    path("connections/", connections.connections, name="connections"),
    path("accounts/<int:pk>/connection/", connections.connection, name="connection"),
    path("accounts/<int:pk>/connection/new/", connections.connection_new, name="connection_new"),
    path("accounts/<int:pk>/connection/read/", connections.connection_read, name="connection_read"),
    path("accounts/<int:pk>/connection/pause/", connections.connection_pause, name="connection_pause"),
    path("accounts/<int:pk>/connection/resume/", connections.connection_resume, name="connection_resume"),
    path("accounts/<int:pk>/connection/disconnect/", connections.connection_disconnect, name="connection_disconnect"),
    path("settings/webhooks/", hook_sources.hook_sources, name="hook_sources"),
    path("settings/webhooks/new/", hook_sources.hook_source_new, name="hook_source_new"),
    path("settings/webhooks/<int:pk>/revoke/", hook_sources.hook_source_revoke, name="hook_source_revoke"),
]
