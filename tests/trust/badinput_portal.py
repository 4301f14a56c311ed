"""Every address of the portal, in every role, with forms, paths, queries, headers, cookies and bodies that are bad."""

from __future__ import annotations

import itertools
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "unit" / "portal"))

from badinput_files import CONTENTS, DAYS, NUMBERS, TEXTS  # noqa: E402 - the folder above comes first
from hypothesis import HealthCheck, Phase, given, seed, settings  # noqa: E402 - as above
from hypothesis import strategies as st  # noqa: E402 - as above
from portal_world import DETAILS, STANDARD, filled_in, handed_in, pdf  # noqa: E402 - as above
from starlette.testclient import TestClient  # noqa: E402 - as above

from groeibrief.catalog import Project  # noqa: E402 - as above
from groeibrief.portal.application import addresses, create_app  # noqa: E402 - as above
from groeibrief.portal.demo import DemoSignIn  # noqa: E402 - as above
from groeibrief.portal.routing import Address  # noqa: E402 - as above
from groeibrief.workflow.office import Office  # noqa: E402 - as above
from groeibrief.workflow.previewing import Preview  # noqa: E402 - as above
from groeibrief.workflow.settings import Settings  # noqa: E402 - as above

SLOWEST_SECONDS = 5.0
MOST_GROWTH_MEGABYTES = 400
ROLES = (None, "torhout", "zaventem", "analist-1", "dpo")
OWN = {"sec-fetch-site": "same-origin"}
_EXPECTED = frozenset((200, 303, 304, 307, 400, 403, 404, 405, 413, 429, 503))
_TRACES = ("Traceback", "site-packages", ".py&#34;", "sqlite3.", "duckdb.")
_ACTS = (
    "indienen", "antwoorden", "bericht", "intrekken", "vragen", "overeenkomen", "voorleggen", "goedkeuren", "tel",
    "terugzenden", "besteld-aantal-tonen", "overdragen", "verstuurd-melden", "retour-inlezen", "afsluiten", "weigeren",
    "laten-verlopen", "datalek", "kloon", "besluit", "cijfers", "uitleg",
)  # fmt: skip
_FIELDS = (
    *DETAILS, "tekst", "versie", "referentie", "datum", "intern", "actie", "peildatum", "kinderen", "yaml", "eigen",
    "eenheid", "wie", "koppel", "gewenst", "per_week", "rondes", "1-grens", "1-aantal", "1-1-over", "1-1-van",
    "1-1-tot_en_met", "1-1-met", "1-1-schooljaar", "1-1-hoe_vaak", "1-1-op", "1-1-leeftijd", "1-1-niet", "g-31033",
    "p-leeftijd_tot", "dossier", "kind", "soort", "naam", "kbo", "van", "tot", "sleutel", "volgnummer", "vastgesteld",
    "maatregelen", "stap", "besteld", "definitie", "gevallen", "gemeenten", "parameters", "getekend_op", "account",
    "naar", "groot", "piste", "stand", "gemeente", "openbaar", "state", "code", "oudste", "nieuwste",
)  # fmt: skip
_SOURCES = (
    "heeft:sociale_toeslag", "sociale_toeslag", "leeftijd", "kleutertoeslag", "schooltoeslag", "startbedrag",
    "woont_in", "begunstigden", "kinderopvangtoeslag",
)  # fmt: skip

_bad_texts = st.sampled_from([*TEXTS.values(), *NUMBERS.values(), *DAYS.values()]).map(
    lambda text: text.encode("utf-8", "replace").decode()
)
_likely = st.sampled_from(
    ["ja", "tel", "aanvraag", "lees", "verder", "1", "3", "12", "2025-11-01", "minstens", "gezin", "kind", "31033",
     "vergelijk", "bewaar", "vutg", "interesse", "json", *_SOURCES]
)  # fmt: skip
_values = st.one_of(_likely, _bad_texts, st.text(max_size=60), st.integers().map(str), st.dates().map(str))
_forms = st.dictionaries(st.one_of(st.sampled_from(_FIELDS), st.text(max_size=12)), _values, max_size=12)
_header_text = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60)
_headers = st.dictionaries(
    st.sampled_from(
        ["accept", "accept-language", "content-type", "content-length", "cookie", "host", "origin", "range", "referer",
         "x-forwarded-for", "x-forwarded-proto", "forwarded", "if-none-match", "if-modified-since", "transfer-encoding",
         "content-encoding", "sec-fetch-site", "authorization", "x-http-method-override", "upgrade"]
    ),
    st.one_of(
        _header_text,
        st.sampled_from(["*/*", "bytes=0-", "bytes=99999999-1", "sessie=" + "A" * 4000, "__Host-sessie=../..", "gzip",
                         "multipart/form-data", "multipart/form-data; boundary=" + "x" * 300,
                         "text/yaml; charset=utf-7",
                         "application/x-www-form-urlencoded; charset=utf-16", "-1", "999999999999", "chunked",
                         "same-origin", "cross-site"]),
    ),
    max_size=4,
)  # fmt: skip
_paths = st.one_of(
    _bad_texts.map(lambda text: text[:2000]), st.sampled_from(_ACTS), st.text(max_size=30),
    st.sampled_from(["..", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "%00", "2026-0001", "2026-9999", "lek-0001", "json",
                     "sociale-toeslag", "csv", "ods", "a%0d%0aset-cookie:%20x=y"]),
)  # fmt: skip


@dataclass
class Site:
    """The portal over a synthetic snapshot, with requests in it, and who visits it."""

    client: TestClient
    found: list[Address]
    numbers: tuple[str, ...]
    cookies: dict[str | None, str]
    asked: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0
    counter: Iterator[int] = field(default_factory=itertools.count)

    def ask(self, role: str | None, method: str, path: str, **more: Any) -> None:
        """Ask for a page as *role*; raises AssertionError for what may never happen."""
        headers = OWN | dict(more.pop("headers", {}))
        # Every request comes from another house: how many one may make is not what is tried here.
        headers.setdefault("cookie", f"{self.cookies[role]}; n={next(self.counter)}")
        started = time.monotonic()
        answer = self.client.request(method, path, headers=headers, **more)
        took = time.monotonic() - started
        self.asked += 1
        self.statuses[answer.status_code] += 1
        self.slowest = max(self.slowest, took)
        what = f"{method} {path[:200]!r} as {role}"
        assert answer.status_code in _EXPECTED, f"{what}: status {answer.status_code}"
        assert took < SLOWEST_SECONDS, f"{what}: {took:.1f} s"
        shown = answer.text if "text" in answer.headers.get("content-type", "") else ""
        assert not [trace for trace in _TRACES if trace in shown], f"{what}: shows a trace"
        assert "\0" not in shown, f"{what}: shows a NUL"
        if answer.status_code != 405 or shown:
            assert answer.headers.get("x-content-type-options") == "nosniff", f"{what}: without protection"
        location = answer.headers.get("location", "/")
        assert location[:1] == "/" != location[1:2], f"{what}: leads to {location[:80]!r}"


@contextmanager
def site(project: Path, snapshot: Path, state: Path) -> Iterator[Site]:
    """The portal as a demo, with a request that is filled in and one that was handed in."""
    office = Office(
        Settings(trust=(), store_root=state / "voorbereid", state=state / "staat"),
        Project(project),
        lambda: datetime(2026, 3, 2, 9, tzinfo=UTC),
        demo=True,
    )
    preview = Preview(office.project, snapshot, office.settings)
    app = create_app(preview, office, sign_in=(way_in := DemoSignIn(office, synthetic=True)), secure=False)
    unlimited(app)
    with TestClient(app, headers=OWN, follow_redirects=False, raise_server_exceptions=False) as client:
        cookies: dict[str | None, str] = {None: "niemand=1"}
        for role in ROLES[1:]:
            client.cookies.clear()
            answer = client.post("/aanmelden/demo", data={"account": f"demo-{role}"})
            assert answer.status_code == 303, answer.text
            cookies[role] = answer.headers["set-cookie"].partition(";")[0]
            if role == "torhout":
                numbers = (filled_in(client), handed_in(client))
        client.cookies.clear()
        # Not the one of this machine alone: it would count every address that was ever asked for.
        found = [each for each in addresses(app.state.portal, way_in) if each.path != "/metriek"]
        # Who signed out sees nothing more.
        found.sort(key=lambda each: each.path == "/afmelden")
        yield Site(client, found, numbers, cookies)


def unlimited(app: Any) -> None:
    """Let everyone ask as often as they like."""
    from groeibrief.portal import protection

    app.user_middleware[0].kwargs.update(rate=1e9, burst=1e9)
    assert app.user_middleware[0].cls is protection.Protection


def path_of(address: Address, site: Site, parts: Iterator[str]) -> str:
    """An address filled in with *parts*, or with a request that there is."""
    from urllib.parse import quote

    path = address.path
    while "{" in path:
        start, _, rest = path.partition("{")
        name, _, end = rest.partition("}")
        part = next(parts)
        if name == "nummer" and not part:
            part = site.numbers[site.asked % len(site.numbers)]
        path = start + (quote(part, safe="%.") or "x") + end
    return path


def fuzz(site: Site, number: int, first: int) -> Iterator[str]:
    """Ask *number* times for each address and role, once by who may not; yields what may never happen."""
    for address in site.found:
        for method in address.methods:
            for role in ROLES:
                may = not address.roles or (role and any(_is(role, each.value) for each in address.roles))
                fault = _fuzz_one(site, address, method, role, number if may else max(1, number // 5), first)
                if fault:
                    yield fault


def _is(account: str, role: str) -> bool:
    return {"torhout": "gemeente", "zaventem": "gemeente", "analist-1": "analist", "dpo": "dpo"}[account] == role


def _fuzz_one(site: Site, address: Address, method: str, role: str | None, number: int, first: int) -> str:
    part = st.one_of(st.just(""), st.just(""), _paths)

    @seed(first)
    @settings(
        max_examples=number, deadline=None, database=None, phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck), print_blob=False,
    )  # fmt: skip
    @given(st.tuples(part, part, part), _forms, _forms, _headers)
    def holds(parts: tuple[str, ...], form: dict[str, str], query: dict[str, str], headers: dict[str, str]) -> None:
        given_headers = {name: value for name, value in headers.items() if value.isascii()}
        path = path_of(address, site, iter(parts))
        if method != "POST":
            site.ask(role, method, path, params=_plain(query), headers=given_headers)
        elif "content-type" in given_headers:
            content = "&".join(f"{name}={value}" for name, value in _plain(form).items()).encode("utf-8", "replace")
            site.ask(role, method, path, content=content, headers=given_headers)
        else:
            site.ask(role, method, path, data=_plain(form), params=_plain(query), headers=given_headers)

    try:
        holds()
    except AssertionError as error:
        return f"{error} (seed {first})"
    except Exception as error:
        return f"{method} {address.path} as {role}: {type(error).__name__}: {str(error)[:300]} (seed {first})"
    return ""


def _plain(form: dict[str, str]) -> dict[str, str]:
    """What the client itself can send."""
    return {name.encode("utf-8", "replace").decode(): value.encode("utf-8", "replace").decode() for name, value in
            form.items()}  # fmt: skip


def uploads(site: Site) -> Iterator[str]:
    """Files that are no decision: every content, under every name; and bodies that are no form."""
    deep = pdf().replace(b"/Type", b"/Typ" + b"e", 1)
    contents = {name: make() for name, make in CONTENTS.items() if name not in ("zip bomb",)}
    contents |= {"pdf cut": pdf()[:-200], "pdf twice": pdf() + pdf(), "pdf deep": deep, "png": b"\x89PNG\r\n\x1a\n" * 9}
    forms = [address for address in site.found if "POST" in address.methods]
    for whole in contents.values():
        data = whole[:2_900_000]
        for address in forms:
            role: str | None = (
                "torhout" if any(each.value == "gemeente" for each in address.roles) or not address.roles else "dpo"
            )
            path = path_of(address, site, iter(("", "besluit", "x")))
            given_form = {"referentie": "A", "datum": "2026-02-02", "versie": ""}
            if "besluit" in address.path or site.asked % 7 == 0:
                files = {"besluit": (TEXTS["parent"] + "\x00.pdf", data, "application/pdf")}
                yield from _tried(site, role, path, data=given_form, files=files)
            if site.asked % 3 == 0:
                sent = {"content-type": "multipart/form-data; boundary=x"}
                yield from _tried(site, role, path, content=b"--x\r\n" + data[:100_000], headers=sent)
    many = "&".join(f"veld{n}=1" for n in range(5000)).encode()
    for address in forms:
        path, kind = path_of(address, site, iter(("", "bericht", "x"))), "application/x-www-form-urlencoded"
        for body in (many, b"a" * 4_000_000, b"a=" + b"%" * 100_000, b"\xff\xfe=\xff", b"%00=%00&" * 300):
            for role in ("torhout", "analist-1", None):
                yield from _tried(site, role, path, content=body, headers={"content-type": kind})


def _tried(site: Site, role: str | None, path: str, **more: Any) -> Iterator[str]:
    try:
        site.ask(role, "POST", path, **more)
    except AssertionError as error:
        yield str(error)


def methods(site: Site) -> Iterator[str]:
    """Every address with every method that it does not know, and addresses that do not exist."""
    for address in site.found:
        for method in ("HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "X" * 40):
            for role in ROLES:
                try:
                    site.ask(role, method, path_of(address, site, iter(("", "x", "x"))))
                except AssertionError as error:
                    yield str(error)
    climbing = (
        "/stijl/../../etc/passwd",
        "/stijl/%2e%2e/%2e%2e/x",
        "/stijl/",
        "/" + "a" * 9000,
        "/%00",
        "//x",
        "/.git",
    )
    for path in climbing:
        for role in ROLES:
            try:
                site.ask(role, "GET", path)
            except AssertionError as error:
                yield str(error)


def memory() -> float:
    """The most that this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


assert STANDARD, "the portal's tests hold what is filled in here"
