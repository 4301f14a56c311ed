"""The synthetic snapshot: invented families at the scale of Flanders, with every hard case at a stated rate."""

from groeibrief.snapshot.synthetic.synthesis import synthesise

__all__ = ["synthesise"]
