from tests.embedded import EMBEDDED, TESTS


def test_what_is_tried_on_sqlite_is_there():
    missing = [path for paths in EMBEDDED.values() for path in paths if not (TESTS / path).exists()]
    assert missing == []
