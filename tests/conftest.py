"""Shared by every test: derandomised examples, so that a run says the same thing twice."""

from hypothesis import settings

settings.register_profile("same-every-time", derandomize=True, database=None, deadline=None)
settings.load_profile("same-every-time")
