"""What nobody should hand in: words, numbers, days, files and folders, made when they are needed and never kept."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

MEGABYTES = 1_000_000
LARGE = 100 * MEGABYTES

SQL = (
    "'; DROP TABLE aanvraag; --",
    "' OR '1'='1",
    '" UNION SELECT naam, insz FROM persoon --',
    "1; COPY persoon TO '/tmp/fuzz-uit.csv'",
    "read_csv('/etc/passwd')",
    "$$; ATTACH '/tmp/fuzz.db'; $$",
)
TEMPLATES = (
    "{{ 7*7 }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ontvanger|attr('__class__') }}",
    "{% for a in range(999999999) %}{% endfor %}",
    "{0.__class__.__init__.__globals__}",
    "%(naam)s %n%s",
    "${jndi:ldap://127.0.0.1/x}",
)
UNICODE = {
    "bidi": "gezin\u202egnilleter\u202c\u2066\u2069",
    "zero width": "so\u200bciale\u200d\u2060\ufeff_toe\u00adslag",
    "combining": "Z\u0351\u036b" + "\u0300" * 400 + "algo",
    "noncharacter": "a\uffff\U0010fffe",
    "private use": "a\ue000\uf8ff\U000f0000",
    "fullwidth": "\uff13\uff11\uff10\uff13\uff13",
    "terminal": "\x1b[2J\x1b]0;x\x07\x9b31m",
    "lone surrogate": "a\udc80b",
    "turkish": "\u0130I\u0131i",
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
}
TEXTS: Mapping[str, str] = {
    "empty": "",
    "space": " ",
    "newlines": "a\r\nb\nc\r",
    "long": "A" * 100_000,
    "parent": "../../../../../../etc/passwd",
    "absolute": "/etc/passwd",
    "option": "--help-me",
    "formula": "=cmd|' /C calc'!A0",
    "url": "http://169.254.169.254/latest/",
    "html": "<script>alert(1)</script><img src=x onerror=y>",
    "xml": "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
    "wild": "*?[a-z]{a,b}~$HOME`id`$(id);|&",
    **{f"sql {number}": text for number, text in enumerate(SQL)},
    **{f"template {number}": text for number, text in enumerate(TEMPLATES)},
    **UNICODE,
}
NUMBERS: Mapping[str, str] = {
    "minus one": "-1",
    "zero": "0",
    "thirty digits": "9" * 30,
    "five thousand digits": "9" * 5000,
    "past 64 bits": str(2**63),
    "past 32 bits": str(2**31),
    "exponent": "1e400",
    "nan": "NaN",
    "infinite": "-Infinity",
    "hexadecimal": "0x7fffffff",
    "arabic": "\u0661\u0662",
    "half": "\u00bd",
    "comma": "1,5",
    "underscore": "1_",
    "sign": "+-1",
    "words": "veel",
    "nothing": "",
}
DAYS: Mapping[str, str] = {
    "no month": "2025-13-01",
    "no day": "2025-02-30",
    "year nought": "0000-01-01",
    "last year": "9999-12-31",
    "five digits": "12025-01-01",
    "before Christ": "-0044-03-15",
    "with time": "2025-11-01T00:00:00+99:00",
    "week": "2025-W45-6",
    "ordinal": "2025305",
    "arabic": "\u0662\u0660\u0662\u0665-\u0661\u0661-\u0660\u0661",
    "belgian": "01/11/2025",
    "today": "vandaag",
    "nothing": "",
    "long": "2025-11-01" * 1000,
}


def _bomb(entries: int) -> bytes:
    """Billion laughs, as YAML."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, entries)]
    return "\n".join([*lines, ""]).encode()


def _xml_bomb(entries: int) -> bytes:
    parts = ['<!ENTITY e0 "lol">'] + [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, entries)]
    return f"<?xml version='1.0'?><!DOCTYPE x [{''.join(parts)}]><x>&e{entries - 1};</x>".encode()


def zip_bomb(name: str, size: int, start: bytes = b"") -> bytes:
    """A ZIP of which one part unpacks to *size* bytes, and says so."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive, archive.open(name, "w") as part:
        part.write(start)
        for _ in range(size // MEGABYTES):
            part.write(b" " * MEGABYTES)
    return out.getvalue()


def lying_zip(name: str, size: int) -> bytes:
    """The same, but its directory says that the part holds a hundred bytes."""
    data = zip_bomb(name, size)
    written = size - size % MEGABYTES
    return data.replace(written.to_bytes(4, "little"), (100).to_bytes(4, "little"))


CONTENTS: Mapping[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "newline": lambda: b"\r\n",
    "nul": lambda: b"\0" * 4096,
    "nul in text": lambda: b"titel: a\0b\n",
    "latin-1": lambda: "titel: één gezin\nnaam;straat\n".encode("latin-1"),
    "utf-16": lambda: "titel: één gezin\ninsz\n".encode("utf-16"),
    "utf-32": lambda: "titel: één gezin\n".encode("utf-32"),
    "bom": lambda: "\ufefftitel: één gezin\r\n".encode(),
    "bidi": lambda: f"titel: {UNICODE['bidi']}\n".encode(),
    "zero width": lambda: f"titel: {UNICODE['zero width']}\n{UNICODE['zero width']}: 1\n".encode(),
    "yaml bomb": lambda: _bomb(30),
    "yaml deep": lambda: b"[" * 200_000,
    "yaml deep map": lambda: b"\n".join(b" " * n + b"a:" for n in range(1400)),
    "yaml tag": lambda: b"a: !!python/object/apply:os.system [id]\n",
    "yaml merge": lambda: b"a: &a {b: 1}\nc: {<<: *a}\n",
    "yaml documents": lambda: b"--- a\n" * 10_000,
    "yaml huge number": lambda: b"a: " + b"9" * 400_000 + b"\n",
    "yaml keys": lambda: b"".join(b"k%d: 1\n" % n for n in range(60_000)),
    "json deep": lambda: b"[" * 500_000,
    "json deep object": lambda: b'{"a":' * 100_000,
    "json twice": lambda: b'{"formaat": 1, "formaat": 2, "versie": NaN}',
    "json nan": lambda: b'{"versie": NaN, "a": Infinity, "b": 1e999}',
    "json huge number": lambda: b'{"versie": ' + b"9" * 9000 + b"}",
    "json surrogate": lambda: b'{"formaat": "\\ud800", "opdracht": "\\u0000"}',
    "json list": lambda: b"[]",
    "json null": lambda: b"null",
    "xml bomb": lambda: _xml_bomb(12),
    "zip bomb": lambda: zip_bomb("content.xml", 800 * MEGABYTES),
    "zip empty": lambda: b"PK\5\6" + bytes(18),
    "gzip bomb": lambda: gzip.compress(bytes(50 * MEGABYTES), 1),
    "zlib": lambda: zlib.compress(bytes(MEGABYTES)),
    "parquet head": lambda: b"PAR1" + b"\xff" * 64 + b"PAR1",
    "parquet length": lambda: b"PAR1" + bytes(64) + b"\xff\xff\xff\x7fPAR1",
    "sqlite head": lambda: b"SQLite format 3\0" + b"\xff" * 4096,
    "pem": lambda: b"-----BEGIN PRIVATE KEY-----\n" + b"A" * 64 + b"\n-----END PRIVATE KEY-----\n",
    "pem long": lambda: b"-----BEGIN PUBLIC KEY-----\n" + b"A" * 2_000_000,
    "age head": lambda: b"age-encryption.org/v1\n-> X25519 " + b"A" * 43 + b"\n",
    "age key": lambda: b"AGE-SECRET-KEY-1" + b"Q" * 58 + b"\n",
    "pdf head": lambda: b"%PDF-1.7\n" + b"1 0 obj<</Type/Pages/Kids[1 0 R]>>endobj\n" * 500,
    "csv wide": lambda: b";".join([b"a"] * 200_000) + b"\n",
    "csv quote": lambda: b'a;b\n"' + b"x" * 2_000_000,
    "csv formula": lambda: b"insz;naam\n=1+1;@SUM(A1)\n",
    "random": lambda: bytes((n * 7919 + (n >> 8) * 104_729) & 255 for n in range(20_000)),
}
"""Content by name; each fits in a few megabytes of memory, whatever it grows to."""


def _large(path: Path, start: bytes) -> None:
    """100 MB on disk that read as they say, without taking them."""
    with path.open("wb") as stream:
        stream.write(start)
        stream.truncate(LARGE)


def _loop(path: Path) -> None:
    path.symlink_to(path.with_name(f"{path.name}-2"))
    path.with_name(f"{path.name}-2").symlink_to(path)


def _deep(path: Path) -> None:
    path.mkdir()
    here = os.open(path, os.O_RDONLY)
    for _ in range(300):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)


def _crowded(path: Path) -> None:
    path.mkdir()
    for number in range(300):
        (path / f"bestand-{number}\u202e\x1b[31m").touch()


SHAPES: Mapping[str, Callable[[Path], object]] = {
    "missing": lambda path: None,
    "folder": lambda path: path.mkdir(),
    "deep folder": _deep,
    "crowded folder": _crowded,
    "dangling link": lambda path: path.symlink_to("/nergens/te/vinden"),
    "link loop": _loop,
    "link to itself": lambda path: path.symlink_to(path),
    "link to passwd": lambda path: path.symlink_to("/etc/passwd"),
    "link to zero": lambda path: path.symlink_to("/dev/zero"),
    "link to null": lambda path: path.symlink_to("/dev/null"),
    "link to full": lambda path: path.symlink_to("/dev/full"),
    "link to memory": lambda path: path.symlink_to("/proc/self/mem"),
    "link to root": lambda path: path.symlink_to("/"),
    "pipe": lambda path: os.mkfifo(path),
    "socket": lambda path: os.mknod(path, 0o140600),
    "unreadable": lambda path: path.touch(0o000),
    "large": lambda path: _large(path, b"a: 1\n"),
    "large of text": lambda path: path.write_bytes(b"insz;naam;straat;gemeente\n" * (LARGE // 26)),
    "large of one line": lambda path: path.write_bytes(b"a" * LARGE),
}
"""What may lie at a path instead of the file or folder that is asked for."""
NAMES: Mapping[str, str] = {
    "nothing": "",
    "long name": "n" * 300,
    "long path": "/".join(["p" * 200] * 30),
    "below a file": "/etc/passwd/x",
    "below proc": "/proc/self/x",
    "device": "/dev/zero",
    "null device": "/dev/null",
    "terminal name": "\x1b[31mrood\x07",
    "newline name": "a\nFout E100: b",
    "bidi name": UNICODE["bidi"],
    "bytes name": "a\udcff\udcfe",
    "standard input": "-",
    "descriptor": "/dev/fd/0",
    "home": "~",
    "glob": "*.parquet",
    "sql name": "a'; DROP TABLE persoon; --.yaml",
}
"""Paths that are bad by their name alone."""


def place(name: str, path: Path, suffix: str = "") -> Path:
    """Put the shape or content *name* at *path* (with *suffix* for content) and return where it lies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if name in SHAPES:
        SHAPES[name](path)
        return path
    if name in NAMES:
        return Path(NAMES[name]) if NAMES[name] else Path()
    path = path.with_name(path.name + suffix)
    path.write_bytes(CONTENTS[name]())
    return path
