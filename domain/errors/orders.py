"""Refusals about orders: making, assigning and deciding them."""

from domain.errors.base import Conflict, InvalidInput, NotAllowed


class CategoryUnavailable(InvalidInput):
    """No category has this name, or it takes no new orders. Facts: `category`."""

    code = "category_unavailable"


class CategoryExists(Conflict):
    """One has this name already, in whatever case. Facts: `category`, as it is written."""

    code = "category_exists"


class DraftIncomplete(InvalidInput):
    """Facts: `missing`, the names of the draft's fields."""

    code = "draft_incomplete"


class TooManyFiles(InvalidInput):
    """Facts: `limit`."""

    code = "too_many_files"


class DueDateInPast(InvalidInput):
    """Facts: `today`, in the organization's calendar."""

    code = "due_date_in_past"


class NoAssignee(InvalidInput):
    code = "no_assignee"


class TooManyAtOnce(InvalidInput):
    """Facts: `limit`."""

    code = "too_many_at_once"


class AssigneeUnavailable(Conflict):
    """Not an active worker. Facts: `names`, of those that are known."""

    code = "assignee_unavailable"


class OwnOrder(NotAllowed):
    """Nobody decides their own order."""

    code = "own_order"


class WrongStatus(Conflict):
    """The order's status does not allow this. Facts: `status`, `version`."""

    code = "wrong_status"


class OrderArchived(Conflict):
    """It was archived; restored, it can go on. Facts: `status`, `version`."""

    code = "order_archived"


class OrderInvoiced(Conflict):
    """It is on an issued invoice, which stays as it is. Facts: `number` of the invoice."""

    code = "order_invoiced"
