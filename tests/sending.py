"""A page's form as a browser sends it: every field as it stands there, hidden ones too."""

from html.parser import HTMLParser


class _Forms(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms: list[dict[str, list[str]]] = []
        self._open = None
        self._text_of = self._select = None

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "form":
            self._open = {} if said.get("method") == "post" else None
            if self._open is not None:
                self.forms.append(self._open)
        if self._open is None:
            return
        name = said.get("name")
        if tag == "input" and name and (said.get("type") not in ("checkbox", "radio") or "checked" in said):
            self._open.setdefault(name, []).append(said.get("value") or ("on" if "checked" in said else ""))
        elif tag == "textarea":
            self._text_of = name
            self._open[name] = [""]
        elif tag == "select":
            self._select = name
        elif tag == "option" and (self._select not in self._open or "selected" in said):
            self._open[self._select] = [said["value"]]

    def handle_endtag(self, tag):
        if tag == "form":
            self._open = None
        elif tag == "textarea":
            self._text_of = None

    def handle_data(self, data):
        if self._text_of:
            # A browser drops the first line end and sends the others in its own way.
            self._open[self._text_of][0] += data
            text = self._open[self._text_of][0]
            self._open[self._text_of] = [text.removeprefix("\n").replace("\n", "\r\n")]


def filled(response, having: str = "revision") -> dict[str, list[str]]:
    """What the form with this field would send, as it stands on the page."""
    parser = _Forms()
    parser.feed(response.content.decode())
    return next(form for form in parser.forms if having in form)
