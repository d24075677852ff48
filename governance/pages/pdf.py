"""A page as tagged PDF (PDF/UA). Imported where a PDF is asked for: the library is heavy at start."""

from weasyprint import HTML
from weasyprint.urls import URLFetcher


class NothingFromOutside(URLFetcher):
    """The page holds what people wrote: no address in it is ever fetched."""

    def fetch(self, url, headers=None):
        raise ValueError(f"refused: {url[:100]}")


def tagged_pdf(page: str) -> bytes:
    """`page`: a whole HTML document with a language and a title, its styles within it."""
    # Presentational hints: without them every numbered list begins at 1, whatever number its rules have.
    document = HTML(string=page, url_fetcher=NothingFromOutside())
    return document.write_pdf(pdf_variant="pdf/ua-1", presentational_hints=True)
