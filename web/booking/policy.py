"""What the deposit rules say to a patient, and until when a booked visit may be changed here."""

from datetime import timedelta

from domain.money import format_usd
from domain.records import DepositState
from domain.route import RefundPolicy
from web.booking.visit import Visit
from web.booking.words import Words


def policy_of(visit: Visit) -> RefundPolicy:
    return visit.case.route.refund_policy if visit.case.route else RefundPolicy()


def policy_words(visit: Visit) -> str:
    """The practice's own words in the reader's language, else ours."""
    return words_of(policy_of(visit), visit.say)


def words_of(policy: RefundPolicy, say: Words) -> str:
    """``policy_words`` for whoever reads them out, too."""
    own = policy.words.get(say.language) or policy.words.get("en")
    return own or say("deposit_policy", hours=policy.refundable_hours)


def disputed(visit: Visit) -> bool:
    """Whether a deposit of the case is disputed with the bank."""
    deposits = visit.deps.deposits.of_case(visit.case.case_id)
    return any(each.state is DepositState.DISPUTED for each in deposits)


def may_change(visit: Visit) -> bool:
    """Whether the booked visit may be changed on the page, with the deposit kept whole.

    Far enough ahead by the policy; at any time when its provider is out. A deposit that is disputed with the bank
    freezes everything: only the office changes the visit then.
    """
    start = visit.case.booked_start
    if disputed(visit):
        return False
    if start is None or visit.case.displaced:
        return start is not None and visit.now < start
    return visit.now <= start - timedelta(hours=policy_of(visit).refundable_hours)


def dollars(cents: int) -> str:
    """``$150`` or ``$150.50``."""
    return format_usd(cents).removesuffix(".00")
