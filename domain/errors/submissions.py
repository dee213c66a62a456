"""Refusals of a number of submissions: of those handed in, or of those approved."""

from domain.errors.base import InvalidInput


class InvalidSubmissions(InvalidInput):
    """Not a number of submissions. Facts: `typed`."""

    code = "invalid_submissions"


class SubmissionsNotANumber(InvalidSubmissions):
    """Words ("ten"), or a number with more than what it counts: "5 or more"."""

    code = "submissions_not_a_number"


class SubmissionsNotWhole(InvalidSubmissions):
    """A fraction; "1.0" too, as whoever types that may mean something else."""

    code = "submissions_not_whole"


class SubmissionsExponent(InvalidSubmissions):
    """Scientific notation, such as "1e9"."""

    code = "submissions_exponent"


class SubmissionsZero(InvalidSubmissions):
    code = "submissions_zero"


class SubmissionsNegative(InvalidSubmissions):
    code = "submissions_negative"


class SubmissionsTooMany(InvalidSubmissions):
    """Facts: `limit`."""

    code = "submissions_too_many"


class ApprovedOutOfRange(InvalidInput):
    """Not between 1 and what was submitted; to approve none is to reject. Facts: `total`."""

    code = "approved_out_of_range"
