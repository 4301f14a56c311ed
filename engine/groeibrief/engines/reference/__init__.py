"""The reference engine: LANGUAGE.md in plain Python over the raw snapshot, to prove the others right.

Shares no code with the DuckDB engine: it reads another layout, dispatches by another mechanism and has its own
calendar. Slow by design; meant for tens of thousands of families at most.
"""

from groeibrief.engines.reference.engine import ReferenceEngine

__all__ = ["ReferenceEngine"]
