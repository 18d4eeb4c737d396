"""How patients spell: short forms, numbers in words, and words around a choice that do not change it."""


def word_set(text: str) -> frozenset[str]:
    """Words separated by spaces or lines."""
    return frozenset(text.split())


SHORTHAND = {
    "u": "you", "ur": "your", "pls": "please", "plz": "please", "plse": "please", "pleas": "please",
    "thx": "thanks", "ty": "thanks", "tks": "thanks", "txt": "text", "txts": "texts", "txting": "texting",
    "msging": "messaging", "texing": "texting", "msg": "message", "msgs": "messages", "mssg": "message",
    "messge": "message", "messges": "messages", "appt": "appointment", "appts": "appointments", "apt": "appointment",
    "tmrw": "tomorrow", "tmw": "tomorrow", "hurst": "hurts", "hurtz": "hurts", "k": "ok", "okay": "ok",
    "kk": "ok", "okey": "ok", "yea": "yes", "yeah": "yes", "yep": "yes", "yup": "yes", "nope": "no",
    "nah": "no", "q": "que", "xq": "porque", "xfa": "please", "grax": "thanks", "mensages": "mensajes",
    "mensaje": "mensajes", "texto": "textos", "nomas": "no mas", "stopall": "stop", "r": "are",
    "numer": "number", "num": "number", "opcion": "option", "numbr": "number", "nubmer": "number", "nmber": "number",
    "hrts": "hurts", "hrt": "hurt", "hutrs": "hurts", "swoln": "swollen", "swolln": "swollen", "swollin": "swollen",
    "nvm": "never mind", "nvmd": "never mind", "teh": "the", "tha": "the",
    "wrng": "wrong", "worng": "wrong", "rong": "wrong", "wrongg": "wrong",
}  # fmt: skip

JOINED = (
    ("do not", "dont"), ("don t", "dont"), ("can not", "cant"), ("cannot", "cant"), ("can t", "cant"),
    ("will not", "wont"), ("won t", "wont"), ("does not", "doesnt"), ("doesn t", "doesnt"), ("is not", "isnt"),
    ("i am", "im"), ("i m", "im"), ("it is", "its"), ("por favor", "please"), ("muchas gracias", "thanks"),
    ("gracias", "thanks"), ("thank you", "thanks"), ("opt out", "optout"), ("opt-out", "optout"),
    ("s t o p", "stop"), ("un subscribe", "unsubscribe"), ("text messages", "messages"),
    ("text message", "messages"), ("mensajes de textos", "mensajes"), ("good morning", "hello"),
    ("good afternoon", "hello"), ("good evening", "hello"), ("buenos dias", "hola"), ("buenas tardes", "hola"),
    ("buenas noches", "hola"),
)  # fmt: skip
"""Words written apart that are judged as one."""

POLITE = word_set(
    """
    please thanks hi hello hey hola ok just now ya
    """
)

NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "uno": 1,
    "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9,
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "1st": 1, "2nd": 2, "3rd": 3,
    "4th": 4, "5th": 5, "6th": 6, "primero": 1, "primera": 1, "primer": 1, "segundo": 2, "segunda": 2,
    "tercero": 3, "tercera": 3, "tercer": 3, "cuarto": 4, "cuarta": 4, "quinto": 5, "quinta": 5, "sexto": 6,
    "sexta": 6, "1ro": 1, "1ra": 1, "1era": 1, "1er": 1, "1o": 1, "1a": 1, "2do": 2, "2da": 2, "2o": 2, "2a": 2,
    "3ro": 3, "3ra": 3, "3er": 3, "3era": 3, "firts": 1, "frist": 1, "secound": 2, "thrid": 3, "tree": 3,
    "won": 1,
}  # fmt: skip

CHOICE_FILLERS = word_set(
    """
    option options number choice slot time appointment opening spot please thanks i ill id im will would like
    love take want need do does can could we us go going with lets let works work for me my is good great fine
    perfect best ok yes sure sounds book schedule choose pick select reserve prefer it thats that the a an be hi
    hello hey so much very and well definitely absolutely awesome cool y si sip then think guess choosing chose
    this opt no_ numero el la los las sirve quiero elijo escojo prefiero tomo bien esta perfecto quisiera
    agendar reservar con ese esa hora cita de en mejor gusta gustaria puede ser queda va seria bueno claro hola
    buenas buenos dias tardes una un opcion porfavor porfa favor super nice wonderful lovely available looks
    look reply answer confirm confirmed confirmo hold grab get put down sign up him her them ones
    have you your it its quedo give gimme dame deme apunteme anoteme agendeme ponme pongame
    """
)
"""Words around a number that do not change what it means."""

CALENDAR = {
    "monday": "mon", "tuesday": "tue", "tues": "tue", "wednesday": "wed", "weds": "wed", "thursday": "thu",
    "thurs": "thu", "thur": "thu", "friday": "fri", "saturday": "sat", "sunday": "sun", "lunes": "mon", "lun": "mon",
    "martes": "tue", "miercoles": "wed", "mie": "wed", "jueves": "thu", "jue": "thu", "viernes": "fri", "vie": "fri",
    "sabado": "sat", "sab": "sat", "domingo": "sun", "dom": "sun", "january": "jan", "february": "feb",
    "march": "mar", "april": "apr", "june": "jun", "july": "jul", "august": "aug", "september": "sep", "sept": "sep",
    "october": "oct", "november": "nov", "december": "dec", "enero": "jan", "ene": "jan", "febrero": "feb",
    "marzo": "mar", "abril": "apr", "abr": "apr", "mayo": "may", "junio": "jun", "julio": "jul", "agosto": "aug",
    "ago": "aug", "septiembre": "sep", "octubre": "oct", "noviembre": "nov", "diciembre": "dec", "dic": "dec",
    "morning": "am", "afternoon": "pm",
}  # fmt: skip
"""Days, months and halves of a day, as the opening lines write them in English."""

DAYS_AND_MONTHS = word_set("mon tue wed thu fri sat sun jan feb mar apr may jun jul aug sep oct nov dec")

LINE_FILLERS = word_set(
    """
    at on a el las para th nd st rd one in del
    """
)

NEGATIONS = word_set(
    """
    not no dont doesnt cant wont isnt except but instead neither nor never without if or unless
    """
)

SPANISH = word_set(
    """
    hola si no_ gracias favor quiero puedo cita hora dia manana tarde mensajes numero equivocado dolor duele me
    la el los las de que mas otro otra ninguna ninguno ahora luego dos tres uno primera segunda tercera por para
    alto pare basta baja ayuda soy tengo sangra hinchado fiebre ya sangrando es esta estoy una un con lo le su
    mi ningun mejor sirve opcion deje dejen quien
    """
)
"""Words that show the language of a reply."""
