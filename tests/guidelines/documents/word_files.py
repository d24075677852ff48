"""Word documents built for tests: styles, lists and parts as Word itself writes them."""

from tests.guidelines.documents.test_documents_formats import W, docx


def level(at: int, shown: str, kind: str = "decimal", more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{more}<w:lvlText w:val="{shown}"/></w:lvl>'
    )


def numbering(*templates: str, more: str = "") -> str:
    """Each template is a list of the same number, from 1."""
    abstract = "".join(
        f'<w:abstractNum w:abstractNumId="{at}">{template}</w:abstractNum>' for at, template in enumerate(templates, 1)
    )
    lists = "".join(
        f'<w:num w:numId="{at}"><w:abstractNumId w:val="{at}"/></w:num>' for at, _template in enumerate(templates, 1)
    )
    return f"<w:numbering {W}>{abstract}{lists}{more}</w:numbering>"


def style(
    key: str, name: str = "", based: str = "", paragraph: str = "", run: str = "", kind: str = "paragraph"
) -> str:
    based = f'<w:basedOn w:val="{based}"/>' if based else ""
    return (
        f'<w:style w:type="{kind}" w:styleId="{key}"><w:name w:val="{name or key}"/>{based}'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def num(which: int, at: int | None = None) -> str:
    at = "" if at is None else f'<w:ilvl w:val="{at}"/>'
    return f'<w:numPr>{at}<w:numId w:val="{which}"/></w:numPr>'


def para(*runs: str, style: str = "", more: str = "") -> str:
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{style}{more}</w:pPr>{''.join(runs)}</w:p>"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def word(body: str, styles: str = "", lists: str = "", **parts: str) -> bytes:
    """A document; `parts` are footnotes, endnotes or comments, without their root."""
    more = {"word/styles.xml": f"<w:styles {W}>{styles}</w:styles>"}
    if lists:
        more["word/numbering.xml"] = lists
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    related = "".join(
        f'<Relationship Id="{name}" Type="{office}/{name}" Target="{name}.xml"/>'
        for name in ("styles", "numbering", *parts)
    )
    more["word/_rels/document.xml.rels"] = (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{related}</Relationships>'
    )
    more |= {f"word/{name}.xml": f"<w:{name} {W}>{content}</w:{name}>" for name, content in parts.items()}
    return docx(body, **more)
