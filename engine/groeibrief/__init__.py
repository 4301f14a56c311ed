"""groeibrief: select Groeipakket families by reviewed definitions and write to them, data stays in the agency."""

__version__ = "0.1.0"
