"""The command line: argument parsing and printing; no rules. Commands are imported when they are called."""

from groeibrief.cli.entry import main

__all__ = ["main"]
