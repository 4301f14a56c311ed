"""Everything can be done with a keyboard, and one always sees where one is."""

from __future__ import annotations

from browser_work import OFFER, hand_in
from browser_world import Enter, Visit, on_loopback

pytestmark = on_loopback
MOST_STOPS = 200
_OUTLINE = """() => {
  const at = document.activeElement, style = getComputedStyle(at);
  const name = at.id || at.name || at.value || at.href || at.innerText.slice(0, 40);
  return [at.tagName, at.type || '', name, style.outlineStyle, parseFloat(style.outlineWidth)];
}"""
_REACHABLE = """() => [...document.querySelectorAll(
  "a[href], button:not([disabled]), input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
  .filter(each => each.checkVisibility()).length"""


def tab_to(visit: Visit, role: str, name: str) -> None:
    """Go on with the tabulator until one stands there."""
    wanted = visit.page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
    wanted.wait_for()
    for _ in range(MOST_STOPS):
        visit.page.keyboard.press("Tab")
        if wanted.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError(f"{role} '{name}' cannot be reached with the keyboard on {visit.page.url}")


def test_every_control_is_reached_and_seen(enter: Enter) -> None:
    number = hand_in(enter("torhout"))
    for account, paths in (
        ("torhout", ("/overzicht", "/samenstellen", "/doelgroepen/sociale-toeslag", f"/aanvragen/{number}")),
        ("analist-1", ("/overzicht", f"/dossiers/{number}", f"/dossiers/{number}/definitie", "/register")),
    ):
        visit = enter(account)
        for path in paths:
            visit.go(path)
            expected, reached = visit.page.evaluate(_REACHABLE), 0
            while True:
                visit.page.keyboard.press("Tab")
                tag, kind, name, style, width = visit.page.evaluate(_OUTLINE)
                if tag == "BODY" or reached > MOST_STOPS:
                    break
                reached += 1
                # The button of a date or of a file is drawn by the browser itself, with a ring of its own.
                if kind not in ("date", "file"):
                    assert style != "none", (path, tag, name)
                    assert width >= 2, (path, tag, name, width)
            # A date is several stops to a keyboard, so there may be more of them than controls.
            assert reached >= expected, (path, reached, expected)


def test_the_first_stop_skips_the_menu(enter: Enter) -> None:
    visit = enter("torhout")
    visit.go("/doelgroepen")
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.innerText") == "Naar de inhoud"
    visit.page.keyboard.press("Enter")
    assert visit.page.evaluate("document.activeElement.id") == "inhoud"


def test_a_request_is_made_and_handed_in_without_a_mouse(enter: Enter) -> None:
    visit = enter()
    keyboard = visit.page.keyboard
    visit.go("/")
    tab_to(visit, "link", "Aanmelden")
    keyboard.press("Enter")
    visit.page.wait_for_url("**/aanmelden")
    tab_to(visit, "button", "OCMW Torhout medewerker van een lokaal bestuur")
    keyboard.press("Enter")
    visit.page.wait_for_url("**/overzicht")
    visit.go("/doelgroepen/sociale-toeslag")
    tab_to(visit, "button", "Vraag hiervoor een brief aan")
    keyboard.press("Enter")
    visit.page.wait_for_url("**/gegevens")
    tab_to(visit, "combobox", "Waarvoor?")
    keyboard.type("h")
    tab_to(visit, "combobox", "Soort aanbod")
    keyboard.press("ArrowDown")
    tab_to(visit, "textbox", "Uw aanbod, zoals het in de brief staat")
    keyboard.press("Control+A")
    keyboard.type(OFFER)
    tab_to(visit, "button", "Bewaar en ga verder")
    keyboard.press("Space")
    visit.page.wait_for_url(lambda url: not url.endswith("/gegevens"))
    tab_to(visit, "button", "Dien de aanvraag in")
    keyboard.press("Enter")
    visit.page.wait_for_selector(".s-ingediend")


def test_without_javascript_everything_still_works(enter: Enter) -> None:
    visit = enter()
    context = visit.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    page = context.new_page()
    page.goto(f"{visit.world.address}/aanmelden")
    page.click("button[value='demo-torhout']")
    page.goto(f"{visit.world.address}/samenstellen")
    page.select_option("select[name='1-1-over']", "leeftijd")
    page.get_by_role("button", name="Werk bij").click()
    page.fill("[name='1-1-van']", "3")
    page.fill("[name='1-1-tot_en_met']", "12")
    page.select_option("select[name='1-2-over']", "bron:sociale_toeslag")
    page.get_by_role("button", name="Tel deze doelgroep").click()
    assert page.get_by_role("heading", name="Zoveel ongeveer").is_visible()
    page.get_by_role("button", name="Vraag hiervoor een brief aan").click()
    assert page.url.endswith("/gegevens")
    context.close()
