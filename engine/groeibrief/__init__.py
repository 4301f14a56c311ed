"""groeibrief: select Groeipakket families by reviewed definitions and write to them, without data leaving the agency."""

__version__ = "0.1.0"
