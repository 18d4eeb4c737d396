"""What patients write, as data: patterns over normalised text (lower case, no accents, no apostrophes, one space).

English and Spanish stand together, because people mix them. Sources for stopping: 47 CFR 64.1200(a)(10), whose per-se words
are stop, quit, end, revoke, opt out, cancel and unsubscribe; other wording counts when a reasonable person would
understand it.
"""

import re

SHORTHAND = {
    "u": "you", "ur": "your", "pls": "please", "plz": "please", "plse": "please", "pleas": "please", "thx": "thanks",
    "ty": "thanks", "tks": "thanks", "txt": "text", "txts": "texts", "txting": "texting", "texing": "texting",
    "msg": "message", "msgs": "messages", "mssg": "message", "messge": "message", "messges": "messages", "wont": "wont",
    "appt": "appointment", "appts": "appointments", "apt": "appointment", "tmrw": "tomorrow", "tmw": "tomorrow",
    "k": "ok", "okay": "ok", "kk": "ok", "okey": "ok", "yea": "yes", "yeah": "yes", "yep": "yes", "yup": "yes",
    "ya": "ya", "ill": "ill", "nope": "no", "nah": "no", "q": "que", "xq": "porque", "xfa": "please", "grax": "thanks",
    "favor": "favor", "mensages": "mensajes", "mensaje": "mensajes", "texto": "textos", "mas": "mas", "nomas": "no mas",
    "stopall": "stop", "r": "are", "numer": "number", "num": "number", "opcion": "option", "opt": "opt",
}  # fmt: skip

JOINED = (
    ("do not", "dont"), ("don t", "dont"), ("can not", "cant"), ("cannot", "cant"), ("can t", "cant"),
    ("will not", "wont"), ("won t", "wont"), ("does not", "doesnt"), ("doesn t", "doesnt"), ("is not", "isnt"),
    ("i am", "im"), ("i m", "im"), ("it is", "its"), ("por favor", "please"), ("muchas gracias", "thanks"),
    ("gracias", "thanks"), ("thank you", "thanks"), ("opt out", "optout"), ("opt-out", "optout"), ("s t o p", "stop"),
    ("un subscribe", "unsubscribe"), ("text messages", "messages"), ("text message", "messages"),
    ("mensajes de textos", "mensajes"),
)  # fmt: skip

POLITE = frozenset("please thanks hi hello hey hola ok just now ya".split())

STOP_ALONE = frozenset(
    """stop unsubscribe optout revoke stopped stopit alto pare paren parar para basta baja detener detente detengase arret
    desuscribir desuscribirme enough no_mas no_more remove removed delete unsub spam salir eliminar borrar""".split()
)
"""A reply of only this word (and politeness) opts out."""

STOP_MAYBE_APPOINTMENT = frozenset("cancel end quit cancelar cancela cancele cancelo terminar finalizar".split())
"""Also honoured, but the patient may have meant the appointment: a task is raised too."""

_SEND = r"(?:text(?:ing|s)?|messag(?:e|es|ing)|contact(?:ing)?|send(?:ing)?|writ(?:e|ing)|bother(?:ing)?|bug(?:ging)?"
_SEND += r"|harass(?:ing)?|spam(?:ming)?|call(?:ing)?|sms|notif(?:y|ying)|annoy(?:ing)?|pester(?:ing)?|email(?:ing)?|hit(?:ting)?)"
_TEXTS = r"(?:texts?|messages?|sms|spam|notifications?|alerts?|reminders?|communications?|mensajes|textos|notificaciones)"
_ES_SEND = r"(?:mand\w*|envi\w*|escrib\w*|text(?:e\w*|i\w*)|contact\w*|molest\w*|llam\w*|mensaje\w*)"
_WHEN = r"(?:before|after|until|till|during|while|at (?:work|night|\d)|on (?:mon|tue|wed|thu|fri|sat|sun|weekend)"
_WHEN += r"|today|tonight|right now|so (?:early|late)|this (?:early|late)|in the (?:morning|evening)|so much about)"

STOP_PATTERNS = (
    r"\bunsub\w*|\bdesuscri\w*|\bunsuscri\w*|\boptout\b|\bopt(?:ing|ed)? (?:me )?out\b|\bstop ?all\b",
    rf"\bstop (?:\w+ ){{0,2}}{_SEND}\b",
    rf"\bstop (?:(?:all|these|those|this|the|your|any|sending|with|getting) ){{0,3}}{_TEXTS}\b",
    r"^(?:\d+ )?(?:(?:please|just|ok|yes|no|hey|hi|hello|omg|ugh|god|seriously|and|but|so) )*stop"
    r"(?: (?:please|now|already|it|this|that|these|thanks|them|all|everything|ok|asap|immediately|me|you|\d+|im serious|"
    r"sir|maam|bro|man|right now|forever|at once))*$",
    r"^stop (?:wrong|who|i (?:dont|am|said|already|have|want|never|told|do)|im|ive|you|no|not|do|dont|and (?:dont|remove|delete"
    r"|take)|remove|delete|lose|leave|or i|asking|emailing|already|this is|thats enough|what)\b",
    r"\b(?:said|told you to|asked you to|want you to|want this to|want these to|need you to|need this to|wish you would) stop\b"
    r"(?! (?:by|in|at|over))",
    r"\b(?:can|could|would|will) you (?:please |just |all )*stop(?: please| it| this| now)?$|\bmake (?:it|this|them|these) stop$",
    r"\bplease stop$|\bstop please$|\bhow (?:do|can) i (?:make this |get this to |get you to )?stop(?: this| these| it)?$",
    rf"\b(?:dont|never|quit|cease|no longer|not to|stop) (?:ever |even |you )?{_SEND} (?:to )?(?:me|us|this (?:number|phone)|here|my)\b"
    rf"(?! {_WHEN})",
    rf"\b(?:dont|never|quit|cease) (?:ever )?(?:send|sending|texting|messaging|contacting)(?: me| us)?"
    rf"(?: (?:any|these|more|anymore|your|the|a|another|stupid|all|this|those)){{0,3}}(?: {_TEXTS}| again| anymore| stuff| crap)",
    r"^(?:please )?(?:dont|quit|cease) (?:text|texting|contact|contacting|message|messaging)(?: me)?(?: (?:please|again|anymore|ever))*$",
    rf"\b(?:dont|no longer|never) (?:want|wish|like|need|care)(?: (?:to|for))?(?: (?:get|getting|receive|receiving|have|see|"
    rf"any|more|these|your|those|anymore|the|further|be getting|you|all|such|this)){{0,5}} (?:{_TEXTS}|text me|texting me"
    r"|to text me|to contact me|contacted|texted|contact me)\b",
    r"\bdont want (?:to be|being) (?:texted|contacted|messaged|bothered)\b",
    rf"\bno (?:more|further|mas) (?:\w+ )?{_TEXTS}\b|^(?:please )?no {_TEXTS}(?: please| thanks)?$|\bno more of (?:this|these)\b",
    r"^(?:please )?no (?:more|mas)(?: please| thanks| of this| already)*$",
    r"\b(?:enough|too many) (?:\w+ )?(?:texts|messages|mensajes) (?:stop|already)|^enough(?: already| please| is enough)*$",
    r"\b(?:take|get|remove|delete|cross|pull) (?:me|us|my (?:number|name|phone|cell|info)|this number) (?:\w+ )?(?:off|from|out of) "
    r"(?:of )?(?:(?:your|the|this|that|all|any|ur|text|texting|mailing|call|calling|contact|messaging|message|sms|marketing|phone"
    r"|future) )*(?:lists?|database|system|records|texts?|texting|messages|mailings?|contacts|thread|this|here)\b",
    r"^(?:please )?(?:take|get) me off(?: of)?(?: this| here| please)*$|^(?:please )?(?:remove|delete|unlist) (?:me|my number|this number|us)"
    r"(?: please| now| thanks| immediately)*$",
    r"\b(?:lose|delete|erase|forget|remove|block) (?:my|this) (?:phone )?number\b|\bleave (?:me|us) (?:the \w+ )?alone\b",
    r"\b(?:fuck|f|piss|buzz|back|bugger) off\b|\bgo away\b|\bget lost\b|^stfu$|^shut up$|\breport(?:ed|ing)? (?:\w+ )*(?:as )?spam\b",
    r"\b(?:revoke|withdraw|rescind|remove|take back) (?:my |all )?(?:consent|permission|authorization)\b|\bdo i opt out\b",
    r"\bi (?:no longer|dont) (?:consent|agree)(?: to| anymore| with)?(?: (?:these|your|any|the|receive|be|getting))*(?: texts?| messages"
    r"| contact| texted| contacted)?$",
    r"\b(?:cancel|end|terminate|discontinue|cease|halt|disable|turn off|shut off) (?:(?:all|these|this|the|my|your|any) )*"
    r"(?:texts?|texting|messages?|messaging|notifications?|alerts?|subscription|sms|spam|communications?|mensajes|suscripcion)\b",
    r"\bquit (?:it|bothering|bugging|harassing|spamming|this|texting|messaging|contacting|sending)\b|\bcease and desist\b",
    r"^(?:stop|no)? ?(?:not|im not|isnt) interested (?:\w+ )?(?:stop|remove me|unsubscribe)\b|\bstop$(?<=interested stop)",
    # Spanish
    rf"\bno (?:mas|quiero mas|quiero recibir(?: mas)?|quiero|deseo recibir(?: mas)?|deseo mas|deseo|necesito mas) (?:\w+ )?{_TEXTS}\b",
    r"\b(?:no|ya no|nunca) (?:quiero|deseo) (?:recibir|que me (?:mand|envi|escrib|contact|text|molest|llam)\w*)",
    rf"\b(?:no|ya no|nunca|jamas) (?:me|nos|se|le)? ?(?:vuelv\w+ a )?{_ES_SEND}(?:me|nos)?(?: (?:mas|ya|nunca|de nuevo|otra vez|a este|aqui))?"
    r"(?: (?:mensajes|textos|nada))?(?: please| thanks)?$",
    rf"\bno (?:me|nos) (?:vuelv\w+ a )?(?:mand|envi|escrib|contact|text|molest)\w*(?! (?:antes|despues|hasta|por la|en la|hoy|a las))",
    rf"\b(?:deje|dejen|deja|dejar|dejense|dejes|paren|pare|para|basta) de {_ES_SEND}",
    r"\b(?:quiero|deseo|quisiera) (?:dejar de recibir|darme de baja|salir de)|\b(?:darme|dar|denme|deme|dame) de baja\b",
    r"\b(?:quite\w*|saque\w*|borre\w*|elimine\w*|remueva\w*|quita\w*|saca\w*|borra\w*|elimina\w*)"
    r"(?:me)? ?(?:mi (?:numero|telefono)|de (?:la|su|esta|tu) lista|de (?:aqui|esto)|este numero)",
    r"^(?:please )?(?:quiteme|quitenme|saqueme|saquenme|borreme|borrenme|elimineme|eliminenme|quitame|sacame|borrame)\b",
    r"\b(?:deje|deje|dejen|deja)(?:me|nme|nos)? (?:me )?(?:en paz|tranquil\w+)|\bdejenme en paz\b|\bdejeme en paz\b|\bdejame en paz\b",
    r"^(?:ya )?(?:basta|paren|parele|pare|no mas|alto)(?: ya| please| thanks| con esto| con los mensajes| de mensajes| los mensajes)*$",
    r"\b(?:suspend\w*|deten\w*|par[ae]n?|cancel\w*) (?:(?:los|estos|sus|todos|mis|las|de|enviar|mandar|el|la) )*"
    r"(?:mensajes|textos|notificaciones|suscripcion|envio)\b|\bno molest\w+(?: mas)?$",
)

STOP_BENIGN = (
    r"\b(?:dont|didnt|doesnt|never|not|cant|couldnt|wont|wouldnt|wasnt) stop\b",
    r"\bstop(?:ped|ping|s)? (?:by|in|at|over|into|through|on (?:the|my) way|off at|there|here|up)\b",
    r"\b(?:bus|truck|rest|pit|next|last|first|train|one|quick|full|short|non|subway|second) ?stop\b",
    r"\bstop (?:the |my |this )?(?:bleeding|pain|swelling|hurting|throbbing|smoking|taking|eating|drinking|my (?:med|blood)\w*)",
    r"\b(?:waiting|wait|cancellation|short|asap) ?list\b",
)
"""Wordings in which the word has nothing to do with texts."""

URGENT = (
    r"pain(?:s|ful|fully)?|(?:tooth|jaw|head|ear|face)? ?aches?|aching|achy|hurts?|hurting|hurted|sore|throb\w*|agony",
    r"excruciating|unbearable|killing me|swell\w*|swollen|swolen|sweling|swelled|puffy|bleed\w*|bled|bleding|bleedin|blood\w*",
    r"infect\w*|pus|abscess\w*|fever\w*|chills|allerg\w*|reaction|rash|hives|itch\w*|anaphyla\w*|epipen",
    r"breathe|breathing|breath|numb(?:ness|ed)?|tingl\w*|paraly\w*|cant feel|dizzy|dizziness|faint\w*|passed out|pass out|unconscious",
    r"vomit\w*|throwing up|nause\w*|emergency|urgent\w*|911|hospital|ambulance|chest|cant swallow|trouble swallowing",
    r"cant (?:open|close) my (?:mouth|jaw|eye)|(?:blurry|blurred|double) vision|cant see|lost vision|droop\w*|bruis\w*|blister\w*",
    r"burn(?:s|ing|ed|t)|ooz\w*|gushing|lump|bump on|stitch\w*|sutures?|dry socket|knocked out|seizure|overdos\w*",
    r"(?:broke|broken|cracked|chipped|shattered|split|loose|lost|fell|fractured)(?: \w+){0,4} (?:tooth|teeth|crown|filling|bridge"
    r"|denture|veneer|implant|jaw|molar|cap|braces|bracket|wire)",
    r"(?:tooth|teeth|crown|filling|bridge|denture|veneer|implant|molar|cap|bracket|wire|temporary|stitch\w*)(?: \w+){0,3} "
    r"(?:fell|broke|broken|came off|come off|came out|cracked|chipped|popped|is loose|is out|poking|split|turning)",
    r"suicid\w*|kill myself|hurt myself|want to die|turning (?:black|white|blue|purple)|getting worse|really bad|lost feeling",
    # Spanish
    r"dolor\w*|duel\w+|dolio|doliendo|adolorid\w*|hinch\w*|inchad\w*|inflam\w*|sangr\w*|infec\w*|infet\w*|fiebre|calentura|pus",
    r"reaccion|alergi\w*|ronchas?|sarpullido|comezon|picazon|respirar|respiro|falta de aire|adormec\w*|entumec\w*|dormida",
    r"mare(?:o|os|ado|ada)|desmay\w*|vomit\w*|emergencia|urgente\w*|urgencia|ambulancia|hospital|tragar|abrir la boca|ardor|arde\w*",
    r"(?:rompio|quebro|cayo|partio|aflojo|salio|despego|rota|roto|quebrad\w+|floj[oa])(?: \w+){0,4} "
    r"(?:diente|dientes|muela|corona|puente|empaste|relleno|implante|tapadura|placa|provisional)",
    r"(?:diente|muela|corona|puente|empaste|implante|tapadura|placa|provisional)(?: \w+){0,3} "
    r"(?:rompio|quebro|cayo|partio|aflojo|salio|roto|rota|floj[oa]|quebrad\w+)",
    r"moreton\w*|ampollas?|quema\w*|puntos (?:se|me)|no siento|no puedo ver|veo borroso|muy mal|supura\w*|absceso",
)
"""Anything of this kind goes to a person at once; better one too many than one too few."""

URGENT_BENIGN = (
    r"\b(?:no|not|not in|not in any|without|zero|free of|any more|little to no|not having|not having any|isnt|not feeling|no more) "
    r"(?:any |more |longer |much )?(?:pain|painful|swelling|swollen|bleeding|fever|infection|hurting|sore|numb|urgent|an emergency|emergency"
    r"|allergies|reaction|symptoms)\b(?: or (?:pain|swelling|bleeding|fever|infection|numbness)\b)*",
    r"\bpain ?(?:free|less)\b|\bpainless\b|\b(?:pain|swelling|bleeding|fever|soreness) (?:is|has|went|all) (?:\w+ )?(?:gone|stopped|away)\b",
    r"\b(?:doesnt|does not|didnt|wont|not|never|no longer|stopped) (?:even |really )?hurt(?:s|ing)?\b(?: anymore)?",
    r"\b(?:will|does|would|do|did) (?:it|this|that|they|i|there|the \w+)(?: \w+){0,2} (?:hurt|painful|sore|numb|numbed|pain)\b",
    r"\b(?:is it|is this|its|it is) (?:going to|gonna) (?:hurt|be painful|be sore)\b|\bhow (?:much|bad\w*) (?:will|does|would) (?:it|this) hurt\b",
    r"\bhow (?:painful|sore|bad is the pain|much pain)\b|\bwill (?:there|i) (?:be|have|feel)(?: \w+){0,3} (?:pain|swelling|bleeding|numb|sore|bruising)\b",
    r"\bis (?:it|this|there|the \w+) (?:very |really |a lot of |much |any )?(?:painful|pain)\b|\ba pain to\b|\bpain in the (?:butt|ass|rear)\b|\bsuch a pain\b",
    r"\bblood (?:test|work|pressure|thinners?|type|sugar|pressures|donor|drive|draw)\b|\bbloodwork\b|\bfamily emergency\b|\bemergency contact\b",
    r"\b(?:hay|cabin|spring) fever\b|\bnot (?:that |too |very |super )?(?:urgent|an emergency|painful|sore|bad)\b|\bhope (?:it|this) doesnt hurt\b",
    r"\bwork at (?:the |a )?hospital\b|\bhospital (?:job|shift|work)\b|\b(?:catch|out of) (?:my |a )?breath\b|\bsave my breath\b|\bchest of\b",
    r"\bno (?:me )?(?:duel\w+|sangr\w+|arde|tengo (?:dolor|fiebre|nada))\b(?: nada)?|\bsin (?:dolor|fiebre)\b|\bya no (?:me )?(?:duel\w+|sangr\w+)\b",
    r"\bno es (?:urgente|una emergencia|emergencia)\b|\b(?:me va a|va a|puede) (?:doler|dar dolor|dolor)\b|\bque tanto duele\b|\bemergencia familiar\b",
    r"\bburn(?:ing)? (?:question|out|rubber|calories)\b|\bsore loser\b|\bno (?:hay )?(?:urgencia|emergencia)\b",
)

WRONG_NUMBER = (
    r"\bwrong (?:number|num|person|phone|guy|lady|woman|man|patient|one texting|contact)\b|\bhave the wrong\b(?! (?:time|day|date|appointment))",
    r"\bnot (?:my|his|her|their|the right) (?:number|phone)\b|\bno longer (?:my|his|her|their|belongs|has this|have this|uses?|\w+s) ?\w* ?(?:number|phone)",
    r"\b(?:dont|do not|never) know (?:any|anyone|anybody|who (?:this|that) is|a|him|her|who \w+ is|this person|that person|you)\b",
    r"\b(?:no one|nobody|no body|noone|no person) (?:here |by |named |called |with )",
    r"\bno \w+ (?:here|at this number|lives here)$|\bnever heard of\b|\byou(?:ve| have)? (?:got|have|texted|reached) (?:the )?wrong\b",
    r"\b(?:changed|switched) (?:his|her|their) number\b|\bnot (?:his|her|their|your) patient\b|\bim not your patient\b|\bnot a patient\b",
    r"\b(?:doesnt|dont|does not) (?:have|use|live|own) (?:this|at this|here)(?: \w+)*\b|\bnew owner of (?:this|the) (?:number|phone)\b|\bjust got this (?:number|phone)\b",
    # Spanish
    r"\bequivocad\w*|\bequivoc[oa](?:ron|n)?\b|\bnumero (?:incorrecto|erroneo|mal)|\bpersona (?:incorrecta|equivocada)",
    r"\bno conozco a\b|\bno (?:lo|la) conozco\b|\baqui no (?:vive|hay|esta)\b|\b(?:este|ese) no es (?:el |su |mi )?(?:numero|telefono)",
    r"\bya no (?:es|tiene) (?:su|este|mi|el) (?:numero|telefono)|\bno es mi (?:numero|telefono)|\bno se quien es\b|\bcambio (?:de|su) numero\b",
)

NOT_THIS_PERSON = re.compile(
    r"\b(?:I ?['’]?a?m not|[Tt]his (?:is not|isn['’]?t|ain['’]?t)|[Ii]t['’]?s not|[Nn]o soy|[Ee]st[ea] no es)"
    r" (?:the |el |la )?[A-ZÁÉÍÓÚÑ][\wáéíóúñ]+"
)
"""On the text as written, because only the capital tells a name from "I'm not interested"."""

HELP = (
    r"^(?:(?:please|hi|hello|hey) )*(?:help|info|information|ayuda|informacion|auxilio|aide)(?: (?:please|me|thanks|menu))*$",
    r"^(?:(?:hi|hello|hey|sorry|um|ok|new phone|new number|hola) )*(?:who (?:is|are|dis|this)|whos|who s)(?: (?:this|dis|that|you|texting(?: me)?|it|please|sending this|is this|these people))*(?: please)?$",
    r"^(?:(?:hola|perdon|disculpe) )*(?:quien|quienes) (?:es|son|eres|habla|me escribe|escribe|manda)(?: (?:usted\w*|este|esto|tu|este numero))*$",
    r"^what is this(?: (?:about|for|number))?$|^(?:de )?que (?:es|se trata) esto$|^what (?:office|company|business|practice) is this$",
    r"^(?:is this|are you) (?:a |an )?(?:real|bot|robot|scam|spam|automated|human|legit|for real)(?: \w+){0,2}$",
)

YES = frozenset("yes y si sip sure ok fine perfect perfecto claro confirm confirmed confirmo great good dale bueno absolutely".split())
YES_PHRASES = (
    r"^(?:yes|ok|sure|si|great|perfect|good|fine|y|claro|dale|bueno|that|it|this)*(?: ?(?:yes|ok|sure|si|please|thanks|that|it|this|works|work|is|good|great|"
    r"fine|perfect|sounds|for|me|us|ill|take|book|lets|do|i|can|make|be|there|time|the|confirm|esta|bien|me|sirve|perfecto|claro|a|funciona|gusta))+$",
)

ANOTHER_TIME = (
    r"\b(?:another|other|different|diffrent|alternate|alternative|more|additional) (?:\w+ )?(?:times?|days?|dates?|options?|appointments?|weeks?|slots?|openings?|"
    r"choices?|availability|hours|months?|ones?|afternoons?|mornings?|evenings?|doctor|location)\b",
    r"\b(?:anything|something|somethin|anythin|what|any|nothing) (?:else|other|earlier|later|sooner|before|after|next|on|in the|around|at|available|this|open|for)\b",
    r"\bnone\b|^neither\b|\bneither (?:of|one|work)|\bnot any of\b|\bno good for me\b",
    r"\b(?:those|these|they|that|times?|days?|it|any|them|either|dates?|all|1|2|3|one|two|three) (?:times? |days? |dates? |of (?:those|these|them) |\w+ )?"
    r"(?:dont|doesnt|wont|do not|does not|didnt|never|isnt|arent|cant) (?:really )?(?:work|fit|suit|be possible|good|gonna work|going to work)\b",
    r"\bcant (?:do|make|come|go)(?: it)?(?: to)? (?:any|those|these|that|them|either|then|at that time|on those|at those|on that|at any|\d|mon|tue|wed|thu|fri|sat|sun|it then)\w*",
    r"\b(?:reschedul\w+|re schedule|resched|move my (?:appointment|visit)|change (?:my |the )?(?:appointment|visit|time|date|day))\b",
    r"\b(?:do|would|will|could|can) you (?:guys )?(?:have|be open|got|offer|do) (?:anything|something|any|openings?|availab\w+|times?|a |an |appointments?|room|"
    r"mon\w*|tue\w*|wed\w*|thu\w*|fri\w*|sat\w*|sun\w*|week\w*|morning\w*|afternoon\w*|evening\w*|next|later|earlier|in |on )",
    r"\b(?:how|what) about (?!the cost|insurance|cost|price|payment|parking|my)(?:\w+ ){0,3}(?:mon\w*|tue\w*|wed\w*|thu\w*|fri\w*|sat\w*|sun\w*|week\w*|morning\w*|afternoon\w*|evening\w*"
    r"|next \w+|later|earlier|noon|\d+ ?(?:am|pm)?|tomorrow|today|january|february|march|april|may|june|july|august|september|october|november|december)\b",
    r"\b(?:can|could) (?:we|i|you) (?:do|come|get|make it|schedule|book|have|try)(?: \w+){0,4} (?:mon|tue|wed|thu|fri|sat|sun|next|morning|afternoon|evening|earlier|later|sooner|after|before|tomorrow|weekend)\w*",
    r"\b(?:earlier|later|sooner) (?:time|date|day|appointment|in the (?:day|week|morning|afternoon)|one|slot|opening|that (?:day|week)|than|if possible|works|would)",
    r"^(?:(?:any|anything|something|a little|bit|maybe|please|do you have|got) )*(?:earlier|sooner)(?: please)?$",
    r"\b(?:only|prefer|need|better|rather|want) (?:\w+ ){0,3}(?:mornings?|afternoons?|evenings?|weekends?|mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?)\b",
    r"^(?:mornings?|afternoons?|evenings?|weekends?)(?: (?:only|please|are better|is better|work|works|would be better|better))*$",
    r"^(?:is|are|do you work|you open|are you open)(?: there)?(?: \w+)? ?(?:mon|tue|wed|thu|fri|sat|sun|weekend)\w*(?: \w+){0,3}$",
    r"\b(?:what|which) (?:other )?(?:times|days|openings|dates|availability)\b|\bmore (?:times|options|openings|dates|choices)\b|\bwhat else\b",
    # Spanish
    r"\b(?:otr[ao]s?|diferente|distint[ao]) (?:\w+ )?(?:horas?|horarios?|dias?|fechas?|options?|opciones|citas?|momento|semana|tiempo)\b",
    r"\b(?:horas?|horarios?|dias?|fechas?|citas?) (?:diferentes?|distint[ao]s?)\b|\bningun[ao]?\b|\bno me (?:sirve\w*|queda\w*|funciona\w*|conviene\w*|acomoda\w*)",
    r"\b(?:tiene\w*|hay) (?:algo|otra|otro|mas|algun\w*|citas?|espacio|disponib\w*|lugar|horario\w*)\b|\breagendar|\breprogramar|\bcambiar (?:la |mi |de )?(?:cita|hora|fecha|dia)",
    r"\bmas (?:temprano|opciones|horarios|horas)\b|\bno puedo (?:ese|esos|esas|a esa|en ese|en esas|ninguno|esa|ir ese)|\bpuede ser (?:el|la|a las|por la|otro|en la)\b",
)

NOT_NOW = (
    r"\b(?:not|no) (?:right |just |at )?(?:now|yet|at (?:this|the) (?:time|moment)|today|this (?:week|month|year))\b|\bnot ready\b|\bnot at this time\b|\bnow(?: is|s| isnt|'s)? (?:not )?(?:a )?(?:bad|good) time\b",
    r"^(?:(?:maybe|perhaps|ok|please|try|text|ask|contact|remind|check) )*(?:me )?(?:later|another day|some other day|in a (?:bit|while|few)|soon)(?: please| thanks| on)*$",
    r"\b(?:ask|remind|text|contact|call|message|check back|try|check|get back to|reach out to|hit)(?: with)? ?(?:me|us)? ?(?:back |again )?(?:later|next (?:week|month|year)|in (?:a|two|one|\d+|january|the new|the spring|the fall|the summer|\w+ (?:weeks?|months?))"
    r"|after|another time|tomorrow|some other time|when)\b",
    r"\b(?:ill|i will|i can|let me|we will|well|i) (?:\w+ )?(?:call|text|let you know|get back|think|check|reach out|contact|look at my|talk to my|ask my|see if|see what|confirm later|wait)\b",
    r"\b(?:need|have|want|like|going) to (?:think|wait|check|talk (?:to|with|it over)|discuss|save|look at|consider|ask my|hold off|see)\b|\bhold(?:ing)? off\b|\bstill (?:thinking|deciding)\b|\bthinking about it\b",
    r"\b(?:next|after) (?:month|year|payday|paycheck|the (?:holidays?|new year|first|wedding|baby|summer|kids|move)|christmas|thanksgiving|new years?|tax\w*|vacation|i get paid|my (?:vacation|surgery|trip|move))\b(?! (?:on|at|mon|tue))",
    r"\b(?:too|really|very|so|super|pretty) busy\b|^busy\b|\bim busy\b|\bout of town\b|\bon vacation\b|\btraveling\b|\btravelling\b|\bcant (?:right )?now\b|\bcant (?:commit|decide)\b",
    r"\b(?:cant|cannot|dont have|no) (?:afford|the money|money|funds)\b|\bshort on (?:cash|money)\b|\bmoney is tight\b|\bwaiting (?:on|for|until|till)\b|\btoo expensive right now\b|\bmaybe (?:later|next|in|some)\b|\bgive me (?:a |some |\d )?(?:time|few|week|month|minute|day|bit)",
    # Spanish
    r"\b(?:ahora|ahorita|hoy|por ahora|por el momento|de momento) no\b|\bno (?:por )?(?:ahora|ahorita|hoy|todavia|por el momento)\b|\b(?:todavia|aun) no\b|^(?:quizas?|tal vez )? ?(?:mas tarde|luego|despues|mas adelante|otro dia mejor)(?: please| thanks)*$",
    r"\b(?:yo )?(?:le|les|te) (?:aviso|llamo|escribo|confirmo|digo|marco|contacto)\b|\bprefiero esperar\b|\btengo que (?:pensar\w*|consultar\w*|hablar\w*|ver\w*|revisar\w*)|\bdejeme (?:pensar\w*|ver\w*|revisar)|\blo voy a pensar|\bvoy a pensar\w*",
    r"\b(?:el )?(?:proximo|siguiente) (?:mes|ano)\b|\b(?:la proxima semana|el mes que viene|despues de (?:las fiestas|navidad|ano nuevo|\w+))\b|\bestoy (?:muy )?ocupad[oa]\b|\bde (?:viaje|vacaciones)\b|\bno (?:tengo|me alcanza) (?:el )?(?:dinero|tiempo)\b|\bno puedo (?:ahora|ahorita|por ahora)\b",
)

DECLINED = (
    r"^(?:no|nop|negative|decline|declined|pass|never ?mind)(?: (?:thanks|no|please|sorry|im good|im ok|i pass|sir|maam|nunca))*$|^no im (?:good|ok|fine|all set|set)$|^im (?:good|all set|ok)(?: thanks)?$",
    r"\b(?:not|isnt|no longer|no) (?:really |very |at all |that )?interest(?:ed)?\b|\bill pass\b|\bi (?:will )?(?:pass|decline)\b|\bno longer (?:need|want|wish)\w*\b|\bhard pass\b",
    r"\b(?:changed|change) my mind\b|\bdont want (?:it|this|to (?:do|go|have|get|proceed|move|book|schedule|come|continue)|the|that|an? |any)\b|\bdont need (?:it|this|to|the|an?|that|any)\b|\bdecided (?:not|against)\b|\bnot (?:going to|gonna) (?:do|go|have|get|proceed|move|be (?:doing|going))\b|\bdont plan\b",
    r"\b(?:going|went|go|gone|moved|switched|switching|seeing|found|using|chose|have) (?:to |with |a |an |it |is )*(?:elsewhere|somewhere else|someone else|another (?:dentist|office|provider|doctor|place|practice|clinic)|a? ?(?:new|different) (?:dentist|office|provider|doctor|place|practice|clinic))\b",
    r"\balready (?:had|have|got|did|done|took care|been)(?: (?:it|this|that|my|the|them))* ?(?:done|taken care|elsewhere|somewhere|fixed|finished|treated)|\b(?:had|got) it done\b|\btaken care of (?:already|elsewhere)\b|\bforget (?:it|about it)\b|\bnot moving forward\b|\bwont be (?:moving|going|doing|needing|booking|scheduling)\b",
    # Spanish
    r"^no(?: (?:thanks|senor\w*|muchas|estoy bien|asi estoy bien))+$|\bno (?:me |estoy )?interes\w*|\bno gracias\b|\bya no (?:quiero|me interesa|necesito|lo quiero|la quiero|voy)\b|\bcambie de (?:opinion|parecer|idea)|\bno (?:lo |la )?quiero(?: (?:hacer\w*|eso|nada|la cita|ir))?$|\bno (?:lo |la )?voy a hacer\w*|\b(?:ya )?(?:fui|voy|encontre|tengo) (?:a |con |un |una )*(?:otro|otra) (?:dentista|lugar|clinica|doctor\w*|consultorio)|\bya me lo hic\w+|\bno necesito\b",
)

NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "uno": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9,
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6,
    "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "6th": 6,
    "primero": 1, "primera": 1, "primer": 1, "segundo": 2, "segunda": 2, "tercero": 3, "tercera": 3, "tercer": 3,
    "cuarto": 4, "cuarta": 4, "quinto": 5, "quinta": 5, "sexto": 6, "sexta": 6,
    "1ro": 1, "1ra": 1, "1era": 1, "1er": 1, "1o": 1, "1a": 1, "2do": 2, "2da": 2, "2o": 2, "2a": 2, "3ro": 3, "3ra": 3,
    "3er": 3, "3era": 3, "firts": 1, "frist": 1, "secound": 2, "thrid": 3, "tree": 3, "won": 1,
}  # fmt: skip

CHOICE_FILLERS = frozenset(
    """option options number choice slot time appointment opening spot please thanks i ill id im will would like love take want need do does
    can could we us go going with lets let works work for me my is good great fine perfect best ok yes sure sounds book schedule choose
    pick select reserve prefer it thats that the a an be hi hello hey so much very and well definitely absolutely awesome cool
    y si sip that would then think guess choosing chose works this opt no_ numero option el la los las me
    sirve quiero elijo escojo prefiero tomo bien esta perfecto quisiera agendar reservar con ese esa hora cita de en mejor gusta gustaria
    puede ser queda va seria bueno claro hola buenas buenos dias tardes una un opcion porfavor porfa favor super
    nice wonderful lovely available looks look reply answer confirm confirmed confirmo hold grab get put down sign up him her them ones
    have please""".split()
)
"""Words around a number that do not change what it means."""

NEGATIONS = frozenset("not no dont doesnt cant wont isnt except but instead neither nor never without if or unless".split())

SPANISH = frozenset(
    """hola si no_ gracias favor quiero puedo cita hora dia manana tarde mensajes numero equivocado dolor duele me la el los las de que mas
    otro otra ninguna ninguno ahora luego dos tres uno primera segunda tercera por para alto pare basta baja ayuda soy
    tengo sangra hinchado fiebre ya sangrando es esta estoy una un con lo le su mi ningun mejor sirve opcion deje dejen quien""".split()
)
