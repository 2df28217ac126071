"""Random tests take the same examples on every run, and are never failed by a slow machine."""

from hypothesis import settings

settings.register_profile("same everywhere", derandomize=True, deadline=None, database=None)
settings.load_profile("same everywhere")
