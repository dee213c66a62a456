"""Refusals to change a record that others changed meanwhile."""

from domain.errors.base import Conflict


class AlreadyDecided(Conflict):
    """Another admin was first. Facts: `status`, `decided_by`, `decided_at`."""

    code = "already_decided"


class OutOfDate(Conflict):
    """The screen shows an older version than the record has. Facts: `version`."""

    code = "out_of_date"


class ChangedMeanwhile(Conflict):
    """Somebody else changed the same thing in this moment: look again, then decide again."""

    code = "changed_meanwhile"
