"""Every workflow of the product: the one list that worker, replayer and lock tests read."""

from workflows.case import Case
from workflows.change import BookingChange
from workflows.deposit_decision import DepositDecision
from workflows.plan_charge import PlanCharge
from workflows.plan_posting import PlanPosting
from workflows.refund_notice import RefundNotice

WORKFLOWS: list[type] = [Case, BookingChange, DepositDecision, PlanCharge, PlanPosting, RefundNotice]
