"""A guideline as Markdown, HTML, tagged PDF and Word; each reads back in with the same headings and rules."""

import io
import re
import zipfile
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

from guidelines.documents.files import read_document
from guidelines.texts.guidelines import Audience, Guideline
from guidelines.texts.publication import publish

BODY = """Om **dette** & hint.

# Svar {#svar}

1. Svar *alle* innen et døgn {#dogn}
   - også i julen
   - og i ferien

   Alltid.
2. Svar pent, se [loven](https://lovdata.example/a "2024-01-01") {#pent}

7. Si takk {#takk}

> Et sitat
> over to linjer

## Arkiv {#arkiv}

- Journalfør `alt` {#journal}
- Spør [innboksen](page:inbox) {#spor}

1. Ny liste {#ny}

| Hva | Når |
|-----|-----|
| Ros | straks |

```
kode <x>
```

### Dypt {#dypt}

Slutt.
"""
HEADINGS = ["Svar", "Arkiv", "Dypt"]
RULES = [
    ("1", "Svar *alle* innen et døgn"),
    ("2", "Svar pent, se [loven](https://lovdata.example/a) (1 January 2024)"),
    ("7", "Si takk"),
    ("", "Journalfør alt"),
    ("", "Spør [innboksen](http://testserver/inbox/)"),
    ("1", "Ny liste"),
]


@pytest.fixture
def guideline(cast, now):
    guideline = Guideline.objects.create(slug="regler", audience=Audience.EMPLOYEES)
    draft = guideline.draft(by=cast.section, now=now)
    draft.save_draft("nb", "Regler <for> nettet", BODY, revision=None, by=cast.section, now=now)
    publish(draft, must_acknowledge=False, by=cast.section, now=now)
    guideline.draft(by=cast.section, now=now)
    return guideline


TABLE = "| Hva | Når |\n|-----|-----|\n| Ros | straks |\n\n"


def export(client, kind, where="versions/1/nb"):
    response = client.get(f"/guidelines/regler/{where}/{kind}/")
    assert response.status_code == 200
    assert f'filename="regler-1-nb.{kind}"' in response["Content-Disposition"] or where != "versions/1/nb"
    return response.content


@pytest.mark.parametrize("kind", ["md", "html", "docx", "pdf"])
def test_what_goes_out_comes_in_again_the_same(login, cast, guideline, kind):
    where = "versions/1/nb"
    expected = list(RULES)
    if kind == "pdf":  # the bold head of a table in a PDF looks like a heading: a person must say that it is none
        text = guideline.open_draft().texts.get()
        text.body = BODY.replace(TABLE, "").replace("7. Si", "3. Si")
        text.save()
        where, expected[2] = "draft/nb/export", ("3", "Si takk")
    outline = read_document(f"x.{kind}", export(login(cast.section), kind, where))

    headings = [heading.text for heading in outline.headings]
    rules = [(rule.number, re.sub(r" \([^()]*2024\)| ?\{#[a-z-]+\}", "", rule.text)) for rule in outline.rules]
    if kind == "md":
        assert outline.markdown().startswith("Om **dette** & hint.\n\n# Svar {#svar}\n")
        return
    expected = [(number, text.replace(" (1 January 2024)", "")) for number, text in expected]
    if kind == "pdf":  # a PDF knows no emphasis, and a link only by the address that is printed
        strip = re.compile(r"[*\[\]\\]|\(https?:[^()]*\)|\s")
        assert headings == ["Regler <for> nettet", *HEADINGS]
        assert [(n, strip.sub("", t)) for n, t in rules] == [(n, strip.sub("", t)) for n, t in expected]
        return
    assert headings == HEADINGS
    levels = [heading.level for heading in outline.headings]
    assert [level - levels[0] for level in levels] == [0, 1, 2]
    assert rules == expected
    points = [block.text for block in outline.blocks if getattr(block, "depth", 0)]
    assert points == ["også i julen", "og i ferien"]
    assert [block.text for block in outline.blocks if getattr(block, "quote", False)] == ["Et sitat over to linjer"]


def test_markdown_reads_back_as_the_very_text(login, cast, guideline):
    exported = export(login(cast.section), "md").decode()

    assert exported.startswith('---\ntitle: "Regler <for> nettet"\n')
    assert 'lang: "nb-NO"' in exported
    assert exported.endswith(BODY)


def test_html_stands_alone(login, cast, guideline):
    html = export(login(cast.employee), "html").decode()

    assert '<html lang="nb-NO">' in html
    assert "<h1>Regler &lt;for&gt; nettet</h1>" in html
    assert 'id="rule-dogn"' in html
    assert 'href="#rule-arkiv"' in html
    assert "@page" in html
    assert "<b>" not in html
    assert not re.search(r'(?:src|href)="(?!https?://|#|mailto:)', html)
    assert "<script" not in html
    assert 'class="anchor"' not in html


def test_pdf_is_tagged(login, cast, guideline):
    pdf = PdfReader(io.BytesIO(export(login(cast.employee), "pdf")))

    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "nb-NO"
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    tags = set()

    def walk(node):
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            tags.add(node.get("/S"))
            if "/K" in node:
                walk(node["/K"])

    walk(root["/StructTreeRoot"])
    assert {"/H1", "/H2", "/H3", "/L", "/LI", "/Table", "/TH", "/Link"} <= tags
    text = pdf.pages[0].extract_text()
    assert "1 / " in text
    assert "7." in text
    assert "https://lovdata.example/a" in text


def test_word_has_real_headings_lists_and_language(login, cast, guideline):
    archive = zipfile.ZipFile(io.BytesIO(export(login(cast.employee), "docx")))

    for name in archive.namelist():
        ElementTree.fromstring(archive.read(name))
    document = archive.read("word/document.xml").decode()
    assert document.count('w:val="Heading1"') == 1
    assert document.count('w:val="Heading2"') == 1
    assert '<w:lang w:val="nb-NO"/>' in archive.read("word/styles.xml").decode()
    # three numbered lists: 1 and 2, the leap to 7, and the new one
    assert archive.read("word/numbering.xml").decode().count('<w:lvlOverride w:ilvl="0">') == 3
    assert 'w:val="1"/></w:numPr>' in document
    assert "https://lovdata.example/a" in archive.read("word/_rels/document.xml.rels").decode()
    assert "&lt;for&gt;" in document
    assert (
        "<dc:title>Regler &lt;for&gt; nettet</dc:title><dc:language>nb-NO<"
        in archive.read("docProps/core.xml").decode()
    )
    assert not re.search(r'[Ll]ang w:val="en', "".join(archive.read(name).decode() for name in archive.namelist()))
    assert "<w:tblHeader/>" in document
    assert " PAGE " in archive.read("word/footer1.xml").decode()


def test_a_hostile_text_makes_harmless_files(login, cast, guideline, now):
    evil = "<script>alert(1)</script> \x0b\x01 ]]> [x](javascript:alert(1)) ![i](http://127.0.0.1/x.png) {{ x }}"
    draft = guideline.open_draft()
    draft.save_draft(
        "nb", evil[:100].replace("\x0b\x01", ""), f"# {evil}\n\n1. {evil}\n", revision=None, by=None, now=now
    )
    client = login(cast.section)

    for kind in ("html", "pdf", "docx", "md"):
        content = export(client, kind, "draft/nb/export")
        assert content
        if kind == "html":
            assert b"<script" not in content
            assert b"javascript:alert(1)&quot;" not in content
            assert b"<img" not in content
        if kind == "docx":
            archive = zipfile.ZipFile(io.BytesIO(content))
            for name in archive.namelist():
                ElementTree.fromstring(archive.read(name))


def test_who_may_take_which_file(login, cast, guideline):
    client = login(cast.employee)

    assert client.get("/guidelines/regler/draft/nb/export/md/").status_code == 403
    assert client.get("/guidelines/regler/versions/2/nb/md/").status_code == 404
    assert client.get("/guidelines/regler/versions/1/da/md/").status_code == 404
    assert client.get("/guidelines/regler/versions/1/nb/exe/").status_code == 404
    assert client.get("/guidelines/regler/versions/1/%00/md/").status_code == 404
    assert client.get("/guidelines/regler/versions/99999999999999999999/nb/md/").status_code == 404


def test_the_pages_offer_the_files(login, cast, guideline):
    html = login(cast.section).get("/guidelines/regler/").content.decode()
    assert 'href="/guidelines/regler/versions/1/nb/docx/"' in html
    html = login(cast.section).get("/guidelines/regler/draft/").content.decode()
    assert 'href="/guidelines/regler/draft/nb/export/pdf/"' in html
