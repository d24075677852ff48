"""Where the tests' database lies, for the programs they start."""

from urllib.parse import urlencode


def server_of(at: dict) -> dict:
    """Host and port in a database's settings; the host may be the folder in which the server's socket lies."""
    return {"host": at["HOST"] or at["OPTIONS"].get("host") or "127.0.0.1", "port": at["PORT"] or 5432}


def url_of(at: dict, name: str) -> str:
    """The address of the database `name` on the same server, as libpq, django-environ and Node read it."""
    password = f":{at['PASSWORD']}" if at["PASSWORD"] else ""
    return f"postgres://{at['USER']}{password}@/{name}?{urlencode(server_of(at))}"
