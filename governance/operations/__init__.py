"""For whoever runs the portal: the settings page, what the jobs did, and whether all is well.

Import `models.JobRun`, and `views.settings.settings_crumbs` for pages below the settings.
"""
