"""``python -m groeibrief``: the command line."""

from groeibrief.cli import main

main()
