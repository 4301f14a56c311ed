"""Archives, pictures, sheets and extracts that are made to do harm, each by a sender whose signature is good."""

from __future__ import annotations

import io
import shutil
import struct
import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from badinput_documents import Trial
from badinput_files import CONTENTS, LARGE, MEGABYTES, SQL
from badinput_sheets import lists
from badinput_world import KBO, PROTOCOL, REPOSITORY, Good, seal_list

from groeibrief.keys import fingerprint, read_private_key
from groeibrief.printshop.archive import header
from groeibrief.printshop.manifest import PackageManifest, SealedPart
from groeibrief.printshop.seal import encrypt, read_recipients

_COLUMNS = ("kind", "van", "tot", "bedrag", "stelsel")
_NAMES = (
    "../uit.txt", "../../../../etc/cron.d/x", "/etc/passwd", "a/b", "..", ".", "", "a\\b", "-rf", ".verborgen",
    "brieven-0001.pdf\n", "é.pdf", "CON", "a" * 100,
)  # fmt: skip


def _tar(*infos: tuple[tarfile.TarInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for info, data in infos:
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def _info(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode = kind, target, 0o4777
    return info


def archives() -> Mapping[str, Callable[[], bytes]]:
    """What may stand inside a good seal under a good signature."""
    found: dict[str, Callable[[], bytes]] = {
        f"tar name {number}": lambda name=name: _tar((_info(name), b"x"))  # type: ignore[misc]
        for number, name in enumerate(_NAMES)
    }
    links = {
        "symbolic link": (tarfile.SYMTYPE, "/etc/passwd"),
        "link outside": (tarfile.SYMTYPE, "../../x"),
        "hard link": (tarfile.LNKTYPE, "/etc/passwd"),
        "character device": (tarfile.CHRTYPE, ""),
        "block device": (tarfile.BLKTYPE, ""),
        "pipe": (tarfile.FIFOTYPE, ""),
        "folder": (tarfile.DIRTYPE, ""),
        "sparse": (tarfile.GNUTYPE_SPARSE, ""),
        "continued": (tarfile.CONTTYPE, ""),
    }
    for label, (kind, target) in links.items():
        found[label] = lambda kind=kind, target=target: _tar((_info("brieven-0001.pdf", kind, target), b""))  # type: ignore[misc]
    return {
        **found,
        "link, then through it": lambda: _tar((_info("a", tarfile.SYMTYPE, ".."), b""), (_info("a/b"), b"x")),
        "the same twice": lambda: _tar((_info("a"), b"1"), (_info("a"), b"2")),
        "a name in an extension": lambda: _tar((_info("a" * 90 + "/../" + "b" * 90), b"x")),
        "a size of exabytes": lambda: header("a", 8**11 - 1) + bytes(512),
        "a negative size": lambda: header("a", 1)[:124] + b"-0000000001\0" + header("a", 1)[136:],
        "a size in base 256": lambda: header("a", 1)[:124] + b"\x80" + b"\xff" * 11 + header("a", 1)[136:],
        "too many": lambda: b"".join(header(f"a{number:06d}", 0) for number in range(20_000)) + bytes(1024),
        "zeros of 100 MB": lambda: bytes(LARGE),
        "a file of 100 MB": lambda: header("brieven-0001.pdf", LARGE) + bytes(LARGE + 2048),
        "nothing": lambda: b"",
        "not a tar": lambda: b"x" * 5000,
        "something after the end": lambda: header("a", 0) + bytes(1024) + b"x" * 512,
        **{f"content {name}": make for name, make in CONTENTS.items() if name.startswith(("gzip", "zip empty", "pdf"))},
    }


def package_with(good: Good, inside: bytes, folder: Path) -> Path:
    """A package whose clear part, signature and seal are good, with *inside* in it."""
    folder.mkdir()
    key = read_private_key(good.world.vutg)
    readers = read_recipients([good.world.printer_public])
    with (folder / "inhoud.tar.age").open("w+b") as stream:
        sealed = encrypt(io.BytesIO(inside), stream, readers)
    manifest = PackageManifest(
        opdracht="proef-1", synthetisch=True, stukken=1, paginas=2, vellen=1,
        inhoud=SealedPart(bytes=sealed.size, sha256=sealed.sha256),
        ontvangers=[reader.fingerprint for reader in readers], ondertekenaar=fingerprint(key.public_key()),
    )  # fmt: skip
    data = manifest.as_bytes()
    (folder / "manifest.json").write_bytes(data)
    (folder / "manifest.sig").write_bytes(key.sign(data))
    return folder


def _png(columns: int, rows: int, data: bytes | None = None, *more: tuple[bytes, bytes]) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    pixels = zlib.compress(bytes((columns + 1) * rows), 9) if data is None else data
    parts = [(b"IHDR", struct.pack(">2I5B", columns, rows, 8, 0, 0, 0, 0)), *more, (b"IDAT", pixels), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, body) for kind, body in parts)


def _svg(inside: str, attributes: str = 'width="100" height="100"') -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inside}</svg>'.encode()


def logos() -> Mapping[str, tuple[str, Callable[[], bytes]]]:
    """Pictures by name: the end of the file's name, and its content."""
    nested = "<g>" * 60_000 + "</g>" * 60_000
    reused = '<defs><g id="a0"><rect width="1" height="1"/></g>' + "".join(
        f'<g id="a{n}">{f"""<use href="#a{n - 1}"/>""" * 10}</g>' for n in range(1, 9)
    )
    return {
        "png of a billion pixels": (".png", lambda: _png(50_000, 50_000, zlib.compress(bytes(MEGABYTES)))),
        "png that unpacks to 500 MB": (".png", lambda: _png(4000, 4000, zlib.compress(bytes(500 * MEGABYTES), 9))),
        "png whose text unpacks": (".png", lambda: _png(
            64, 64, None, (b"zTXt", b"a\0\0" + zlib.compress(bytes(200 * MEGABYTES), 9)))),
        "png profile that unpacks": (".png", lambda: _png(
            64, 64, None, (b"iCCP", b"a\0\0" + zlib.compress(bytes(200 * MEGABYTES), 9)))),
        "png cut": (".png", lambda: _png(64, 64)[:-30]),
        "png of nothing": (".png", lambda: _png(0, 0)),
        "png of 4000": (".png", lambda: _png(4000, 4000)),
        "png animated": (".png", lambda: _png(64, 64, None, (b"acTL", struct.pack(">2I", 2**31, 0)))),
        "jpeg as png": (".png", lambda: b"\xff\xd8\xff\xe0" + bytes(64)),
        "svg nested": (".svg", lambda: _svg(nested)),
        "svg laughing": (".svg", CONTENTS["xml bomb"]),
        "svg reusing": (".svg", lambda: _svg(f'{reused}</defs><use href="#a8"/>')),
        "svg with entity": (".svg", lambda: b'<!DOCTYPE svg [<!ENTITY a SYSTEM "/etc/passwd">]>' + _svg("&a;")),
        "svg with script": (".svg", lambda: _svg("<script>x</script>")),
        "svg with image": (".svg", lambda: _svg('<image href="file:///etc/passwd" width="9" height="9"/>')),
        "svg with filter": (".svg", lambda: _svg('<filter id="a"><feGaussianBlur stdDeviation="9999"/></filter>')),
        "svg of millions": (".svg", lambda: _svg("", 'width="1e9" height="1e9"')),
        "svg without size": (".svg", lambda: _svg("", "")),
        "svg of digits": (".svg", lambda: _svg("", f'width="{"9" * 5000}" height="{"9" * 5000}"')),
        "svg of nan": (".svg", lambda: _svg("", 'viewBox="NaN NaN Infinity 0"')),
        "svg path long": (".svg", lambda: _svg(f'<path d="{"M0 0L9 9" * 100_000}"/>')),
        "svg dashes": (".svg", lambda: _svg(
            '<path d="M0 0L1e9 1e9" stroke="#000" stroke-dasharray="0.00001" stroke-width="1"/>')),
        "svg transform": (".svg", lambda: _svg(
            '<g transform="scale(1e300) rotate(1e300)"><rect width="9" height="9"/></g>')),
        "svg utf-16": (".svg", lambda: _svg("").decode().encode("utf-16")),
        "svg style": (".svg", lambda: _svg("<style>@import url(http://example.be)</style>")),
        "pdf of bombs": (".pdf", lambda: _pdf_bomb(200 * MEGABYTES)),
        "pdf of itself": (".pdf", CONTENTS["pdf head"]),
        "pdf cut": (".pdf", lambda: b"%PDF-1.4\n1 0 obj<</Type/Catalog"),
        "pdf of a page of miles": (".pdf", lambda: _pdf_page("[0 0 9999999999 9999999999]")),
        "pdf with script": (".pdf", lambda: _pdf_page("[0 0 99 99]", "/OpenAction<</S/JavaScript/JS(x)>>")),
    }  # fmt: skip


def _pdf_page(box: str, more: str = "", content: bytes = b"") -> bytes:
    stream = b"4 0 obj<</Length %d/Filter/FlateDecode>>stream\n" % len(content) + content + b"\nendstream endobj\n"
    return (
        (
            f"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R{more}>>endobj\n"
            "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
            f"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox{box}/Contents 4 0 R>>endobj\n"
        ).encode()
        + stream
        + b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )


def _pdf_bomb(size: int) -> bytes:
    return _pdf_page("[0 0 99 99]", content=zlib.compress(b"0 0 9 9 re f\n" * (size // 13), 9))


def _tables() -> Mapping[str, Callable[[Path], None]]:
    """Extracts that are not what their names or columns say."""

    def parquet(table: pa.Table) -> Callable[[Path], None]:
        return lambda path: pq.write_table(table, path)

    many = {f"k{number}": [1] for number in range(5000)}
    return {
        "csv as parquet": lambda path: _write(path, b"kind;van\n1;2\n"),
        "other columns": parquet(pa.table({"naam": ["x"]})),
        "texts for numbers": parquet(pa.table({name: [SQL[0]] for name in _COLUMNS})),
        "nested": parquet(pa.table({name: [[[[1]]]] for name in _COLUMNS})),
        "nan": parquet(pa.table({"kind": [float("nan")], "van": [float("inf")], "tot": [0.0], "bedrag": [-1e308],
                                 "stelsel": ["x"]})),
        "bytes": parquet(pa.table({name: [b"\xff\xfe"] for name in _COLUMNS})),
        "thousands of columns": parquet(pa.table(many)),
        "no rows": parquet(pa.table({name: pa.array([], pa.null()) for name in ("kind", "van", "tot")})),
        "names of sql": parquet(pa.table({'a"; DROP TABLE x; --': [1], "kind": [1]})),
        **{name: _written_by(make) for name, make in CONTENTS.items() if name != "zip bomb"},
    }  # fmt: skip


def _written_by(make: Callable[[], bytes]) -> Callable[[Path], None]:
    return lambda path: _write(path, make())


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def trials(good: Good) -> Iterator[Trial]:
    """Everything above, with the command that meets it."""
    world = good.world
    opening = ("--trust", world.vutg_public, "--key", world.printer)
    for name, make in archives().items():
        yield Trial(f"package open: {name}", lambda scratch, make=make: [  # type: ignore[misc]
            "package", "open", package_with(good, make(), scratch / "p"), "--out", scratch / "uit", *opening,
        ], fails=True)  # fmt: skip
        yield Trial(f"package verify: {name}", lambda scratch, make=make: [  # type: ignore[misc]
            "package", "verify", package_with(good, make(), scratch / "p"), *opening], fails=True)  # fmt: skip
    for name, (suffix, make) in logos().items():
        yield Trial(f"logo: {name}", lambda scratch, suffix=suffix, make=make: [  # type: ignore[misc]
            "letters", "render", good.path("selectie"), "--out", scratch / "uit", "--project",
            _with_logo(scratch / "project", suffix, make()),
        ])  # fmt: skip
        yield Trial(f"decision: {name}", lambda scratch, make=make: [  # type: ignore[misc]
            "request", "decision", good.request("draft"), _written(scratch / "besluit.pdf", make()), "--referentie",
            "1", "--datum", "2025-10-01", "--account", "stad",
        ])  # fmt: skip
    for name, make in lists().items():
        yield Trial(f"list: {name}", lambda scratch, make=make: [  # type: ignore[misc]
            "opgroeien", "receive", PROTOCOL, _sealed(good, scratch, make()), "--key", good.path("opgroeien.key"),
            "--account", "an",
        ])  # fmt: skip
    for name, write in _tables().items():
        for target in ("basis.parquet", "opvang.csv", "personen_1.csv"):
            yield Trial(f"extract {target}: {name}", lambda scratch, write=write, target=target: [  # type: ignore[misc]
                "snapshot", "import", good.path("invoer.yaml"), _extracts(good, scratch / "bron", target, write),
                scratch / "uit", "--key", world.vutg,
            ])  # fmt: skip


def _with_logo(project: Path, suffix: str, data: bytes) -> Path:
    for name in ("catalog", "rules", "letter_templates"):
        shutil.copytree(REPOSITORY / name, project / name)
    folder = project / "letter_templates" / "_logo"
    folder.mkdir(exist_ok=True)
    (folder / f"{''.join(char for char in KBO if char.isdigit())}{suffix}").write_bytes(data)
    return project


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _sealed(good: Good, scratch: Path, data: bytes) -> Path:
    path = scratch / "lijst.csv.age"
    seal_list(good, data, path)
    return path


def _extracts(good: Good, folder: Path, target: str, write: Callable[[Path], None]) -> Path:
    shutil.copytree(good.path("bron"), folder)
    (folder / target).unlink(missing_ok=True)
    write(folder / target)
    return folder
