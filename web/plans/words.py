"""The words of the patient's plan pages by language; what is not here is in the paper's or the booking pages' words."""

from collections.abc import Mapping

from domain.plan_words import PAPER_WORDS, charge_words
from web.booking.words import Words

ENGLISH: Mapping[str, str] = {
    "offer_title": "Your payment plan",
    "offer_lead": "{practice} offers to let you pay {total} in parts. Read it, then sign at the end of this page.",
    "change_lead": "Your plan has changed. What you signed before stays in force until you sign this version.",
    "glance_payments": "Payments",
    "glance_first": "First payment",
    "glance_cost": "Cost of paying in parts",
    "no_cost": "none",
    "at_most": "{count} of at most {amount}",
    "sign_title": "Sign",
    "sign_name": "Your full name",
    "sign_screen": "You get and sign these papers on this screen. You can have them on paper instead, free, now or "
    "later, or stop getting papers on a screen: call us at {phone}. What you sign stays as signed. To read and keep "
    "them, your device must open this page and a PDF. Tell us when your phone number changes.",
    "sign_read": "I have read the disclosures and the agreement. I can open and keep the PDF, and I agree to get these "
    "papers on this screen.",
    "sign_agree": "I agree to this payment plan.",
    "sign_draw": "Draw your signature",
    "sign_clear": "Clear",
    "sign_letters": "The agreement cannot print these letters of your name: {letters}. Please type your name in "
    "Latin letters.",
    "page_letters": "The PDF cannot print these letters: {letters}. A ? stands in their place. If a name looks wrong "
    "there, please tell the office before you sign.",
    "sign_typed": "Without a drawing, your typed name is your signature.",
    "sign_button": "Sign the agreement",
    "keep_copy": "Open the agreement as a PDF",
    "valid_until": "This offer stands until {day}.",
    "wrong_title": "Not signed yet",
    "see_english": "See it in English",
    "paper_title": "One step before you sign",
    "paper_language": "This agreement was written in Spanish. You can have it in English, with the same terms.",
    "paper_get": "Get it in English",
    "paper_keep": "Stay with Spanish",
    "offer_stale": "New terms were offered, but something was paid or charged since, or time ran out. What you signed "
    "before still stands. Call us at {phone} for a new offer.",
    "offer_ended": "This offer can no longer be signed. Call us at {phone} for a new one.",
    "card_lead": "Thank you, it is signed. Now give the card that pays it. Nothing is charged on the next page.",
    "card_button": "Give a card",
    "card_change": "Use another card",
    "card_now": "{brand} card ending in {last4}",
    "card_ends": "good through {month}/{year}",
    "card_none": "No card is on file.",
    "plan_title": "Your payment plan",
    "next_payment": "Next payment",
    "next_when": "{amount} on {day}",
    "all_charged": "Every payment has come due. Thank you.",
    "nothing_yet": "Nothing is due until your treatment is done.",
    "due_title": "Due now",
    "due_lead": "{amount} is due. You can pay it now.",
    "due_in_all": "In all {amount} is due, as part of it is paid.",
    "pay_button": "Pay {amount} now",
    "payoff_title": "Pay it all now",
    "payoff_lead": "{amount} pays for all the treatment done so far. It costs nothing extra.",
    "payoff_whole": "{amount} pays off the whole plan. It costs nothing extra.",
    "payoff_saves": "You save {saved} of interest.",
    "payoff_button": "Pay off {amount}",
    "paid_so_far": "Paid so far",
    "still_to_come": "Still to come",
    "today_line": "Today",
    "row_paid": "Payment",
    "closed_plan": "This plan is closed. If money is still due, the office will talk to you about it.",
    "gone_plan": "This plan is no longer on offer. Please call us with any question.",
    "draft_plan": "The office is still working on your plan. You get a text when it is ready.",
    "paused_plan": "Your card is not charged at present. Please call us.",
    "paid_title": "Thank you",
    "paid_lead": "Your payment is in.",
    "pay_wait_title": "One moment",
    "unpaid_lead": "Your payment has not come in yet. If you just paid, look again in a minute.",
    "see_plan": "See your plan",
    "payment_over": "Nothing is due on this date any more.",
    "nothing_left": "Nothing is left to pay.",
    "just_now": "This payment is being made just now. Please look again in a minute.",
    "offer_over": "This offer changed or ended, so it cannot be signed. Please open your plan again, or call us.",
    "sign_full_name": "Please type or draw your full name.",
    "plan_refused": "That did not work, as your plan has changed. Please open it again, or call us.",
    "who_plan_lead": "A payment plan is personal. Please give the patient's date of birth.",
    "signed_title": "Signed",
    "signed_on": "Signed on {day}, version {number}.",
    "trouble_title": "Please try again soon",
    "trouble": "We cannot reach the system for this right now. If you just paid, do not pay again: it will show up "
    "here. If not, wait a few minutes and try again, or call us.",
    "trouble_stays_title": "That did not work",
    "trouble_stays": "Trying again will not help. Please call us, so that we can do it with you.",
}
SPANISH: Mapping[str, str] = {
    "offer_title": "Su plan de pagos",
    "offer_lead": "{practice} le ofrece pagar {total} en partes. Léalo y firme al final de esta página.",
    "change_lead": "Su plan cambió. Lo que firmó antes sigue en pie hasta que firme esta versión.",
    "glance_payments": "Pagos",
    "glance_first": "Primer pago",
    "glance_cost": "Costo de pagar en partes",
    "no_cost": "ninguno",
    "at_most": "{count} de {amount} como máximo",
    "sign_title": "Firmar",
    "sign_name": "Su nombre completo",
    "sign_screen": "Usted recibe y firma estos papeles en esta pantalla. Los puede tener en papel, gratis, ahora o "
    "después, o dejar de recibir papeles en pantalla: llámenos al {phone}. Lo firmado queda como se firmó. Para "
    "leerlos y guardarlos, su aparato debe abrir esta página y un PDF. Avísenos si cambia su número de teléfono.",
    "sign_read": "Leí la declaración y el acuerdo. Puedo abrir y guardar el PDF, y acepto recibir estos papeles en "
    "esta pantalla.",
    "see_english": "Ver en inglés",
    "sign_agree": "Acepto este plan de pagos.",
    "sign_draw": "Dibuje su firma",
    "sign_clear": "Borrar",
    "sign_letters": "El acuerdo no puede imprimir estas letras de su nombre: {letters}. Por favor escriba su nombre "
    "en letras latinas.",
    "page_letters": "El PDF no puede imprimir estas letras: {letters}. Un ? está en su lugar. Si un nombre se ve mal "
    "ahí, por favor dígalo a la oficina antes de firmar.",
    "sign_typed": "Sin dibujo, su nombre escrito es su firma.",
    "sign_button": "Firmar el acuerdo",
    "keep_copy": "Abrir el acuerdo en PDF",
    "valid_until": "Esta oferta vale hasta el {day}.",
    "wrong_title": "Aún no está firmado",
    "paper_title": "Un paso antes de firmar",
    "paper_language": "Este acuerdo se escribió en inglés. Lo puede tener en español, con los mismos términos.",
    "paper_get": "Verlo en español",
    "paper_keep": "Seguir en inglés",
    "offer_stale": "Se ofrecieron nuevos términos, pero desde entonces se pagó o se cobró algo, o pasó el tiempo. Lo "
    "que firmó antes sigue en pie. Llámenos al {phone} para una nueva oferta.",
    "offer_ended": "Esta oferta ya no se puede firmar. Llámenos al {phone} para una nueva.",
    "card_lead": "Gracias, está firmado. Ahora dé la tarjeta que lo paga. En la página siguiente no se cobra nada.",
    "card_button": "Dar una tarjeta",
    "card_change": "Usar otra tarjeta",
    "card_now": "Tarjeta {brand} terminada en {last4}",
    "card_ends": "válida hasta {month}/{year}",
    "card_none": "No hay tarjeta guardada.",
    "plan_title": "Su plan de pagos",
    "next_payment": "Próximo pago",
    "next_when": "{amount} el {day}",
    "all_charged": "Todos los pagos han vencido. Gracias.",
    "nothing_yet": "No se debe nada hasta que se haga su tratamiento.",
    "due_title": "Para pagar ahora",
    "due_lead": "Debe {amount}. Puede pagarlo ahora.",
    "due_in_all": "En total debe {amount}, pues una parte ya está pagada.",
    "pay_button": "Pagar {amount} ahora",
    "payoff_title": "Pagarlo todo ahora",
    "payoff_lead": "{amount} paga todo el tratamiento hecho hasta hoy. No tiene ningún cargo.",
    "payoff_whole": "{amount} paga todo el plan. No tiene ningún cargo.",
    "payoff_saves": "Ahorra {saved} de interés.",
    "payoff_button": "Pagar {amount} en total",
    "paid_so_far": "Pagado hasta hoy",
    "still_to_come": "Por venir",
    "today_line": "Hoy",
    "row_paid": "Pago",
    "closed_plan": "Este plan está cerrado. Si aún se debe dinero, la oficina hablará con usted.",
    "gone_plan": "Este plan ya no se ofrece. Llámenos con cualquier pregunta.",
    "draft_plan": "La oficina aún prepara su plan. Recibirá un mensaje cuando esté listo.",
    "paused_plan": "Por ahora no se cobra a su tarjeta. Por favor llámenos.",
    "paid_title": "Gracias",
    "paid_lead": "Recibimos su pago.",
    "pay_wait_title": "Un momento",
    "unpaid_lead": "Su pago aún no ha llegado. Si acaba de pagar, mire otra vez en un minuto.",
    "see_plan": "Ver su plan",
    "payment_over": "Ya no se debe nada de esta fecha.",
    "nothing_left": "No queda nada por pagar.",
    "just_now": "Este pago se está haciendo ahora mismo. Por favor mire otra vez en un minuto.",
    "offer_over": "Esta oferta cambió o terminó, y no se puede firmar. Por favor abra su plan otra vez o llámenos.",
    "sign_full_name": "Por favor escriba o dibuje su nombre completo.",
    "plan_refused": "No se pudo hacer, porque su plan cambió. Por favor ábralo otra vez o llámenos.",
    "who_plan_lead": "Un plan de pagos es personal. Por favor dé la fecha de nacimiento del paciente.",
    "signed_title": "Firmado",
    "signed_on": "Firmado el {day}, versión {number}.",
    "trouble_title": "Pruebe otra vez pronto",
    "trouble": "Ahora no podemos llegar al sistema para esto. Si acaba de pagar, no pague otra vez: aparecerá aquí. "
    "Si no, espere unos minutos y pruebe otra vez, o llámenos.",
    "trouble_stays_title": "No se pudo hacer",
    "trouble_stays": "Probar otra vez no ayuda. Por favor llámenos para hacerlo con usted.",
}
PLAN_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {**PAPER_WORDS["en"], **ENGLISH},
    "es": {**PAPER_WORDS["es"], **SPANISH},
}


class PlanWords(Words):
    """One language for one reader of a plan."""

    __slots__ = ()

    def __call__(self, key: str, **fields: object) -> str:
        """The words of `key`, filled. Raises KeyError for an unknown key or a missing field."""
        own = PLAN_WORDS[self.language].get(key)
        return own.format(**fields) if own is not None else Words.__call__(self, key, **fields)

    def charge(self, description: str) -> str:
        """What a row of the schedule is for."""
        return charge_words(description, self.language)
