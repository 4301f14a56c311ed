"""Leaks: fifty canaries through every flow in every role, with everything on that makes software talk.

Nothing that anybody reads, keeps, sends or finds afterwards may sing, but for what is made to hold people: those
outputs are listed here, and are private. Repeat one part with ``--only``.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from leak_canaries import Canary, sung
from leak_flows import FLOWS, Aviary, hatch
from leak_spill import spill
from trust_figures import Figure, record

PARTS = (*(name for name in FLOWS if name != "short"), "portal", "browser", "spill")
_FAMILIES = {"long": 3_000, "quick": 1_200}
_QUICK = ("short",)
_NEVER = ("name", "address", "number", "dossier")
HOLDERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (r"echt/.*|eerst/.*|kapot/[^/]+/(snapshot|voorbereid)/.*", "de snapshot zelf en wat ervan voorbereid is", _NEVER),
    (r"uit/selectie/recipients\.parquet", "de geadresseerden van een selectie", _NEVER),
    (r"uit/brieven/brieven-\d+\.pdf|uit/archief\.pdf", "de brieven, en de archiefkopie van één brief", _NEVER),
    (r"uit/geopend/brieven-\d+\.pdf|kapot/g3/brieven-\d+\.pdf", "een pakket dat de drukkerij opende", _NEVER),
    (r"uit/retour/retour\.csv", "de teruggekomen brieven, voor wie de adressen verbetert", ("dossier",)),
    (
        r"staat/dossiers/uitvoeringen/.*(recipients\.parquet|\.pdf)",
        "de uitvoering van een aanvraag, tot ze gewist is",
        _NEVER,
    ),
    (r"kapot/.*(recipients\.parquet|brieven-\d+\.pdf)", "selecties en brieven van de ongevallen hieronder", _NEVER),
    (r"kapot/bron/.*|kapot/lijsten/.*|verzet.*\.csv|codes\.csv", "wat de gebruiker zelf aanreikte", _NEVER),
)
"""Paths (from the home of this suite), what they are, and what of a canary they may hold."""
SAYERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (r"stdout of groeibrief audience explain|arguments of .*|stdout of groeibrief snapshot verify",
     "uitleg over een dossier, en voorbeelden van foute rijen: interne nummers", ("dossier",)),
)  # fmt: skip
"""Streams that may name a dossier by its internal number."""
_PRIVATE = (r"uit/.*", r"staat/.*", r"echt/voorbereid/.*", r"kapot/[^/]+/(selectie|brieven)/.*", r"portaal/.*")
_PUBLIC = (r"uit/(goedgekeurd|terug|vernietigd|verslag)\.json(\.sig)?",)
"""Signed documents without anyone in them, which are made to be passed on."""


@dataclass
class Heard:
    """What was looked through: how many places, how many bytes, and what sang where it may not."""

    places: int = 0
    size: int = 0
    wrong: list[str] = field(default_factory=list)
    held: set[str] = field(default_factory=set)

    def listen(self, where: str, data: bytes, canaries: tuple[Canary, ...], may: Iterable[str] = ()) -> None:
        """Look through *data*, which may hold these of a canary."""
        self.places += 1
        self.size += len(data)
        allowed = set(may)
        found = {(pattern.what, pattern.form) for pattern in sung(data, canaries) if pattern.what not in allowed}
        if found:
            self.wrong.append(f"{where}: {', '.join(f'{what} ({form})' for what, form in sorted(found))}")

    def remark(self, what: str) -> None:
        """Something else that is wrong."""
        self.wrong.append(what)


def _allowed(name: str, lists: tuple[tuple[str, str, tuple[str, ...]], ...]) -> tuple[str, tuple[str, ...]]:
    return next(((what, may) for pattern, what, may in lists if re.fullmatch(pattern, name)), ("", ()))


def unpacked(path: Path) -> bytes:
    """What stands in a file whose bytes are packed: a PDF's text, a Parquet file's rows, the parts of an archive."""
    start = path.read_bytes()[:4]
    if start == b"%PDF":
        import pypdfium2

        with closing(pypdfium2.PdfDocument(path)) as document:
            return "\n".join(page.get_textpage().get_text_bounded() for page in document).encode()
    if start == b"PAR1":
        import pyarrow.parquet as pq

        return str(pq.read_table(path).to_pydict()).encode()
    if start == b"PK\3\4":
        with zipfile.ZipFile(path) as archive:
            return b"\n".join(archive.read(name) for name in archive.namelist())
    return b""


def files(aviary: Aviary, heard: Heard) -> None:
    """Every file that there is after all of it, its name too."""
    for path in sorted(aviary.home.rglob("*")):
        name = path.relative_to(aviary.home).as_posix()
        if path.is_symlink() or not path.is_file() or name.startswith(("compiled/", "browser/")):
            continue
        what, may = _allowed(name, HOLDERS)
        if what:
            heard.held.add(what)
        heard.listen(name, path.read_bytes(), aviary.canaries, may)
        if not what:
            heard.listen(f"{name}, unpacked", unpacked(path), aviary.canaries)
        heard.listen(f"the name of {name}", name.encode(), aviary.canaries)


def modes(aviary: Aviary, heard: Heard) -> None:
    """Personal outputs are 0600 in folders of 0700."""
    for path in sorted(aviary.home.rglob("*")):
        name = path.relative_to(aviary.home).as_posix()
        private = any(re.fullmatch(pattern, name) for pattern in _PRIVATE)
        if not private or any(re.fullmatch(pattern, name) for pattern in _PUBLIC) or path.is_symlink():
            continue
        heard.places += 1
        wanted, mode = 0o700 if path.is_dir() else 0o600, path.stat().st_mode & 0o777
        if mode != wanted:
            heard.remark(f"{name}: {mode:o} instead of {wanted:o}")


def said(aviary: Aviary, heard: Heard) -> None:
    """What every process said, its arguments and environment, and what it would leave when it crashes."""
    for seen in aviary.seen:
        words = " ".join(word for word in (Path(word).name for word in seen.words[:3]) if not word.startswith("-"))
        for stream, data in (("stdout", seen.out), ("stderr", seen.err)):
            where = f"{stream} of {words}"
            heard.listen(where, data, aviary.canaries, _allowed(where, SAYERS)[1])
            if b"Traceback" in data:
                heard.remark(f"{where}: a traceback: {data[-300:].decode('utf-8', 'replace')}")
        for stream, group in (("arguments", seen.arguments), ("environment", seen.environment)):
            where = f"{stream} of {words}"
            heard.listen(where, b"\n".join(sorted(group)), aviary.canaries, _allowed(where, SAYERS)[1])
        if seen.cores - {"0"} and len(seen.cores) < 2:
            heard.remark(f"{words} may leave a core file: {seen.cores}")
        for path in sorted(seen.open_to_others):
            heard.remark(f"{words} has {path} open to others in the folder for what is temporary")


def left(aviary: Aviary, heard: Heard) -> None:
    """What lies around that has no name yet, and files of crashed processes."""
    for path in aviary.home.rglob("*"):
        if "compiled" in path.parts or not path.is_file():
            continue
        if path.name.endswith(".deel") or path.name == ".werk" or re.fullmatch(r"core(\.\d+)?", path.name):
            heard.remark(f"{path.relative_to(aviary.home)} was left")
    for path in aviary.temporary.iterdir():
        heard.remark(f"{path.name} was left in the folder for what is temporary")


def portal(aviary: Aviary, heard: Heard) -> None:
    """Every page in every role."""
    from leak_portal import answers

    for what, role, data, cache in answers(aviary):
        # Who explains a dossier typed its number, and the page says it again.
        may = ("dossier",) if "uitleg" in what else ()
        heard.listen(f"{what} as {role}", data, aviary.canaries, may)
        if cache != "no-store" and "/stijl/" not in what:
            heard.remark(f"{what} as {role}: cache-control is '{cache}'")


def browser(aviary: Aviary, heard: Heard) -> None:
    """What a real browser keeps."""
    from leak_portal import browser as visited

    for what, data in visited(aviary):
        heard.listen(what, data, aviary.canaries)
        if what.startswith("storage") and b'"local":{},"session":{},"cookie":"","caches":[]' not in data:
            heard.remark(f"{what}: {data[:200].decode('utf-8', 'replace')}")


def spilled(aviary: Aviary, heard: Heard) -> None:
    """What DuckDB wrote: unreadable while it is there, gone afterwards."""
    for look in spill(aviary.world.snapshot, aviary.world.trust, aviary.home):
        heard.listen(f"spill, {look.when}", look.data, aviary.canaries)
        during = look.when.endswith(("tijdens", "gedood"))
        if during and not look.data:
            heard.remark(f"spill, {look.when}: nothing was spilled, so nothing is shown")
        if not during and look.files:
            heard.remark(f"spill, {look.when}: {look.files} were left")


@dataclass(frozen=True)
class Part:
    """A line of the table: what it is called, and what was heard."""

    name: str
    heard: Heard


def run(home: Path, chosen: Sequence[str], families: int) -> Iterator[Part]:
    """Hatch the canaries, let them through the chosen parts, and listen everywhere."""
    aviary = hatch(home, families)
    for name in chosen:
        if name in FLOWS:
            started = time.monotonic()
            FLOWS[name](aviary)
            print(f"{name}: {time.monotonic() - started:.0f} s", flush=True)
    talk = Heard()
    talk.wrong += [f"went otherwise than it should: {what}" for what in aviary.unexpected]
    said(aviary, talk)
    yield Part("wat opdrachten zeggen, hun argumenten en omgeving, crashbestanden", talk)
    visits = {"portal": portal, "browser": browser, "spill": spilled}
    names = {
        "portal": "antwoorden van het portaal, elke bladzijde in elke rol",
        "browser": "wat een browser bewaart, en het logboek van de server",
        "spill": "wat DuckDB op schijf zet als het geheugen op is",
    }
    for name, visit in visits.items():
        if name in chosen:
            visit(aviary, heard := Heard())
            yield Part(names[name], heard)
    files(aviary, content := Heard())
    left(aviary, content)
    yield Part(
        "bestanden achteraf: logboeken, grootboek, pakketten, tijdelijke bestanden, namen van bestanden", content
    )
    modes(aviary, rights := Heard())
    yield Part("persoonlijke bestanden 0600 in mappen 0700", rights)
    _prove(aviary, content)


def _prove(aviary: Aviary, content: Heard) -> None:
    """The canaries were really there: what is made to hold them sings, or this suite would hear nothing."""
    for name in ("uit/selectie/recipients.parquet", "echt/snapshot/persoon.parquet"):
        path = aviary.home / name
        if path.exists():
            import pyarrow.parquet as pq

            text = str(pq.read_table(path).to_pydict()).encode()
            assert {pattern.what for pattern in sung(text, aviary.canaries)} >= {"name"}, f"{name} does not sing"


def figures(parts: Sequence[Part], canaries: int) -> list[Figure]:
    """The lines of the table."""
    return [
        Figure(
            what=f"{canaries} kanaries: {part.name}",
            measured=f"{len(part.heard.wrong)} keer iets gevonden op {part.heard.places:,} plaatsen".replace(",", "."),
            target="0 keer",
            holds=not part.heard.wrong,
        )
        for part in parts
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one flow over few families; keeps no figures")
    parser.add_argument("--seed", type=int, default=1, help="taken for the sake of the other suites; nothing is drawn")
    parser.add_argument("--only", choices=PARTS, help="this flow or place alone; keeps no figures")
    parser.add_argument("--home", type=Path, help="a new folder to work in, which is kept")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    started = time.monotonic()
    names = (chosen.only,) if chosen.only else _QUICK if chosen.quick else PARTS
    with tempfile.TemporaryDirectory(prefix="leaks-", ignore_cleanup_errors=True) as scratch:
        home = chosen.home or Path(scratch) / "home"
        home.mkdir(parents=True, mode=0o700)
        parts = []
        for part in run(home, names, _FAMILIES["quick" if chosen.quick else "long"]):
            parts.append(part)
            print(f"{part.name}: {part.heard.places} places, {len(part.heard.wrong)} wrong", flush=True)
            for line in part.heard.wrong:
                print(f"  {line}", flush=True)
    print(f"{time.monotonic() - started:.0f} s; again: leaks.py, with --only for one part")
    if not (chosen.quick or chosen.only):
        record("leaks", "python tests/trust/leaks.py", figures(parts, 50))
    return 1 if any(part.heard.wrong for part in parts) else 0


if __name__ == "__main__":
    sys.exit(main())
