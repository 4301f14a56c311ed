"""PDFium is not made for threads: whoever reads or draws a PDF in a process with several holds this meanwhile."""

from __future__ import annotations

from threading import Lock

PDFIUM = Lock()
