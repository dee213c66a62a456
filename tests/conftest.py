"""What holds for all property tests."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# No example is too slow: what a busy machine does is not what is tested.
_patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The same examples at every run, so that a failure is the change's and not the day's. `make explore` looks further.
settings.register_profile("repeatable", _patient, derandomize=True, database=None)
settings.register_profile("explore", _patient, max_examples=2000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))
