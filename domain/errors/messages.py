"""Refusals to send a message again that was given up."""

from domain.errors.base import Conflict


class NotGivenUp(Conflict):
    """The message is on its way again, or delivered."""

    code = "not_given_up"


class OutOfReach(Conflict):
    """The person has no chat with the bot, or has blocked it. Facts: `name`."""

    code = "out_of_reach"
