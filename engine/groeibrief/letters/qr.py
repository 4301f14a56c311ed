"""The QR code to the client's web page, as bars: black only, exact, the same on every letter."""

from __future__ import annotations

import re

from groeibrief.errors import DefinitionError
from groeibrief.letters.layout import Code
from groeibrief.letters.typesetting import Bar, Block

# Host names and paths in ASCII, no user name, no query: a code that would tell families apart has no place here.
_PAGE = re.compile(r"(?:https?://)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?:/[A-Za-z0-9._~/-]*)?")


def web_address(page: str) -> str:
    """The address that the code holds, https where the page names no scheme.

    Raises DefinitionError (E619) when *page* is no plain web address.
    """
    if len(page) > 200 or not _PAGE.fullmatch(page):
        raise DefinitionError(
            "E619",
            "opdrachtgever.contact.webpagina is geen gewoon webadres. Schrijf het zoals www.voorbeeld.be/aanbod, "
            "zonder vraagteken of spaties.",
        )
    return page if page.startswith("http") else f"https://{page}"


def qr_block(page: str, code: Code) -> Block:
    """Draw the code for *page*, with its quiet zone above and below (ISO/IEC 18004, level M)."""
    import numpy
    import zxingcpp

    barcode = zxingcpp.create_barcode(web_address(page), zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    modules = numpy.array(barcode.to_image(scale=1, add_quiet_zones=False)) == 0
    module = code.zijde / len(modules)
    bars = []
    for row, line in enumerate(modules.tolist()):
        start: int | None = None
        for column, dark in enumerate([*line, False]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                bars.append(Bar(start * module, row * module, (column - start) * module, module))
                start = None
    return Block(
        (),
        tuple(bars),
        code.zijde,
        kind="qr",
        before=code.rondom,
        after=code.rondom,
        alternative=f"QR-code naar {web_address(page)}",
    )
