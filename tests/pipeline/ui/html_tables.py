"""Reads the tables of a page as a browser would."""

from html.parser import HTMLParser


def tables(html: str) -> list[list[list[str]]]:
    """Return the text of every cell of every table, row by row."""
    reader = _Reader()
    reader.feed(html)
    return [[[" ".join(cell.split()) for cell in row] for row in table] for table in reader.tables]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.in_cell = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self.in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.in_cell = False

    def handle_data(self, data: str) -> None:
        if self.in_cell:
            self.tables[-1][-1][-1] += data
