"""Documents are read in the test's own process: quicker, and their lines are counted."""

import pytest

from guidelines.documents import files
from guidelines.documents.reader import answer


@pytest.fixture
def apart():
    """The test that asks for this reads in the separate process, as the portal does."""


@pytest.fixture(autouse=True)
def _here(request, monkeypatch):
    if "apart" not in request.fixturenames:
        monkeypatch.setattr(files, "_read_apart", answer)
