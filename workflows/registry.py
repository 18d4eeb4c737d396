"""Every workflow of the product: the one list that worker, replayer and lock tests read."""

from workflows.case import Case
from workflows.change import BookingChange

WORKFLOWS: list[type] = [Case, BookingChange]
