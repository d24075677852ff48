"""Templates read top to bottom. Their indentation is the formatter's (`make check`)."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
LONGEST = 120


def test_no_line_is_longer_than_a_screen():
    found = [
        f"{path.relative_to(ROOT)}:{number} ({len(line)})"
        for path in sorted((ROOT / "templates").rglob("*.*"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST
    ]
    assert not found


def test_only_one_template_is_a_form_page():
    """A page that is one form is `form_page`'s; it answers 422 where the form is bad."""
    asks = [
        str(path.relative_to(ROOT))
        for app in ("governance", "accounts", "guidelines")
        for path in sorted((ROOT / app).rglob("*.py"))
        if '"components/form_page.html"' in path.read_text(encoding="utf-8")
    ]
    assert asks == ["governance/pages/forms.py"]


def test_forms_are_made_from_what_was_sent():
    """`request.POST or None` takes a form sent empty for one that was not sent."""
    lax = [
        str(path.relative_to(ROOT))
        for app in ("governance", "accounts", "guidelines")
        for path in sorted((ROOT / app).rglob("*.py"))
        if "(request.POST or " in path.read_text(encoding="utf-8")
    ]
    assert not lax
