"""The words of a payment plan's paper by language: the disclosures, the schedule, the signature.

The pages on which a plan is read and signed use the same words, so that page and paper say the same.
"""

import re
from collections.abc import Mapping
from datetime import date

from domain.money import format_usd
from domain.payment_plan.frequency import Frequency
from domain.payment_plan.plan import NOTES, ChargeKind
from domain.plan_law import DUE_NOW
from domain.reg_z import PaymentLine, Stands, TruthInLendingBox
from domain.spoken import full_date

ENGLISH: Mapping[str, str] = {
    "agreement_title": "Payment plan agreement",
    "version_of": "Version {number}, {day}",
    "page_of": "Page {page} of {pages}",
    "patient": "Patient",
    "pays": "Who pays",
    "letters_lost": "A ? stands for a letter that this paper cannot print.",
    "creditor": "Creditor",
    "plan_facts": "Your plan",
    "each_payment": "Each payment, at most",
    "how_many": "Number of payments",
    "first_payment": "First payment",
    "glance_down": "Down payment",
    "interest_rate": "Interest",
    "rate_words": "{rate} % a year",
    "rate_from": "{rate} % a year, from {day}",
    "no_finance_charge": "none: you pay what the treatment costs",
    "planned_work": "Planned work",
    "full_lock": "Full lock",
    "full_lock_words": "These terms and the work on this plan stay as they are.",
    "work_title": "Treatment on this plan",
    "work_total": "Total of the plan",
    "work_left": "Left to pay in parts",
    "box_title": "Truth in Lending disclosures",
    "apr": "Annual percentage rate",
    "apr_note": "The cost of your credit as a yearly rate",
    "finance_charge": "Finance charge",
    "finance_charge_note": "The dollar amount the credit will cost you",
    "amount_financed": "Amount financed",
    "amount_financed_note": "The amount of credit provided to you",
    "total_payments": "Total of payments",
    "total_payments_note": "What you will have paid when all payments are made",
    "sale_price": "Total sale price",
    "sale_price_note": "The total cost on credit, with your down payment of {down}",
    "box_schedule": "Your payment schedule",
    "box_line": "{count} payments of {amount}, {every}, from {day}",
    "box_line_one": "1 payment of {amount} on {day}",
    "every_weekly": "every week",
    "every_every_other_week": "every other week",
    "every_ordinal_weekday": "every month on the same weekday",
    "every_monthly": "every month",
    "every_quarterly": "every three months",
    "itemization": "Itemization of the amount financed: {cash} is the cash price of your treatment, less {down} paid "
    "down; {financed} is credited to your account for this treatment. Nothing is paid to anyone else.",
    "itemization_first": "Itemization of the amount financed: {cash} is the cash price of your treatment, less {down} "
    "that you have paid on this plan; {financed} is credited to your account for this treatment. Nothing is paid to "
    "anyone else.",
    "itemization_rest": "Itemization of the amount financed: {old} is what you still owe on this plan as it was, after "
    "all that you have paid; it is replaced by this agreement. Nothing is paid to anyone else.",
    "itemization_more": "Itemization of the amount financed: {old} is what you still owe on this plan as it was, after "
    "all that you have paid; {new} is the cash price of treatment added now. Nothing is paid to anyone else.",
    "box_rest": "These figures are for what is left to pay from {day}. They replace those that you were given before.",
    "sale_price_rest": "The total cost of what is left to pay, with the treatment added now",
    "sale_price_first": "The total cost on credit, with the {down} that you have paid",
    "box_estimate": "Payments for planned work are an estimate, as if all of it were done today; there may be as many "
    "as {count} payments.",
    "box_more": "Late payment: there is no fee. Prepayment: if you pay off early, you will not have to pay a penalty. "
    "Security: no property secures this plan. See the terms and conditions below for more about nonpayment, default, "
    "any right to ask for the rest before its date, and paying early.",
    "box_in_english": "",
    "box_fixed": "If you pay off early, {fixed} of the finance charge is not given back.",
    "schedule_title": "Schedule",
    "awaiting": "Work that is still planned is charged once it is done, and is not in this schedule: {count} more.",
    "estimate_title": "When all planned work is done (estimate)",
    "estimate_note": "As if all of it were done today. Payments for planned work start on the next due date after it "
    "is done: never more than {amount} on a date, never more than {count} payments in all.",
    "planned_waits": "Planned work is charged only once it is done: its payments start on the next due date after. ",
    "planned_counts": "Work that is still planned is in these payments from the start, before it is done. ",
    "with_down": ", with a down payment of {down}",
    "down_first": "the down payment of {down}, then ",
    "with_due_now": ", beside {down} that is due now",
    "due_now_first": "the {down} that is due now, then ",
    "date": "Date",
    "due": "Due",
    "due_now": "Due now",
    "paid_before": "Paid so far",
    "interest_before": "Interest so far",
    "left_now": "Left to pay",
    "left_now_charge": "Left to pay, without the finance charge to come",
    "next_due": "Next payment",
    "what": "For",
    "principal": "Principal",
    "interest": "Interest",
    "items": "{count} treatments",
    "close_out": "Rest, on closing the plan",
    "pay_on_principal": "Paid early",
    "total": "Total",
    "terms_title": "Terms and conditions",
    "only_english": "The words below are written in English only. If you want to go through them with somebody before "
    "you sign, call us at {phone}.",
    "card_title": "Permission to charge your card",
    "signature_title": "Signature",
    "not_signed": "Not signed yet.",
    "signature_line": "Signed by {name} ({how}), {at}, {where}",
    "how_typed": "typed",
    "how_drawn": "drawn",
    "where_office": "in the office",
    "where_away": "from {address}",
    "fingerprint": "SHA-256 of the agreement that was read and signed: {sha256}",
}
SPANISH: Mapping[str, str] = {
    "agreement_title": "Acuerdo de plan de pagos",
    "version_of": "Versión {number}, {day}",
    "page_of": "Página {page} de {pages}",
    "patient": "Paciente",
    "pays": "Quien paga",
    "letters_lost": "Un ? está por una letra que este papel no puede imprimir.",
    "creditor": "Acreedor",
    "plan_facts": "Su plan",
    "each_payment": "Cada pago, como máximo",
    "how_many": "Número de pagos",
    "first_payment": "Primer pago",
    "glance_down": "Pago inicial",
    "interest_rate": "Interés",
    "rate_words": "{rate} % al año",
    "rate_from": "{rate} % al año, desde el {day}",
    "no_finance_charge": "ninguno: paga lo que cuesta el tratamiento",
    "planned_work": "Trabajo planeado",
    "full_lock": "Bloqueo total",
    "full_lock_words": "Estos términos y el trabajo de este plan quedan como están.",
    "work_title": "Tratamiento de este plan",
    "work_total": "Total del plan",
    "work_left": "Queda por pagar en partes",
    "box_title": "Declaración de veracidad en préstamos",
    "apr": "Tasa de porcentaje anual",
    "apr_note": "El costo de su crédito como tasa anual",
    "finance_charge": "Cargo por financiamiento",
    "finance_charge_note": "La cantidad en dólares que el crédito le costará",
    "amount_financed": "Cantidad financiada",
    "amount_financed_note": "La cantidad de crédito que se le da",
    "total_payments": "Total de pagos",
    "total_payments_note": "Lo que habrá pagado al hacer todos los pagos",
    "sale_price": "Precio total de venta",
    "sale_price_note": "El costo total a crédito, con su pago inicial de {down}",
    "box_schedule": "Su calendario de pagos",
    "box_line": "{count} pagos de {amount}, {every}, desde el {day}",
    "box_line_one": "1 pago de {amount} el {day}",
    "every_weekly": "cada semana",
    "every_every_other_week": "cada dos semanas",
    "every_ordinal_weekday": "cada mes en el mismo día de la semana",
    "every_monthly": "cada mes",
    "every_quarterly": "cada tres meses",
    "itemization": "Desglose de la cantidad financiada: {cash} es el precio al contado de su tratamiento, menos {down} "
    "de pago inicial; {financed} se acredita a su cuenta por este tratamiento. No se paga nada a otros.",
    "itemization_first": "Desglose de la cantidad financiada: {cash} es el precio al contado de su tratamiento, "
    "menos {down} que ya pagó en este plan; {financed} se acredita a su cuenta por este tratamiento. No se paga nada "
    "a otros.",
    "itemization_rest": "Desglose de la cantidad financiada: {old} es lo que aún debe de este plan como estaba, "
    "después de todo lo que pagó; este acuerdo lo reemplaza. No se paga nada a otros.",
    "itemization_more": "Desglose de la cantidad financiada: {old} es lo que aún debe de este plan como estaba, "
    "después de todo lo que pagó; {new} es el precio al contado del tratamiento que se suma ahora. No se paga nada a "
    "otros.",
    "box_rest": "Estas cifras son de lo que falta por pagar desde el {day}. Reemplazan las que recibió antes.",
    "sale_price_rest": "El costo total de lo que falta por pagar, con el tratamiento que se suma ahora",
    "sale_price_first": "El costo total a crédito, con los {down} que ya pagó",
    "box_estimate": "Los pagos del trabajo planeado son un cálculo, como si todo se hiciera hoy; puede haber hasta "
    "{count} pagos.",
    "box_more": "Pago tardío: no hay cargo. Pago adelantado: si paga todo antes, no tendrá que pagar una multa. "
    "Garantía: ningún bien garantiza este plan. Vea abajo los términos y condiciones sobre la falta de pago, el "
    "incumplimiento, el derecho a pedir el resto antes de su fecha y el pago adelantado.",
    "box_in_english": "Puede recibir esta declaración en inglés si la pide.",
    "box_fixed": "Si paga todo antes, {fixed} del cargo por financiamiento no se devuelve.",
    "schedule_title": "Calendario",
    "awaiting": "El trabajo planeado se cobra cuando esté hecho y no está en este calendario: {count} más.",
    "estimate_title": "Cuando todo el trabajo planeado esté hecho (cálculo)",
    "estimate_note": "Como si todo se hiciera hoy. Los pagos del trabajo planeado empiezan en la fecha de pago que "
    "sigue a cuando esté hecho: nunca más de {amount} por fecha, nunca más de {count} pagos en total.",
    "planned_waits": "El trabajo planeado se cobra solo cuando esté hecho: sus pagos empiezan en la fecha de pago que "
    "sigue. ",
    "planned_counts": "El trabajo que aún está planeado entra en estos pagos desde el principio, antes de hacerse. ",
    "with_down": ", con un pago inicial de {down}",
    "down_first": "el pago inicial de {down} y después ",
    "with_due_now": ", además de {down} que se deben ahora",
    "due_now_first": "los {down} que se deben ahora y después ",
    "date": "Fecha",
    "due": "A pagar",
    "due_now": "Para pagar ahora",
    "paid_before": "Pagado hasta hoy",
    "interest_before": "Interés hasta hoy",
    "left_now": "Queda por pagar",
    "left_now_charge": "Queda por pagar, sin el cargo por financiamiento que viene",
    "next_due": "Próximo pago",
    "what": "Por",
    "principal": "Capital",
    "interest": "Interés",
    "items": "{count} tratamientos",
    "close_out": "Resto, al cerrar el plan",
    "pay_on_principal": "Pagado antes",
    "total": "Total",
    "terms_title": "Términos y condiciones",
    "only_english": "Las palabras que siguen están escritas solo en inglés. Si quiere verlas con alguien antes de "
    "firmar, llámenos al {phone}.",
    "card_title": "Permiso para cobrar a su tarjeta",
    "signature_title": "Firma",
    "not_signed": "Aún sin firmar.",
    "signature_line": "Firmado por {name} ({how}), {at}, {where}",
    "how_typed": "escrito",
    "how_drawn": "dibujado",
    "where_office": "en la oficina",
    "where_away": "desde {address}",
    "fingerprint": "SHA-256 del acuerdo que se leyó y firmó: {sha256}",
}
PAPER_WORDS: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "es": SPANISH}

_NOTES = {
    NOTES[ChargeKind.DOWN_PAYMENT]: "glance_down",
    NOTES[ChargeKind.CLOSE_OUT]: "close_out",
    NOTES[ChargeKind.PAY_ON_PRINCIPAL]: "pay_on_principal",
    DUE_NOW: "due_now",
}
_SALE_PRICE = {Stands.NEW: "sale_price_note", Stands.FIRST: "sale_price_first", Stands.REPLACES: "sale_price_rest"}
_ITEMS = re.compile(r"(\d+) items")


def in_their_language(text: str, written: Mapping[str, str], language: str, phone: str) -> str:
    """The practice's own words; before those that are not `written` in the reader's language, a line in it that says
    so and whom to call. It is part of the paper, so that what is signed is what was read."""
    if not text or language in written:
        return text
    return f"{PAPER_WORDS[language]['only_english'].format(phone=phone)}\n\n{text}"


def charge_words(description: str, language: str) -> str:
    """What a schedule row is for, in the reader's language; the name of a treatment stays as the office wrote it."""
    words = PAPER_WORDS[language]
    if several := _ITEMS.fullmatch(description):
        return words["items"].format(count=several[1])
    return words[_NOTES[description]] if description in _NOTES else description


def payment_words(line: PaymentLine, frequency: Frequency, language: str) -> str:
    """A row of the payment schedule: number, amount and when."""
    words = PAPER_WORDS[language]
    return words["box_line" if line.count > 1 else "box_line_one"].format(
        count=line.count,
        amount=format_usd(line.amount_cents),
        every=words[f"every_{frequency.value}"],
        day=full_date(line.first_on, language),
    )


def sale_price_note(box: TruthInLendingBox, language: str) -> str:
    """What the total sale price is; "" for a box that has none (`TruthInLendingBox.is_sale`)."""
    if not box.is_sale:
        return ""
    return PAPER_WORDS[language][_SALE_PRICE[box.stands]].format(down=format_usd(box.down_payment_cents))


def box_words(box: TruthInLendingBox, language: str, estimated: int = 0, rest_from: date | None = None) -> list[str]:
    """What the box says below its figures (12 CFR 1026.18(c), (k), (l), (m), (p), 1026.27).

    `estimated`: the most payments there may be while planned work makes the schedule an estimate, else 0. `rest_from`:
    the day from which the box covers what is left of a plan at work.
    """
    words = PAPER_WORDS[language]
    rest = [words["box_rest"].format(day=full_date(rest_from, language))] if rest_from else []
    estimate = [words["box_estimate"].format(count=estimated)] if estimated else []
    itemized = words[_itemization(box)].format(
        cash=format_usd(box.cash_price_cents),
        down=format_usd(box.down_payment_cents),
        financed=format_usd(box.amount_financed_cents),
        old=format_usd(box.old_balance_cents),
        new=format_usd(box.new_work_cents),
    )
    fixed = format_usd(box.fixed_charge_cents)
    no_rebate = [words["box_fixed"].format(fixed=fixed)] if box.fixed_charge_cents else []
    in_english = [words["box_in_english"]] if words["box_in_english"] else []
    return [*rest, *estimate, itemized, words["box_more"], *no_rebate, *in_english]


def _itemization(box: TruthInLendingBox) -> str:
    if box.stands is Stands.REPLACES:
        return "itemization_more" if box.new_work_cents else "itemization_rest"
    return "itemization_first" if box.stands is Stands.FIRST else "itemization"
