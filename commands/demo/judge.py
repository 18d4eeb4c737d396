"""The invariants, judged by the sandbox's own records. Each check returns its violations in words: which and where."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from commands.demo.evidence import Evidence, Record, moment
from commands.demo.patients import LINK
from connectors import phones
from rules.holiday_calendar import holiday_dates

_MARK = re.compile(r"\[(CT-[0-9a-f]+)\]")
_TASK_MARK = re.compile(r"\[([^\]\s]+)\]\s*$")
_LEDGER_MARK = re.compile(r"\[((?:re-)?dep_[0-9a-f]+)\]")
_BOOKED_WORDS = re.compile(r"you're booked|su cita está reservada", re.IGNORECASE)
_HOLIDAYS = frozenset(
    {"New Year's Day", "Memorial Day", "Independence Day", "Labor Day", "Thanksgiving Day", "Christmas Day"}
)
_ANSWER_WITHIN = timedelta(minutes=6)
_HOLD_ENDS_WITHIN = timedelta(minutes=36)
_HELD_WORDS = re.compile(r"is held until|le guardamos su hora", re.IGNORECASE)
_HEALTH = re.compile(
    r"\b(D\d{4}|implants?|crowns?|bridges?|dentures?|fillings?|extractions?|root canals?|surgery|surgical|surgeon|"
    r"teeth|tooth|gums?|cleaning|botox|fillers?|whitening|laser|x-rays?|treatment|procedure|diagnosis|implantes?|coronas?|"
    r"muelas?|dientes?|endodoncia|tratamiento)\b",
    re.IGNORECASE,
)


def no_void(seen: Evidence) -> Iterator[str]:
    """1: every open case has a future deadline or a task; no accepted plan is without a trace."""
    for case_id in seen.void:
        yield f"{case_id} has neither a future deadline nor an open task"
    known = {case.plan for case in seen.cases}
    for plan in seen.records["treatplans"]:
        signed = plan["signed"] and plan["signed_at"] and moment(plan["signed_at"]) >= seen.story.began
        if signed and plan["TreatPlanNum"] not in known:
            yield f"plan {plan['TreatPlanNum']} was accepted and nobody minds it"


def one_winner(seen: Evidence) -> Iterator[str]:
    """2: no chair and no provider twice at one moment, where one of the two appointments is ours."""
    ours = {appointment["AptNum"] for appointment in seen.bookings}
    for pair in seen.conflicts:
        if ours.isdisjoint(pair["apt_nums"]):
            continue
        yield f"clinic {pair['clinic']}: {pair['kind']} {pair['num']} has two appointments at once: {pair['apt_nums']}"


def no_text_twice(seen: Evidence) -> Iterator[str]:
    """3: the same words to the same phone once for each visit; links differ each time, so they are left out."""
    visits = {case.case_id: case.visit for case in seen.cases}
    same = Counter(
        (m["recipient"], visits.get(seen.case_of_text.get(m["sid"], ""), 1), LINK.sub("", m["text"]))
        for m in seen.texts
    )
    for (phone, _, words), count in same.items():
        if count > 1:
            yield f"{phone} got this {count} times: {words[:70]!r}"


def no_booking_twice(seen: Evidence) -> Iterator[str]:
    """3: one live appointment for one case."""
    marks = Counter(mark for a in seen.bookings for mark in _MARK.findall(a["note"]))
    yield from (f"{count} appointments bear the mark {mark}" for mark, count in marks.items() if count > 1)


def no_charge_twice(seen: Evidence) -> Iterator[str]:
    """3: a case keeps at most one deposit, and never gets back more than it paid."""
    kept: dict[str, list[str]] = defaultdict(list)
    for session in seen.paid:
        back = seen.refunded_cents(session)
        if back > session["amount_total"]:
            yield f"{session['id']}: {back} of {session['amount_total']} cents given back"
        if back < session["amount_total"]:
            case = seen.case_of_deposit.get(session["client_reference_id"], session["client_reference_id"])
            kept[case].append(session["id"])
    yield from (f"{case} paid {len(ids)} times: {', '.join(ids)}" for case, ids in kept.items() if len(ids) > 1)


def no_ledger_entry_twice(seen: Evidence) -> Iterator[str]:
    """3: each payment and each reversal stands once in the office's ledger."""
    marks = Counter(mark for p in seen.records["payments"] for mark in _LEDGER_MARK.findall(p["PayNote"]))
    yield from (f"{mark} stands {count} times in the ledger" for mark, count in marks.items() if count > 1)


def no_task_twice(seen: Evidence) -> Iterator[str]:
    """3: each of our tasks stands once on the office's list."""
    marks = Counter(mark for task in seen.records["tasks"] for mark in _TASK_MARK.findall(task["Descript"]))
    yield from (f"task {mark} was made {count} times" for mark, count in marks.items() if count > 1)


def booked_means_booked(seen: Evidence) -> Iterator[str]:
    """4: who was told "booked" has an appointment, and every case that says it booked has one in the PMS."""
    for case in seen.cases:
        if case.state == "booked" and seen.appointment_of(case) is None:
            yield f"{case.case_id} says booked, but the PMS has no live appointment {case.appointment_id or '(none)'}"
    booked = {case.case_id for case in seen.cases if case.appointment_id}
    for message in seen.texts:
        case_id = seen.case_of_text.get(message["sid"], "")
        if _BOOKED_WORDS.search(message["text"]) and case_id not in booked:
            yield f"{message['recipient']} was told that it is booked; {case_id} has no appointment"


def stops_when_it_should(seen: Evidence) -> Iterator[str]:
    """5: nothing about a plan after it was taken back or its patient died; nothing to a phone that opted out."""
    plans = {case.case_id: case.plan for case in seen.cases}
    for message in seen.texts:
        sent = moment(message["created_at"])
        gone = seen.story.gone.get(plans.get(seen.case_of_text.get(message["sid"], ""), 0))
        if gone is not None and sent > gone[0]:
            yield f"{message['recipient']} was texted at {sent:%d %H:%M}, but {gone[1]} at {gone[0]:%d %H:%M}"
        stopped = [at for at, what in seen.story.acts.get(message["recipient"], []) if what == "wrote STOP"]
        if stopped and sent > stopped[0]:
            yield f"{message['recipient']} was texted at {sent:%d %H:%M} after STOP at {stopped[0]:%d %H:%M}"


def deposits_come_to_rest(seen: Evidence) -> Iterator[str]:
    """6: what was paid is a booking's, or given back, or a case or a person still has it; all exact in the ledger."""
    cases = {case.case_id: case for case in seen.cases}
    ledger = {mark: p for p in seen.records["payments"] for mark in _LEDGER_MARK.findall(p["PayNote"])}
    for session in seen.paid:
        reference, amount = session["client_reference_id"], session["amount_total"]
        case = cases.get(seen.case_of_deposit.get(reference, ""))
        if seen.refunded_cents(session) == amount:
            if reference in ledger and f"re-{reference}" not in ledger:
                yield f"{reference} was given back, and the ledger still has it"
        elif case is None or (case.ended and case.state != "booked"):
            yield f"{session['id']} ({amount} cents) is kept for a case that {case.state if case else 'is unknown'}"
        elif case.state == "booked" and reference not in ledger:
            yield f"{reference} ({amount} cents) is paid and booked, and not in the ledger"
        elif reference in ledger and round(float(ledger[reference]["PayAmt"]) * 100) != amount:
            yield f"{reference}: {amount} cents paid, {ledger[reference]['PayAmt']} in the ledger"


def in_allowed_hours(seen: Evidence) -> Iterator[str]:
    """8: whatever is no answer to what its reader just did comes between 9 and 20 (Sundays from 12), no holiday."""
    for message in seen.texts:
        sent = moment(message["created_at"])
        if _is_answer(seen, message, sent):
            continue
        for zone in _zones(seen, message):
            local = sent.astimezone(zone)
            if not _is_decent(local):
                yield f"{message['recipient']} was texted unasked at {local:%a %d %H:%M} {zone.key}"


def _is_answer(seen: Evidence, message: Record, sent: datetime) -> bool:
    """What is said of a time that the reader holds counts as an answer as long as a hold may last."""
    acts = seen.story.acts.get(message["recipient"], [])
    within = _HOLD_ENDS_WITHIN if _HELD_WORDS.search(message["text"]) else _ANSWER_WITHIN
    return any(timedelta() <= sent - at <= within for at, _ in acts)


def _zones(seen: Evidence, message: Record) -> list[ZoneInfo]:
    """Where the reader may be: at the office's, or where the number is from."""
    return [seen.zones[message["sender"]], *(ZoneInfo(name) for name in phones.zones_of(message["recipient"]))]


def _is_decent(local: datetime) -> bool:
    opens = 12 if local.weekday() == 6 else 9
    return opens <= local.hour < 20 and local.date() not in holiday_dates(local.year, _HOLIDAYS)


def texts_say_nothing_of_health(seen: Evidence) -> Iterator[str]:
    """9: no procedure, no code, no diagnosis in a text."""
    for message in seen.texts:
        if found := _HEALTH.search(LINK.sub("", message["text"])):
            yield f"a text to {message['recipient']} says {found[0]!r}"


def stripe_knows_nobody(seen: Evidence) -> Iterator[str]:
    """9: the card processor is told opaque ids and amounts: no phone, no birth date, no procedure, no name."""
    names = {row["last"].lower() for row in seen.patients.values() if len(row["last"]) > 3}
    digits = {row["phone"][-10:] for row in seen.patients.values() if row["phone"]}
    for request in seen.stripe_requests:
        body = request["body"]
        words = {word.lower() for word in re.findall(r"[^\W\d_]+", body)}
        said = (words & names) | {number for number in digits if number in body}
        if found := _HEALTH.search(body):
            said.add(found[0])
        if said:
            yield f"{request['method']} {request['path']} tells Stripe {', '.join(sorted(said))}"


CHECKS: Mapping[str, Callable[[Evidence], Iterator[str]]] = {
    "no void": no_void,
    "one winner": one_winner,
    "no text twice": no_text_twice,
    "no booking twice": no_booking_twice,
    "no charge twice": no_charge_twice,
    "no ledger entry twice": no_ledger_entry_twice,
    "no task twice": no_task_twice,
    "booked means booked": booked_means_booked,
    "stops when it should": stops_when_it_should,
    "deposits come to rest": deposits_come_to_rest,
    "in allowed hours": in_allowed_hours,
    "texts say nothing of health": texts_say_nothing_of_health,
    "stripe knows nobody": stripe_knows_nobody,
}


def judged(seen: Evidence) -> dict[str, list[str]]:
    """Invariant -> its violations, none when it holds."""
    return {name: list(check(seen)) for name, check in CHECKS.items()}
