"""The body: units, people, policy, platforms, audit, settings."""

urlpatterns = []
