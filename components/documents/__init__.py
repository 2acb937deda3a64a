"""Documents that leave the app, for print or as files: the same content as self-contained HTML and as PDF."""

from __future__ import annotations

from components.documents.hypertext import document_html
from components.documents.letters import not_printed, unprinted_text
from components.documents.model import Document, Part, Table
from components.documents.portable import document_pdf

__all__ = ["Document", "Part", "Table", "document_html", "document_pdf", "not_printed", "unprinted_text"]
