"""A document as one HTML file that loads nothing and runs nothing, made to be printed."""

from __future__ import annotations

from html import escape

from components.documents.model import Document, Part, Table

_STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.45 "Source Sans 3", "Segoe UI", "Noto Sans", Arial, sans-serif; color: #16202b;
  background: #fff; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.0625rem; margin: 1.1rem 0 0.2rem; break-after: avoid; }
p { margin: 0.15rem 0; white-space: pre-wrap; unicode-bidi: plaintext; }
.subtitle, footer { color: #566370; } footer { border-top: 1px solid #d8dfe6; margin-top: 1.4rem;
  padding-top: 0.5rem; font-size: 0.8125rem; }
table { border-collapse: collapse; width: 100%; margin: 0.3rem 0; font-size: 0.875rem; }
th, td { text-align: left; padding: 0.25rem 0.5rem 0.25rem 0; border-bottom: 1px solid #d8dfe6;
  vertical-align: top; unicode-bidi: plaintext; }
th { color: #566370; font-weight: 400; } .number { text-align: right; } tr { break-inside: avoid; }
@page { size: A4; margin: 16mm 18mm; }
@media print { body { margin: 0; padding: 0; max-width: none; font-size: 10.5pt; } }
""".strip()
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def document_html(document: Document) -> bytes:
    """The file in UTF-8; every text is escaped, and the file's own policy forbids scripts and requests."""
    parts = "".join(_part(part) for part in document.parts)
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(document.title)}</title><style>{_STYLE}</style></head><body>"
        f'<h1 dir="auto">{escape(document.title)}</h1>'
        f'<p class="subtitle">{escape(document.subtitle)}</p>{parts}'
        f"<footer><p>{escape(document.footer)}</p></footer></body></html>"
    )
    return page.encode()


def _part(part: Part) -> str:
    lines = "".join(f"<p>{escape(line)}</p>" for line in part.lines)
    table = _table(part.table) if part.table is not None else ""
    return f"<section><h2>{escape(part.heading)}</h2>{lines}{table}</section>"


def _table(table: Table) -> str:
    def row(tag: str, cells: tuple[str, ...]) -> str:
        return "".join(
            f"<{tag}{' class=number' if place in table.numbers else ''}>{escape(cell)}</{tag}>"
            for place, cell in enumerate(cells)
        )

    body = "".join(f"<tr>{row('td', cells)}</tr>" for cells in table.rows)
    return f"<table><thead><tr>{row('th', table.heads)}</tr></thead><tbody>{body}</tbody></table>"
