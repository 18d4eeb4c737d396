"""What patients do with the text: book by link or by reply, pay or not, say no, ask, or nothing at all."""

import random
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from commands.demo.pages import Browser, Form, Page

LINK = re.compile(r"https?://\S+")
_NUMBERED = re.compile(r"^(\d+)\)", re.MULTILINE)
GOOD_CARD = "4242 4242 4242 4242"
NO_FUNDS = "4000 0000 0000 9995"
_QUESTIONS = (
    "How long will it take? Can I drive home after?",
    "Can I talk to somebody first please",
    "What does my plan pay for this?",
    "Puedo llevar a mi hija conmigo?",
)
_MOST_PAGES = 8
LOSING = frozenset({"too slow", "gives up"})


class World(Protocol):
    """What a patient can reach: their phone, the web, the desk; and when they come back to something."""

    @property
    def now(self) -> datetime: ...
    async def reply(self, patient: "Patient", body: str) -> None: ...
    async def desk(self, patient: "Patient", path: str, **body: Any) -> Any: ...
    async def lose_chair(self, patient: "Patient") -> None: ...
    def later(self, wait: timedelta, patient: "Patient", act: "Act") -> None: ...
    def did(self, patient: "Patient", what: str) -> None: ...


Act = Callable[["Patient", World], Awaitable[None]]


@dataclass
class Patient:
    """One accepted plan and whoever answers its texts. ``texts``: what came for it, newest last; ``visit``: for which
    visit of the plan."""

    number: int
    plan: int
    pat_num: int
    account: str
    birthdate: date | None
    habit: "Habit"
    dice: random.Random
    phone: str = ""
    texts: list[str] = field(default_factory=list)
    begun: bool = False
    paying: bool = False
    visit: int = 1

    @property
    def address(self) -> str:
        return f"10.{self.number >> 16 & 255}.{self.number >> 8 & 255}.{self.number & 255}"

    @property
    def last_link(self) -> str:
        """The newest link on the phone; "" when no text had one."""
        return next((found[0] for text in reversed(self.texts) if (found := LINK.search(text))), "")


@dataclass(frozen=True, slots=True)
class Habit:
    """``begins_at``: the text that sets the patient off ("accepted": the signature); ``minutes``: how long after.

    ``pays``: "at once", "never", "late", "declined" (the first card has no funds), "too slow" (the desk gives the held
    chair away just before) or "gives up" (the same, and then wants the money back).
    """

    name: str
    weight: int
    begins_at: str
    minutes: tuple[int, int]
    act: Act
    pays: str = "at once"


async def book_by_link(patient: Patient, world: World) -> None:
    await _book_on_page(patient, world, lambda times: patient.dice.choice(times))


async def book_first(patient: Patient, world: World) -> None:
    """The earliest time there is, which others may want as well."""
    await _book_on_page(patient, world, lambda times: times[0])


async def _book_on_page(patient: Patient, world: World, choose: Callable[[list[str]], str]) -> None:
    if not patient.last_link:
        return
    async with Browser(patient.address) as browser:
        page = await browser.open(patient.last_link)
        for _ in range(_MOST_PAGES):
            if "/stripe/pay/" in page.url:
                await _at_checkout(patient, world, browser, page)
                return
            following = await _next_page(patient, world, browser, page, choose)
            if following is None:
                return
            page = following


async def _next_page(
    patient: Patient, world: World, browser: Browser, page: Page, choose: Callable[[list[str]], str]
) -> Page | None:
    """The one way on from a page of the booking; None when there is none."""
    if (who := page.form_to("/who")) is not None:
        return await browser.send(who, _birth(patient))
    for part in ("/choose", "/pay"):
        if (form := page.form_to(part)) is not None and "/stripe/" not in form.action:
            world.did(patient, "chose on the page")
            return await browser.send(form, _agreed(form))
    if times := page.links_with("/confirm?"):
        return await browser.open(choose(times))
    if pay := [link for link in page.links_with("/pay") if "/b/" in link]:
        return await browser.open(pay[0])
    return None


def _birth(patient: Patient) -> Mapping[str, str]:
    day = patient.birthdate
    return {"month": str(day.month), "day": str(day.day), "year": str(day.year)} if day else {}


def _agreed(form: Form) -> Mapping[str, str]:
    return {"accept": form.boxes["accept"]} if "accept" in form.boxes else {}


async def _at_checkout(patient: Patient, world: World, browser: Browser, page: Page) -> None:
    if patient.habit.pays == "never":
        return
    if patient.habit.pays == "late" and not patient.paying:
        patient.paying = True
        world.later(timedelta(minutes=patient.dice.randint(20, 40)), patient, book_by_link)
        return
    if patient.habit.pays in LOSING and not patient.paying:
        patient.paying = True
        await world.lose_chair(patient)
    if patient.habit.pays == "declined":
        page = await _pay(patient, world, browser, page, NO_FUNDS)
    if "/stripe/pay/" in page.url:
        await _pay(patient, world, browser, page, GOOD_CARD)


async def _pay(patient: Patient, world: World, browser: Browser, page: Page, card: str) -> Page:
    form = page.form_to("/stripe/pay/")
    if form is None:
        return page
    world.did(patient, "paid")
    return await browser.send(form, {"card_number": card, "expiry": "12/34", "cvc": "123", "name": "Sandbox Payer"})


async def book_by_reply(patient: Patient, world: World) -> None:
    """Answer with one of the numbers of the newest text that has some."""
    for text in reversed(patient.texts):
        if numbers := _NUMBERED.findall(text):
            await world.reply(patient, patient.dice.choice(numbers))
            return


async def pay_by_link(patient: Patient, world: World) -> None:
    await book_by_link(patient, world)


async def decline(patient: Patient, world: World) -> None:
    await world.reply(patient, "No thanks, I don't want it")


async def decline_on_page(patient: Patient, world: World) -> None:
    await _one_form(patient, world, "/decline", {})


async def not_now(patient: Patient, world: World) -> None:
    await _one_form(patient, world, "/not-now", {"when": "two_weeks", "reason": "busy"})


async def ask_on_page(patient: Patient, world: World) -> None:
    await _one_form(patient, world, "/question", {"question": patient.dice.choice(_QUESTIONS)})


async def _one_form(patient: Patient, world: World, path: str, given: Mapping[str, str]) -> None:
    if not patient.last_link:
        return
    async with Browser(patient.address) as browser:
        page = await browser.open(patient.last_link + path)
        form = page.form_to(path)
        if form is not None:
            world.did(patient, f"sent {path}")
            await browser.send(form, given)


async def stop(patient: Patient, world: World) -> None:
    await world.reply(patient, "STOP")


async def ask(patient: Patient, world: World) -> None:
    await world.reply(patient, patient.dice.choice(_QUESTIONS))


async def ignore(patient: Patient, world: World) -> None:
    """Nothing, until a person calls."""


async def call_the_desk(patient: Patient, world: World) -> None:
    await world.desk(patient, "book_by_phone", treat_plan_num=patient.plan)
    world.did(patient, "booked by phone")


async def take_back(patient: Patient, world: World) -> None:
    await world.desk(patient, "revoke", treat_plan_num=patient.plan)
    world.did(patient, "revoked")


async def die(patient: Patient, world: World) -> None:
    await world.desk(patient, "patient", pat_num=patient.pat_num, fields={"PatStatus": "Deceased"})
    world.did(patient, "died")


HABITS: Sequence[Habit] = (
    Habit("books by link", 22, "offer", (2, 300), book_by_link),
    Habit("books by reply", 18, "offer", (1, 240), book_by_reply),
    Habit("card refused first", 4, "offer", (5, 90), book_by_link, pays="declined"),
    Habit("books when reminded", 8, "nudge_1", (3, 90), book_by_link),
    Habit("wants the first time", 8, "offer", (7, 7), book_first),
    Habit("holds, never pays", 4, "offer", (5, 60), book_by_link, pays="never"),
    Habit("pays late", 4, "offer", (5, 60), book_by_link, pays="late"),
    Habit("loses the chair", 3, "offer", (5, 60), book_by_link, pays="too slow"),
    Habit("loses the chair, gives up", 3, "offer", (5, 60), book_by_link, pays="gives up"),
    Habit("declines by reply", 3, "offer", (5, 400), decline),
    Habit("declines on the page", 3, "offer", (5, 400), decline_on_page),
    Habit("ignores everything", 10, "offer", (5, 5), ignore),
    Habit("writes STOP", 4, "offer", (2, 60), stop),
    Habit("not now", 3, "offer", (5, 200), not_now),
    Habit("asks by reply", 3, "offer", (5, 200), ask),
    Habit("asks on the page", 2, "offer", (5, 200), ask_on_page),
    Habit("books by phone", 4, "offer", (30, 600), call_the_desk),
    Habit("takes it back", 3, "accepted", (60, 1500), take_back),
    Habit("dies", 2, "accepted", (60, 2400), die),
)

PAYING = frozenset({"held_pay", "deposit_reminder"})
"""Texts that ask for the deposit of a time that was chosen by reply."""
FRESH = frozenset({"fresh_openings", "paid_fresh_openings", "numbers_stale", "other_times"})
BOOKERS: frozenset[Act] = frozenset({book_by_link, book_by_reply, book_first})


def choose_habit(dice: random.Random) -> Habit:
    return dice.choices(HABITS, [habit.weight for habit in HABITS])[0]
