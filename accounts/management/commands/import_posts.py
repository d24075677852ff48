from accounts.inbox.imports import PostImporter
from governance.imports.command import ImportCommand


class Command(ImportCommand):
    help = (
        "Brings in posts: account (handle, platform:handle or address), remote_id, kind, author, text, url, posted_at, "
        "answered_at, thread_id, parent_id. Times without a zone are local."
    )
    importer_class = PostImporter
