"""Pages as word processors paste them."""

from guidelines.documents.files import read_document
from guidelines.documents.outline import Heading, Paragraph, Rule

IGNORED = "<![if !supportLists]><span style='mso-list:Ignore'>{}<span>&nbsp;&nbsp; </span></span><![endif]>"


def pasted(mark, text, level=1):
    return (
        f"<p class=MsoListParagraph style='mso-list:l0 level{level} lfo1'>{IGNORED.format(mark)}{text}<o:p></o:p></p>"
    )


def test_lists_pasted_from_word_keep_their_numbers_and_levels():
    page = (
        "<html xmlns:o='urn:x'><body><!--[if gte mso 9]><xml></xml><![endif]--><!--StartFragment-->"
        "<p class=MsoToc1>Svar 2</p><h1>1&nbsp;&nbsp; Svar</h1>"
        + pasted("1.", "Svar fort")
        + pasted("a)", "på nynorsk", 2)
        + pasted("b)", "på bokmål", 2)
        + pasted("2.", "Svar pent")
        + pasted("·", "Husk")
        + "<!--EndFragment--></body></html>"
    )
    outline = read_document("r.html", page.encode())
    assert outline.blocks == [
        Heading(1, "1 Svar"),
        *(Rule("Svar fort", "1"), Rule("på nynorsk", "a)", 1), Rule("på bokmål", "b)", 1), Rule("Svar pent", "2")),
        Rule("Husk"),
    ]
    assert [(left.why, left.block.text) for left in outline.left_out] == [("contents", "Svar 2")]


def test_blocks_in_the_cells_of_a_table_are_not_lost():
    page = (
        "<h1>Tider</h1><table><tr><td><div>Skole</div><div>og SFO</div></td><td>1 døgn</td></tr>"
        "<tr><td>Kultur <div hidden>i fjor</div></td><td><blockquote>2 døgn</blockquote></td></tr></table>"
    )
    outline = read_document("r.html", page.encode())
    assert outline.blocks == [Heading(1, "Tider"), Paragraph("Skole og SFO | 1 døgn"), Paragraph("Kultur | 2 døgn")]
    assert [(left.why, left.block.text) for left in outline.left_out] == [("hidden", "i fjor")]
