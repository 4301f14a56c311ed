"""Files of ours with one bad thing in them: definitions, policies, templates, manifests, lists."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from badinput_files import CONTENTS, DAYS, NUMBERS, SQL, TEMPLATES, TEXTS, UNICODE, place
from badinput_world import AUDIENCE, CITIES, KBO, PROTOCOL, REPOSITORY, Good

_PROJECT = ("catalog", "rules", "letter_templates")
_BOUND = ("--gemeente", CITIES[0], "--peildatum", "2025-11-01")


@dataclass(frozen=True, slots=True)
class Trial:
    """Something bad that is made in a folder, and the command that gets it. ``fails``: it may not be accepted."""

    name: str
    words: Callable[[Path], list[object]]
    fails: bool = False


Words = Callable[[Good, Path, Path], list[object]]


def _in_project(*words: object) -> Words:
    return lambda good, folder, path: [*words, "--project", folder]


def _definition(good: Good, folder: Path, path: Path) -> list[object]:
    return ["audience", "check", path, "--project", folder]


def _counted(good: Good, folder: Path, path: Path) -> list[object]:
    return ["count", path, *_BOUND, "--snapshot", good.world.snapshot, "--exact", "--project", folder]


PROJECT_FILES: tuple[tuple[str, Words], ...] = (
    ("rules/standaard/sociale-toeslag.yaml", _counted),
    ("rules/torhout-hulp-bij-schooltoeslag.yaml", _definition),
    ("rules/leuven-vrijetijdspremie.yaml", _definition),
    ("rules/begrippen/sociaal-kwetsbaar-kind.yaml", _in_project("audience", "test",
                                                               REPOSITORY / "rules" / "leuven-vrijetijdspremie.yaml")),
    ("rules/standaard/wezen.cases.yaml", lambda good, folder, path: [
        "audience", "test", path.with_name("wezen.yaml"), "--project", folder]),
    ("rules/policies/doeleinden.yaml", _in_project("audience", "check", AUDIENCE)),
    ("rules/policies/disclosure.yaml", _in_project("disclosure", "bound")),
    ("rules/policies/drukwerk.yaml", lambda good, folder, path: [
        "package", "test", "informatiebrief", "--out", folder / "uit", "--recipient", good.world.printer_public,
        "--key", good.world.vutg, "--pieces", 2, "--project", folder]),
    ("rules/policies/opgroeien.yaml", _in_project("opgroeien", "protocol", "list")),
    ("rules/policies/selectie.yaml", lambda good, folder, path: [
        "select", AUDIENCE, *_BOUND, "--snapshot", good.world.snapshot, "--out", folder / "uit", "--suppression",
        good.world.lists, "--trust", good.world.trust, "--project", folder]),
    ("rules/policies/taal.yaml", _in_project("letters", "check", "uitnodiging")),
    ("rules/policies/werkwijze.yaml", _in_project("request", "list", "--account", "ana.een")),
    ("rules/register/antwoord-2020-2021.csv", _in_project("register", "figures")),
    ("catalog/gemeenten.csv", _in_project("catalog", "check")),
    ("catalog/parameters.yaml", _in_project("catalog", "check")),
    ("catalog/bronnen/sociale_toeslag.yaml", _in_project("catalog", "check")),
    ("letter_templates/uitnodiging/letter.j2", _in_project("letters", "check", "uitnodiging")),
    ("letter_templates/uitnodiging/layout.yaml", _in_project("letters", "check", "uitnodiging")),
    ("letter_templates/uitnodiging/sample.yaml", _in_project("letters", "check", "uitnodiging")),
    ("letter_templates/_gedeeld/afzender.yaml", _in_project("letters", "check", "uitnodiging")),
    ("letter_templates/_gedeeld/verplicht.yaml", _in_project("letters", "check", "uitnodiging")),
    ("letter_templates/_gedeeld/contact.j2", _in_project("letters", "check", "uitnodiging")),
)  # fmt: skip


def loose_files(good: Good) -> Iterator[tuple[Path, Callable[[Path], list[object]]]]:
    """Files outside a project, with the command that reads each."""
    world = good.world
    at = ("--account", "an")
    yield good.path("aanvraag.yaml"), lambda p: ["request", "new", p, "--authority", KBO, "--account", "stad"]
    yield good.path("protocol.yaml"), lambda p: ["opgroeien", "protocol", "new", p, *at]
    yield good.path("invoer.yaml"), lambda p: [
        "snapshot", "import", p, good.path("bron"), p.with_name("uit"), "--key", world.vutg]  # fmt: skip
    yield good.path("aanmelden.yaml"), lambda p: ["serve", "--snapshot", world.snapshot, "--aanmelden", p]
    yield good.path("verzet.csv"), lambda p: [
        "desk", "objection", p, "--snapshot", world.snapshot, "--key", world.vutg, "--account", "ana.een"]  # fmt: skip
    yield good.path("codes.csv"), lambda p: [
        "package", "returns", p, "--selection", world.selection, "--out", p.with_name("uit")]  # fmt: skip
    yield good.path("verslag.json"), lambda p: ["package", "reconcile", p, "--trust", good.path("teken.pub")]
    yield good.path("vernietigd.json"), lambda p: [
        "package", "destroyed", p, "--check", "--trust", good.path("teken.pub")]  # fmt: skip
    yield good.path("punt.json"), lambda p: ["ledger", "verify", "--checkpoint", p, "--trust", world.vutg_public]
    yield world.printer_public, lambda p: [
        "package", "make", world.letters, "--out", p.with_name("uit"), "--recipient", p, "--key",
        world.vutg]  # fmt: skip
    yield world.vutg_public, lambda p: ["package", "verify", world.package, "--trust", p]
    yield world.printer, lambda p: ["package", "verify", world.package, "--trust", world.vutg_public, "--key", p]
    yield good.path("gemeente.pub"), lambda p: [
        "opgroeien", "protocol", "keys", "register", PROTOCOL, "--age", p, "--signing", world.vutg_public,
        *at]  # fmt: skip
    yield good.path("besluit.pdf"), lambda p: [
        "request", "decision", good.request("draft"), p, "--referentie", "1", "--datum", "2025-10-01", "--account",
        "stad"]  # fmt: skip


def folders(good: Good) -> Iterator[tuple[Path, str, Callable[[Path], list[object]]]]:
    """Folders of ours, a file in each, and the command that reads the folder."""
    world = good.world
    opening = ("--trust", world.vutg_public, "--key", world.printer)
    for name in ("manifest.json", "manifest.sig", "persoon.parquet"):
        yield world.snapshot, name, lambda p: ["snapshot", "verify", p]
    for name in ("recipients.parquet", "selectie.json", "invulling.json"):
        yield world.selection, name, lambda p: ["letters", "render", p, "--out", p.with_name("uit")]
    for name in ("brieven.json", "stukken.csv", "brieven-0001.pdf"):
        yield world.letters, name, lambda p: [
            "package", "make", p, "--out", p.with_name("uit"), "--recipient", world.printer_public, "--key",
            world.vutg]  # fmt: skip
    for name in ("manifest.json", "manifest.sig", "inhoud.tar.age"):
        yield world.package, name, lambda p: ["package", "open", p, "--out", p.with_name("uit"), *opening]
    for name in ("verzet.csv", "beschermd.csv.sig"):
        yield world.lists, name, lambda p: [
            "select", AUDIENCE, *_BOUND, "--snapshot", world.snapshot, "--trust", world.trust, "--suppression", p,
            "--out", p.with_name("uit")]  # fmt: skip
    for name in ("logboek.sqlite", "reservekopie.json"):
        yield good.path("kopie"), name, lambda p: ["state", "restore", p, "--out", p.with_name("uit")]
    for name in ("opdrachtbon.json", "stukken.csv"):
        yield good.path("o"), name, lambda p: [
            "package", "report", good.path("o.pakket"), "--opened", p, "--out", p.with_name("uit"), "--key",
            good.path("teken.key"), "--trust", world.vutg_public]  # fmt: skip


_SCALARS = [*SQL, *TEMPLATES, *UNICODE.values(), *NUMBERS.values(), *DAYS.values(), TEXTS["long"][:3000],
            "[[[[", "{a: ", "!!set {a}", "&a [*a]", "~", "true", "[]", "{}", "- - - -",
            '"\\u0000"', '"\\e[2J"', "|\n\n\n"]  # fmt: skip
_LINES = ["- *x", "<<: *x", "{% include 'letter.j2' %}", "{{ self.__init__ }}", "{% set a = 'x' * 999999999 %}{{ a }}",
          "{{ '%s' % kenmerk }}", "{{ kenmerk.__class__ }}", "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
          "{% for a in ontvanger.adresregels %}" * 200, "{% extends '/etc/passwd' %}", "{% include '../x' %}",
          "{{ kenmerk|attr('__class__') }}", "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
          "{{ (((((((((((((((((((kenmerk))))))))))))))))))) }}", "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
          ":: zone-die-niet-bestaat", "# " + "lang " * 3000, ">> qr", "|- a |" * 300, "\t\x0b\x0c", "---", "...",
          "{{ lipsum(n=9999999) }}", "{{ namespace() }}{% do x %}", "{{ 9**9**9 }}", "{{ 'a' * 9**10 }}"]  # fmt: skip


def changed(text: str, dice: Random) -> str:
    """The text with one thing in it made bad."""
    lines = text.split("\n")
    where = dice.randrange(max(1, len(lines)))
    what = dice.randrange(8)
    if what <= 2:
        scalar = dice.choice(_SCALARS)
        if re.search(r"[:;,] ?[^:;,]*$", lines[where]):
            found = dice.choice(list(re.finditer(r"(?<=[:;,=]) ?[^:;,={}\[\]]+", lines[where])) or [None])
            if found is not None:
                lines[where] = f"{lines[where][: found.start()]} {scalar}{lines[where][found.end() :]}"
                return "\n".join(lines)
        lines[where] = scalar
    elif what == 3:
        lines[where:where] = [dice.choice(_LINES)] * dice.choice((1, 1, 2, 2000))
    elif what == 4:
        del lines[where : where + dice.choice((1, 1, 5))]
    elif what == 5:
        lines[where] = " " * dice.randrange(9) + lines[where].strip()
    elif what == 6:
        return text[: dice.randrange(len(text) + 1)] + dice.choice(["\0", "\r", "\u2028", "\ud800", "\x1b", ""])
    else:
        lines[where:where] = lines[:where] * dice.choice((1, 3))
    return "\n".join(lines)


def trials(good: Good, number: int, first: int) -> Iterator[Trial]:
    """*number* changes of each file, and each of the ready-made contents in its place."""
    for name, words in PROJECT_FILES:
        source = REPOSITORY / name
        for bad in _bad_contents(source, number, first):
            yield Trial(f"{name}: {bad[0]}", _project_trial(good, name, bad[1], words))
    for path, make in loose_files(good):
        for label, data in _bad_contents(path, number, first):
            yield Trial(f"{path.name}: {label}", _file_trial(path.name, data, make))
    for folder, name, make in folders(good):
        for label, data in _bad_contents(folder / name, max(3, number // 3), first):
            yield Trial(f"{folder.name}/{name}: {label}", _folder_trial(folder, name, data, make))
        for shape in ("missing", "folder", "dangling link", "link loop", "link to zero", "pipe", "link to passwd"):
            yield Trial(f"{folder.name}/{name}: {shape}", _shape_trial(folder, name, shape, make), fails=True)


def _bad_contents(path: Path, number: int, first: int) -> Iterator[tuple[str, bytes]]:
    data = path.read_bytes()
    dice = Random(f"{first} {path.name}")
    for each in range(number):
        if b"\0" in data[:4000] or data[:4] in (b"%PDF", b"PAR1"):
            yield f"change {each}", _flipped(data, dice)
        else:
            text = changed(data.decode("utf-8", "replace"), dice)
            yield f"change {each}", text.encode("utf-8", "surrogatepass")
    names = sorted(set(CONTENTS) - {"zip bomb"})
    for name in dice.sample(names, min(len(names), max(2, number // 2))):
        yield name, CONTENTS[name]()


def _flipped(data: bytes, dice: Random) -> bytes:
    spoiled = bytearray(data)
    for _ in range(dice.choice((1, 8, 200))):
        spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
    return bytes(spoiled[: dice.choice((len(spoiled), len(spoiled) // 2))])


def _project_trial(good: Good, name: str, data: bytes, words: Words) -> Callable[[Path], list[object]]:
    def made(scratch: Path) -> list[object]:
        folder = scratch / "project"
        for each in _PROJECT:
            shutil.copytree(REPOSITORY / each, folder / each)
        (folder / name).unlink()
        (folder / name).write_bytes(data)
        return words(good, folder, folder / name)

    return made


def _file_trial(name: str, data: bytes, words: Callable[[Path], list[object]]) -> Callable[[Path], list[object]]:
    def made(scratch: Path) -> list[object]:
        (scratch / name).write_bytes(data)
        return words(scratch / name)

    return made


def _folder_trial(
    folder: Path, name: str, data: bytes, words: Callable[[Path], list[object]]
) -> Callable[[Path], list[object]]:
    def made(scratch: Path) -> list[object]:
        copy = _copied(folder, scratch)
        (copy / name).unlink(missing_ok=True)
        (copy / name).write_bytes(data)
        return words(copy)

    return made


def _shape_trial(
    folder: Path, name: str, shape: str, words: Callable[[Path], list[object]]
) -> Callable[[Path], list[object]]:
    def made(scratch: Path) -> list[object]:
        copy = _copied(folder, scratch)
        (copy / name).unlink(missing_ok=True)
        place(shape, copy / name)
        return words(copy)

    return made


def _copied(folder: Path, scratch: Path) -> Path:
    copy = scratch / "map" / folder.name
    shutil.copytree(folder, copy)
    key = folder.parent / "synthetisch.pub"
    if key.exists():
        shutil.copy(key, copy.parent)
    return copy
