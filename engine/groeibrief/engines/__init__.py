"""Engines: a question and a snapshot in, exact answers out."""

from groeibrief.engines.base import Counts, Engine, Selected

__all__ = ["Counts", "Engine", "Selected"]
