"""What phones and mailboxes write by themselves, in English and Spanish: nobody has read our text and nobody asks."""

import re

CANNED = (
    # iOS: a driving or other focus, and what follows it
    r"(?:hi |hello )?im driving (?:with|and have)(?: my)? (?:do not disturb|focus|driving focus)(?: while driving)? "
    r"turned on(?: ill see your message when i (?:get where im going|arrive))?",
    r"im driving right now(?: ill (?:get back to you|reply|text you|call you)(?: back)?(?: later| soon| when i "
    r"(?:can|arrive|stop|get there))?)?",
    r"(?:im not receiving notifications|i have notifications silenced|im not able to receive notifications)"
    r"(?: if this is urgent reply urgent to send (?:a|your) (?:notification|message) through(?: with your original "
    r"message)?)?",
    r"if this is urgent reply urgent to send a notification through with your original message",
    r"(?:im|i am) (?:currently )?(?:in|using) (?:a )?(?:do not disturb|sleep|work|personal|driving) (?:mode|focus)"
    r"(?: ill (?:see|read) your message later)?",
    # Android Auto and makers of phones
    r"im driving(?: now)?(?: i cant text| and cant text| sent from android auto)",
    r"(?:sorry )?(?:im|i am) driving (?:i will|ill) (?:call|text|contact|get back to) you (?:back )?(?:later|soon)",
    r"i cant (?:talk|answer) right now (?:whats up|ill call you later)",
    # Spanish
    r"(?:hola )?estoy (?:conduciendo|manejando) con (?:el modo |la funcion )?(?:no molestar|concentracion)(?: al "
    r"(?:conducir|manejar))? (?:activado|activada|encendido)(?: vere tu mensaje cuando llegue(?: a mi destino)?)?",
    r"(?:ahora mismo )?estoy (?:conduciendo|manejando)(?: en este momento| ahora)?(?: (?:te|le) (?:llamo|respondo|"
    r"contesto|llamare|respondere)(?: mas tarde| luego| despues)?)?",
    r"no (?:estoy recibiendo|recibo) notificaciones(?: si es urgente responde urgente para (?:que me llegue|enviar) "
    r"(?:una|la) notificacion(?: con tu mensaje(?: original)?)?)?",
)
"""Sentences, in plain words without marks; a whole text is made of them."""

LABELLED = re.compile(
    r"(?i)^\W*(?:auto(?:matic|mated)?[- ]?(?:reply|response)|respuesta autom[áa]tica"
    r"|this is an auto(?:mated|matic) (?:reply|response|message)"
    r"|este es un mensaje autom[áa]tico)\b"
)
"""A text that begins by saying so itself."""

AWAY = re.compile(
    r"(?i)^\W*(?:(?:hi|hello|hola|thank you for your (?:message|text|email)|gracias por su mensaje)\W+)?"
    r"(?:(?:i(?:'|’)?m|i am|i will be|estoy|estar[ée])\s+(?:currently\s+|actualmente\s+)?)?"
    r"(?:out[- ]of[- ](?:the[- ])?office|away from my (?:desk|phone)|fuera de (?:la )?oficina)\b.*"
    r"\b(?:return|back|until|through|regres\w+|vuelv\w+|hasta)\b"
)
"""An absence with its end, as mailboxes write it; somebody in need might write so too."""
