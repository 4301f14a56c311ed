"""Running a command: Dutch help, one way of showing errors, the exit codes of CLI.md."""

from __future__ import annotations

import errno
import gc
import gettext
import io
import os
import re
import sys
from pathlib import Path

# What is imported stays; to look through it for garbage after every 700 objects takes a fifth of a short command.
gc.set_threshold(100_000)

# click asks gettext for its words; they are Dutch whatever the user's locale, as everything a user reads here.
gettext.bindtextdomain("groeibrief", str(Path(__file__).parent / "vertaling"))
gettext.textdomain("groeibrief")
os.environ["LANGUAGE"] = "nl"

import click  # noqa: E402

from groeibrief.cli.group import LazyGroup  # noqa: E402
from groeibrief.cli.interruption import EXIT_CODE, Interruption  # noqa: E402
from groeibrief.cli.output import print_error  # noqa: E402
from groeibrief.errors import Finding, TryAgainError, UsageError, UserError  # noqa: E402

_TEMPORARY = re.compile(r"\.(.+)\.[^.]+\.deel")
_PASSING = {
    errno.ENOSPC: "De schijf is vol. Maak plaats en begin opnieuw; er is niets half geschreven.",
    errno.EDQUOT: "De toegelaten schijfruimte is op. Maak plaats en begin opnieuw; er is niets half geschreven.",
    errno.EROFS: "De schijf is alleen-lezen. Kies een andere map.",
    errno.EACCES: "U hebt geen toegang tot {name}. Kies een andere map of vraag toegang.",
    errno.EPERM: "U hebt geen toegang tot {name}. Kies een andere map of vraag toegang.",
    errno.EFBIG: "Een bestand wordt groter dan hier mag (ulimit -f). Vraag ruimte; er is niets half geschreven.",
    errno.EIO: "De schijf geeft een leesfout bij {name}. Probeer het opnieuw, of gebruik een andere schijf.",
    errno.EMFILE: "Er staan te veel bestanden open. Begin opnieuw.",
}
_WRONG_PATH = {
    errno.ENOENT: "{name} bestaat niet, of de map waarin het moet komen bestaat niet. Kijk het pad na.",
    errno.EEXIST: "{name} bestaat al en is geen map. Kijk het pad na.",
    errno.ENOTDIR: "{name} is geen map, of ligt in iets dat geen map is. Kijk het pad na.",
    errno.EISDIR: "{name} is een map, geen bestand. Kijk het pad na.",
    errno.ENAMETOOLONG: "Deze bestandsnaam is te lang. Kies een kortere naam.",
    errno.ELOOP: "{name} verwijst in een kring. Kijk de koppelingen na.",
}

COMMANDS = {
    "demo": ("demo:demo", "Voer de hele opdracht uit op een synthetische snapshot."),
    "snapshot": ("snapshot:snapshot", "Maak, lees in en controleer een snapshot."),
    "catalog": ("catalog:catalog", "Toon de dienstencatalogus."),
    "audience": ("audience:audience", "Controleer en beschrijf doelgroepen."),
    "count": ("count:count", "Tel de gezinnen en kinderen van een doelgroep."),
    "select": ("select:select", "Selecteer de gezinnen die een brief krijgen."),
    "letters": ("letters:letters", "Controleer sjablonen en maak brieven."),
    "package": ("package:package", "Maak, open en controleer een pakket voor de drukkerij."),
    "disclosure": ("disclosure:disclosure", "Tel de standaarddoelgroepen vooraf, en toon wat bewezen is."),
    "serve": ("serve:serve", "Start het portaal voor gemeenten en analisten."),
    "request": ("request:request", "Volg een aanvraag op, van idee tot brief."),
    "run": ("run:run", "Voer een goedgekeurde aanvraag uit."),
    "desk": ("desk:desk", "Beheer accounts, besturen, drukkerijen, verzet en datalekken."),
    "register": ("register:register", "Toon het register van lokale besturen, met cijfers."),
    "opgroeien": ("opgroeien:opgroeien", "Beantwoord lijsten van gemeenten onder protocol."),
    "ledger": ("ledger:ledger", "Controleer en toon het logboek."),
    "privacy": ("privacy:privacy", "Voor de DPO: verwerkingen, DPIA en bewaartermijnen."),
    "erase": ("erase:erase", "Wis wat zijn termijn gehad heeft, met bewijs."),
    "state": ("state:state", "Maak een reservekopie van de toestand, of zet er een terug."),
}


@click.group(
    cls=LazyGroup,
    commands_at=COMMANDS,
    help="groeibrief: schrijf precies de gezinnen aan die een gemeente wil helpen, zonder dat gegevens het agentschap "
    "verlaten.",
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 120},
)
@click.version_option(package_name="groeibrief", prog_name="groeibrief")
def groeibrief() -> None:
    """Hold the commands together."""


def run(arguments: list[str], interruption: Interruption) -> int:
    """Run one command and return its exit code. Shows every error as CLI.md says; raises nothing but Ctrl-C."""
    as_json = "--json" in arguments
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a letter shows its number; that is no reason to stop.
            stream.reconfigure(errors="backslashreplace")
    try:
        try:
            _refuse_unreadable(arguments)
            code = groeibrief.main(arguments, standalone_mode=False)
            sys.stdout.flush()
        except Exception as error:
            if interruption.asked:
                raise KeyboardInterrupt from error
            raise
    except BrokenPipeError:
        return 0
    except click.exceptions.NoArgsIsHelpError as error:
        if not as_json:
            click.echo(error.format_message(), err=True)
            return UsageError.exit_code
        return _tell(_usage(error), as_json=as_json)
    except KeyboardInterrupt:
        return _tell(InterruptedRunError(), as_json=as_json)
    except click.Abort as error:
        # What click makes of the end of a file, as of Ctrl-C; nothing here asks a question that someone could end.
        return _tell(_unexpected(error.__context__ or error), as_json=as_json)
    except Exception as error:
        return _tell(_as_user_error(error), as_json=as_json)
    return code or 0


def _refuse_unreadable(arguments: list[str]) -> None:
    """Refuse words that are no UTF-8: they can be opened as a file, but not written down anywhere."""
    for number, word in enumerate(arguments, 1):
        try:
            word.encode()
        except UnicodeEncodeError:
            told = f"Het {number}e woord van de opdracht is geen UTF-8. Schrijf het anders, of hernoem het bestand."
            raise UsageError("E200", told) from None


class InterruptedRunError(UserError):
    """Someone asked to stop (exit 130)."""

    exit_code = EXIT_CODE

    def __init__(self) -> None:
        super().__init__("E130", "Afgebroken. Er is niets half geschreven.")


def _tell(error: UserError, *, as_json: bool) -> int:
    try:
        return print_error(error, as_json=as_json)
    except OSError:
        # Nobody can read it; the exit code still says it.
        return error.exit_code


def _as_user_error(error: Exception) -> UserError:
    match error:
        case UserError():
            return error
        case click.ClickException():
            return _usage(error)
        case MemoryError():
            return TryAgainError("E751", "Er is te weinig geheugen. Sluit andere programma's.")
        case OSError():
            return _of_system(error)
    return _unexpected(error)


def _usage(error: click.ClickException) -> UsageError:
    message = error.format_message()
    context = getattr(error, "ctx", None)
    hint = f" Zie '{context.command_path} --help' voor hulp." if context else ""
    stop = "" if message.endswith((".", "?")) else "."
    return UsageError("E200", f"{message}{stop}{hint}")


def _final(name: object) -> str:
    """The name that a file would get, for one that still has a temporary name."""
    if not isinstance(name, str):
        return "een bestand"
    path = Path(name)
    temporary = _TEMPORARY.fullmatch(path.name)
    return str(path.with_name(temporary[1]) if temporary else path)


def _of_system(error: OSError) -> UserError:
    name = _final(error.filename)
    if message := _PASSING.get(error.errno or 0):
        return TryAgainError("E750", message.format(name=name))
    if message := _WRONG_PATH.get(error.errno or 0):
        return UsageError("E209", message.format(name=name))
    return _unexpected(error)


def _unexpected(error: BaseException) -> UserError:
    """Name the place and the kind of a defect; never its text, which may hold data."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "groeibrief" in frame.filename]
    place = f"{Path(own[-1].filename).stem}:{own[-1].lineno}" if own else "onbekend"
    return UserError(
        "E100",
        Finding(
            f"Er ging iets onverwachts mis ({type(error).__name__} in {place}). Meld deze regel aan de beheerder; "
            "er is niets half geschreven."
        ),
    )
