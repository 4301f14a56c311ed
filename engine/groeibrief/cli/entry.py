"""The entry point: Dutch help, one way of showing errors, the exit codes of CLI.md."""

from __future__ import annotations

import errno
import gettext
import os
import sys
import traceback
from pathlib import Path
from typing import NoReturn

# click asks gettext for its words; they are Dutch whatever the user's locale, as everything a user reads here.
gettext.bindtextdomain("groeibrief", str(Path(__file__).parent / "vertaling"))
gettext.textdomain("groeibrief")
os.environ["LANGUAGE"] = "nl"

import click  # noqa: E402

from groeibrief.cli.group import LazyGroup  # noqa: E402
from groeibrief.cli.output import print_error  # noqa: E402
from groeibrief.errors import Finding, TryAgainError, UsageError, UserError  # noqa: E402

INTERRUPTED = 130
_PASSING = {
    errno.ENOSPC: "De schijf is vol. Maak plaats en begin opnieuw; er is niets half geschreven.",
    errno.EDQUOT: "De toegelaten schijfruimte is op. Maak plaats en begin opnieuw; er is niets half geschreven.",
    errno.EROFS: "De schijf is alleen-lezen. Kies een andere map.",
    errno.EACCES: "U hebt geen toegang tot {name}. Kies een andere map of vraag toegang.",
    errno.EPERM: "U hebt geen toegang tot {name}. Kies een andere map of vraag toegang.",
    errno.EMFILE: "Er staan te veel bestanden open. Begin opnieuw.",
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
    "ledger": ("ledger:ledger", "Controleer en toon het logboek."),
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


def main() -> NoReturn:
    """Run the command line and exit with the code that CLI.md documents."""
    as_json = "--json" in sys.argv[1:]
    try:
        code = groeibrief.main(standalone_mode=False)
        sys.stdout.flush()
    except UserError as error:
        code = print_error(error, as_json=as_json)
    except click.ClickException as error:
        code = print_error(_usage(error), as_json=as_json)
    except (KeyboardInterrupt, click.Abort):
        click.echo("Afgebroken. Er is niets half geschreven.", err=True)
        code = INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        code = print_error(_passing(error), as_json=as_json)
    except MemoryError:
        code = print_error(
            TryAgainError("E751", "Er is te weinig geheugen. Sluit andere programma's."), as_json=as_json
        )
    except Exception as error:
        code = print_error(_unexpected(error), as_json=as_json)
    sys.exit(code or 0)


def _usage(error: click.ClickException) -> UsageError:
    message = error.format_message()
    context = getattr(error, "ctx", None)
    hint = f" Zie '{context.command_path} --help' voor hulp." if context else ""
    stop = "" if message.endswith((".", "?")) else "."
    return UsageError("E200", f"{message}{stop}{hint}")


def _passing(error: OSError) -> UserError:
    message = _PASSING.get(error.errno or 0)
    if message is None:
        return _unexpected(error)
    return TryAgainError("E750", message.format(name=error.filename or "een bestand"))


def _unexpected(error: BaseException) -> UserError:
    """Name the place and the kind of a defect; never its text, which may hold data."""
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
