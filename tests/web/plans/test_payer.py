"""The payer's pages: who may see them, what is signed, how money is paid."""

from datetime import timedelta
from io import BytesIO

from pypdf import PdfReader

from domain.payment_plan.frequency import Frequency
from domain.payment_plan.terms import TreatmentPlanned
from domain.plan_life import By, Step
from domain.plan_money import receive
from domain.plan_records import CollectionState, PlanRecord, PlanState
from tests.stack import Stack
from tests.web.plans.visits import known_payer, payer, staff
from tests.workflows.plan_office import DECLINING, GOOD, a_plan


async def test_a_link_asks_who_it_is_and_closes_after_five_wrong_dates(stack: Stack) -> None:
    plan = await a_plan(stack)
    stack.parts.plans.desk.offer(plan.plan_id, "paula")
    link = stack.parts.plans.page_links.address(plan.row)
    visitor = payer(stack)
    page = await visitor.open(link)
    assert "when were you born" in page.text
    assert "Crown" not in page.text
    assert (await visitor.open(f"{link}/agreement.pdf")).headers["content-type"].startswith("text/html")
    for left in (4, 3, 2, 1):
        page = await visitor.send(page, "/who", month=1, day=1, year=1900)
        assert f"Tries left: {left}" in page.text
    assert (await visitor.send(page, "/who", month=1, day=1, year=1900)).status_code == 410
    assert (await visitor.open(link)).status_code == 410


async def test_the_payer_reads_signs_and_gives_a_card_and_the_plan_goes_to_work(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=6)
    stack.parts.plans.desk.offer(plan.plan_id, "paula")
    visitor, link = await known_payer(stack, plan)
    page = await visitor.open(f"{link}?lang=en")
    for words in (
        "Annual percentage rate",
        "Finance charge",
        "Total sale price",
        "Terms and conditions",
        "6 of at most",
    ):
        assert words in page.text
    refused = await visitor.send(page, "/sign", name="Ann Example", read="yes")
    assert refused.status_code == 400
    assert plan.row.state is PlanState.OFFERED
    signed = await visitor.send(page, "/sign", name="Ann Example", read="yes", agree="yes")
    assert "Now give the card" in signed.text
    version = stack.parts.plans.plans.version(plan.plan_id, 1)
    assert version is not None
    assert version.signature is not None
    assert (version.signature.how, version.signature.name) == ("typed", "Ann Example")
    assert version.signature.address == "127.0.0.1"
    assert "on paper instead, free" in version.signature.consent
    assert "on paper instead, free" in page.text
    pdf = await visitor.open(f"{link}/agreement.pdf")
    assert pdf.content == version.signed_agreement
    paper = " ".join(" ".join(each.extract_text() for each in PdfReader(BytesIO(pdf.content)).pages).split())
    assert version.signature.consent in paper
    to_card = await visitor.send(signed, "/card", follow=False)
    assert to_card.status_code == 303
    assert to_card.headers["location"].startswith(stack.practice.url)
    await stack.practice.post("stripe/pay", session=plan.row.card_checkout_id, card=GOOD)
    back = await visitor.open(f"{link}/card")
    assert "Visa card ending in 4242" in back.text
    assert str(plan.row.state) == "active"


async def test_a_reader_of_spanish_gets_a_paper_in_spanish_before_anything_can_be_signed(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=6)
    stack.parts.plans.desk.offer(plan.plan_id, "paula")
    visitor, link = await known_payer(stack, plan)
    page = await visitor.open(f"{link}?lang=es")
    assert "Este acuerdo se escribió en inglés" in page.text
    assert "/sign" not in page.text
    spanish = await visitor.send(page, "/language")
    assert "en inglés si la pide" in spanish.text, "12 CFR 1026.27: in English when asked for"
    for words in ("Desglose de la cantidad financiada", "acuerda pagar a", "Permito a", "Tasa de porcentaje anual"):
        assert words in spanish.text
    for words in ("Itemization", "agrees to pay", "I allow"):
        assert words not in spanish.text
    await visitor.send(spanish, "/sign", name="Ann Example", read="yes", agree="yes")
    first, second = (stack.parts.plans.plans.version(plan.plan_id, number) for number in (1, 2))
    assert first is not None
    assert second is not None
    assert first.withdrawn_at is not None
    assert (first.language, second.language, second.offered_by) == ("en", "es", "patient")
    assert (second.shown, second.valid_until) == (first.shown, first.valid_until)
    assert second.signature is not None
    assert plan.row.signed_version == 2
    paper = "".join(each.extract_text() for each in PdfReader(BytesIO(second.signed_agreement)).pages)
    assert "Acuerdo de plan de pagos" in paper
    assert "agrees to pay" not in paper


async def test_an_offer_that_can_no_longer_be_signed_says_whom_to_call(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=4)
    plan.offer_and_sign(in_office=True)
    stack.parts.plans.desk.activate(plan.plan_id)
    plan.propose(number_of_payments=6, payment_cents=None)
    stack.parts.plans.desk.offer(plan.plan_id, "paula")
    visitor, link = await known_payer(stack, plan)
    assert "Sign the agreement" in (await visitor.open(link)).text

    def pays(record: PlanRecord, who: By) -> Step:
        assert record.plan is not None
        return Step(record.model_copy(update={"plan": receive(record.plan, 5_000, who.today)}), ())

    stack.parts.plans.steps.take(plan.plan_id, pays)
    page = (await visitor.open(f"{link}?lang=es")).text
    assert "Llámenos al" in page
    assert "Firmar el acuerdo" not in page
    window = await staff(stack).open(f"/console/plans/{plan.plan_id}")
    assert "can no longer be signed: something was paid" in window.text


async def test_a_drawn_signature_is_kept_and_a_strange_one_is_not(stack: Stack) -> None:
    plan = await a_plan(stack)
    stack.parts.plans.desk.offer(plan.plan_id, "paula")
    visitor, link = await known_payer(stack, plan)
    page = await visitor.open(link)
    path = "M10 20L30 40L50 60M70 80L90 90"
    await visitor.send(page, "/sign", name="Ann", read="yes", agree="yes", drawn=path)
    version = stack.parts.plans.plans.version(plan.plan_id, 1)
    assert version is not None
    assert version.signature is not None
    assert (version.signature.how, version.signature.mark) == ("drawn", path)
    other = await a_plan(stack)
    stack.parts.plans.desk.offer(other.plan_id, "paula")
    visitor, link = await known_payer(stack, other)
    await visitor.send(await visitor.open(link), "/sign", name="Bo", read="yes", agree="yes", drawn="M1 1L<script>")
    version = stack.parts.plans.plans.version(other.plan_id, 1)
    assert version is not None
    assert version.signature is not None
    assert (version.signature.how, version.signature.mark) == ("typed", "Bo")


async def test_a_letter_that_no_font_has_is_said_to_both_sides_before_anything_is_signed(stack: Stack) -> None:
    plan = await a_plan(stack)

    def renamed(record: PlanRecord, _who: By) -> Step:
        return Step(record.model_copy(update={"first_name": "王", "last_name": "Nguyễn"}), ())

    stack.parts.plans.steps.take(plan.plan_id, renamed)
    window = await staff(stack).open(f"/console/plans/{plan.plan_id}")
    assert "The agreement cannot print these letters: 王." in window.text
    version = stack.parts.plans.desk.offer(plan.plan_id, "paula")
    visitor, link = await known_payer(stack, plan)
    page = await visitor.open(link)
    assert "The PDF cannot print these letters: 王." in page.text
    assert "? Nguyễn" in PdfReader(BytesIO(version.agreement)).pages[0].extract_text()
    refused = await visitor.send(page, "/sign", name="王 Nguyễn", read="yes", agree="yes")
    assert refused.status_code == 400
    assert "type your name in Latin letters" in refused.text
    await visitor.send(page, "/sign", name="Vương Nguyễn", read="yes", agree="yes")
    assert plan.row.signed_version == 1


async def test_an_offer_that_was_replaced_while_it_was_read_is_not_signed(stack: Stack) -> None:
    plan = await a_plan(stack)
    stack.parts.plans.desk.offer(plan.plan_id, "paula")
    visitor, link = await known_payer(stack, plan)
    page = await visitor.send(await visitor.open(f"{link}?lang=es"), "/language")
    unnamed = await visitor.send(page, "/sign", name="A", read="yes", agree="yes")
    assert "escriba o dibuje su nombre completo" in unnamed.text
    plan.propose(number_of_payments=2)
    stack.parts.plans.desk.offer(plan.plan_id, "paula")
    answer = await visitor.send(page, "/sign", name="Ann", read="yes", agree="yes")
    assert answer.status_code == 400
    assert "Aún no está firmado" in answer.text
    assert "Esta oferta cambió o terminó" in answer.text
    assert "acuerda pagar a" in answer.text, "the next offer is in the language that was chosen"
    assert plan.row.signed_version == 0


async def test_a_form_that_is_not_ours_does_nothing(stack: Stack) -> None:
    plan = await a_plan(stack)
    stack.parts.plans.desk.offer(plan.plan_id, "paula")
    visitor, link = await known_payer(stack, plan)
    forged = {"name": "Ann", "read": "yes", "agree": "yes", "number": "1", "command": "x.y"}
    answer = await visitor.http.post(f"{link}/sign", data=forged)
    assert answer.status_code == 400
    assert plan.row.state is PlanState.OFFERED


async def test_what_was_declined_is_paid_by_page_in_spanish_too(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=1)
    plan.offer_and_sign()
    await plan.give_card(DECLINING)
    await plan.to(plan.row.shown_plan.terms.first_payment)
    visitor, link = await known_payer(stack, plan)
    page = await visitor.open(f"{link}?lang=es")
    assert "Para pagar ahora" in page.text
    collections, [row] = stack.parts.plans.collections, plan.money()
    collections.move(row.id, {row.state}, CollectionState.CHARGING)
    busy = await visitor.send(page, f"/pay/{row.id}")
    assert busy.status_code == 409
    assert "Este pago se está haciendo ahora mismo" in busy.text
    collections.move(row.id, {CollectionState.CHARGING}, row.state)
    to_pay = await visitor.send(page, f"/pay/{plan.money()[0].id}", follow=False)
    assert to_pay.status_code == 303
    again = await visitor.send(page, f"/pay/{plan.money()[0].id}", follow=False)
    assert again.headers["location"] == to_pay.headers["location"], "one page, however often it is asked for"
    await stack.practice.post("stripe/pay", session=plan.money()[0].checkout_id, card=GOOD)
    done = await visitor.open(f"{link}/paid")
    assert "Recibimos su pago" in done.text
    await plan.run()
    assert plan.states() == ["paid"]
    assert len(await plan.charges()) == 1
    over = await visitor.open(f"{link}/pay/{plan.money()[0].id}")
    assert "Ya no se debe" in over.text


async def test_another_plan_s_payment_is_not_shown(stack: Stack) -> None:
    one = await a_plan(stack, number_of_payments=1)
    one.offer_and_sign()
    await one.give_card(DECLINING)
    await one.to(one.row.shown_plan.terms.first_payment)
    other = await a_plan(stack)
    other.offer_and_sign()
    visitor, link = await known_payer(stack, other)
    assert (await visitor.open(f"{link}/pay/{one.money()[0].id}")).status_code == 404


async def test_unknown_and_old_links_show_nothing(stack: Stack) -> None:
    plan = await a_plan(stack)
    assert (await payer(stack).open("/p/AAAAAAAAAAAAAAAAAAAAAA")).status_code == 404
    link = stack.parts.plans.page_links.address(plan.row)
    await stack.move(stack.now + timedelta(days=61))
    assert (await payer(stack).open(link)).status_code == 410


async def test_the_booking_page_leads_to_a_plan_where_the_rule_offers_one(stack: Stack) -> None:
    story = await stack.accept(stack.plan("implant"))
    assert story.row.route is not None
    assert story.row.route.payment_plan
    token = stack.stores.links.issue(story.case_id, story.row.phone, stack.now, stack.now + timedelta(days=1))
    visitor = payer(stack)
    page = await visitor.open(f"/p/case/{token}?lang=es")
    assert "Un plan de pagos es personal" in page.text, "in the language of the booking page"
    await visitor.open(f"/p/case/{token}")
    [record] = stack.parts.plans.plans.of_case(story.case_id)
    assert (record.state, record.version) == ("offered", 1)
    version = stack.parts.plans.plans.version(record.id, 1)
    assert version is not None
    assert version.language == "es"
    other = await stack.accept(stack.plan("fillings"))
    assert other.row.route is not None
    if not other.row.route.payment_plan:
        token = stack.stores.links.issue(other.case_id, other.row.phone, stack.now, stack.now + timedelta(days=1))
        assert (await visitor.open(f"/p/case/{token}")).status_code == 404
        assert stack.parts.plans.plans.of_case(other.case_id) == []


async def test_the_payer_may_pay_it_all_at_once(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=4)
    plan.offer_and_sign()
    await plan.give_card()
    visitor, link = await known_payer(stack, plan)
    page = await visitor.open(link)
    assert "Pay it all now" in page.text
    assert f"Pay off ${plan.row.shown_plan.principal_cents / 100:,.2f}" in page.text
    to_pay = await visitor.send(page, "/payoff", follow=False)
    assert to_pay.status_code == 303
    assert to_pay.headers["location"].startswith(stack.practice.url)
    assert "is due" not in (await visitor.open(link)).text, "nobody is dunned for a wish to pay early"


async def test_planned_work_is_shown_as_an_estimate_with_the_most_payments(stack: Stack) -> None:
    plan = await a_plan(stack, "implant", treatment_planned=TreatmentPlanned.AWAIT_COMPLETE)
    version = stack.parts.plans.desk.offer(plan.plan_id, "paula")
    assert version.shown.rows == ()
    visitor, link = await known_payer(stack, plan)
    page = " ".join((await visitor.open(link)).text.split())
    most = version.shown.installments
    for words in (
        "When all planned work is done (estimate)",
        f"never more than {most} payments in all",
        f"{most} of at most",
        "Planned work is charged only once it is done: its payments start on the next due date after.",
    ):
        assert words in page
    assert ("Itemization of the amount financed" in page) == (most > 4)
    name = plan.row.shown_plan.production[0].description
    assert name not in page, "planned work that awaits completion is not named"


async def test_of_two_dates_that_are_partly_paid_the_page_says_what_is_due_in_all(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=4, frequency=Frequency.WEEKLY)
    plan.offer_and_sign()
    await plan.give_card(DECLINING)
    await plan.to(plan.row.shown_plan.terms.first_payment + timedelta(weeks=1))
    visitor, link = await known_payer(stack, plan)
    both = plan.row.shown_plan.payment_cents * 2
    assert "In all" not in (await visitor.open(link)).text
    record = plan.row
    paid = record.model_copy(update={"plan": receive(record.shown_plan, 1_000, plan.today)})
    stack.parts.plans.plans.save(paid, ())
    assert f"In all ${(both - 1_000) / 100:,.2f} is due" in (await visitor.open(link)).text
