"""What the portal does, as numbers for a monitor: requests and seconds by address as written, never who or what."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Seconds; the upper bounds of the histogram."""


class Metrics:
    """Counts and durations since the start. Safe over threads."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._lock = Lock()
        self._within: dict[str, list[int]] = defaultdict(lambda: [0] * (len(BOUNDS) + 1))
        self._seconds: dict[str, float] = defaultdict(float)

    @contextmanager
    def timing(self, address: str) -> Iterator[None]:
        """Measure what is done within; *address* has no value of a visitor in it."""
        begun = self._clock()
        try:
            yield
        finally:
            took = self._clock() - begun
            place = next((place for place, bound in enumerate(BOUNDS) if took <= bound), len(BOUNDS))
            with self._lock:
                self._within[address][place] += 1
                self._seconds[address] += took

    def text(self, gauges: Mapping[str, float]) -> str:
        """The Prometheus text format, version 0.0.4; *gauges* by name."""
        lines = ["# TYPE groeibrief_verzoek_seconden histogram"]
        with self._lock:
            for address in sorted(self._within):
                label, total = f'adres="{address}"', 0
                for bound, number in zip((*map(str, BOUNDS), "+Inf"), self._within[address], strict=True):
                    total += number
                    lines.append(f'groeibrief_verzoek_seconden_bucket{{{label},le="{bound}"}} {total}')
                lines.append(f"groeibrief_verzoek_seconden_sum{{{label}}} {self._seconds[address]:.6f}")
                lines.append(f"groeibrief_verzoek_seconden_count{{{label}}} {total}")
        for name, value in gauges.items():
            lines += [f"# TYPE groeibrief_{name} gauge", f"groeibrief_{name} {value:g}"]
        return "\n".join(lines) + "\n"
