"""Plain wishes other than a choice: help, wrong number, another time, not now, declined.

Patterns run over normalised text: lower case, no accents, no apostrophes, one space. English and Spanish stand
together, because people mix them.
"""

from rules.phrases.spelling import word_set

_NOW = r"(?: \w+)? (?:right now|now|yet|today|at (?:this|the) (?:time|moment|present)|for now|currently|this (?:week|"
_NOW += r"month|year)|ahora|ahorita|hoy|por (?:ahora|el momento)|en este momento|de momento|todavia)\b"
"""Behind "not interested": who is not so now may be later."""

_NOT_NAMES = (
    r"(?!(?:other|another|good|better|lot|thing|things|time|times|day|days|dates?|dentists?|doctors?|places?|one|way|more|"
    r"of|bit|specific|exact|procedures?|parking|rides?|car|wifi|service|signal|pain|problems?|complaints|idea|clue|room|"
    r"openings?|appointments?|it|that|this|these|those|the|your|a|such|him|her|them)\b)"
)
"""Before the one word that should be somebody's name."""

WRONG_NUMBER = (
    r"\bnot the (?:right|correct) (?:number|person|phone)\b|\bnumber (?:no longer|doesnt|does not) belongs?\b|"
    r"\bisnt the right number\b",
    r"\bwrong (?:number|num|phone|guy|lady|woman|man|one texting|contact)\b|\bwrong (?:person|patient)\b(?! (?:on|in|"
    r"at|answered))|\bhave the wrong(?: one| guy| person)?$",
    r"\b(?:not|isnt) (?:my|his|her|their|the right) (?:number|phone)\b|\bno longer (?:my|his|her|their|belongs|"
    r"has this|have this|uses?|\w+s) ?\w* ?(?:number|phone)",
    r"\b(?:dont|do not|never) know (?:anyone|anybody|who (?:this|that|\w+) is|this person|that person|"
    r"(?:him|her|you)$)",
    rf"\b(?:dont|do not|never) know (?:any|an?) {_NOT_NAMES}\w+(?: (?:here|sorry|lol|by that name|at this number))*$",
    r"\b(?:no one|nobody|no body|noone|no person)(?: here| at this number)? (?:named|called|(?:by|with) (?:the|that|"
    r"this) name)\b",
    rf"\bno {_NOT_NAMES}\w+ (?:here|at this number|lives here)$|\bnever heard of (?:(?:him|her|them|this person|"
    rf"that person|you)\b|{_NOT_NAMES}\w+)|\byou(?:ve| have)? (?:got|texted|reached) (?:the )?wrong(?: one| guy| "
    r"person)?$",
    r"\b(?:changed|switched) (?:his|her|their) number\b|\bnot (?:his|her|their|your) patient\b|"
    r"\bim not your patient\b|\bnot a patient\b(?! person)",
    r"\b(?:doesnt|dont) (?:have|use|own) (?:this|the) (?:number|phone|cell)\b(?! (?:after|before|at|on|when|during|"
    r"until|for))|\bdoesnt live (?:here|at this)|(?<!\bi )(?<!\bwe )\bdont live here\b|"
    r"\bnew owner of (?:this|the) (?:number|phone)\b|\bjust got this (?:number|phone)\b",
    r"\bnumber (?:now )?belongs to (?:someone|somebody|another|a different|my)\b",
    # Spanish
    r"\b(?:numero|telefono|persona) (?:esta )?equivocad[oa]\b|\bequivocad[oa] de (?:numero|persona|telefono)\b|"
    r"^(?:(?:perdon|disculpe|sorry|lo siento|creo que|no|hola|usted|ud|please) )*(?:esta |estas |estan )?"
    r"equivocad[oa]s?(?: (?:lo siento|please|thanks))?$|\bequivoc(?:o|a|an|aron|aste) de (?:numero|persona|telefono)\b|"
    r"^(?:(?:perdon|creo que|disculpe) )*se equivoc(?:o|aron)$",
    r"\bnumero (?:incorrecto|erroneo|mal)|\bpersona incorrecta",
    r"\bno (?:vive|trabaja) aqui(?: (?:ya|mas|nadie\b.*|ningun\w*\b.*))?$",
    r"\bno conozco a (?!\w+ (?:doctor\w*|dentista|especialista))|\bno (?:lo|la) conozco$|\baqui no (?:vive|esta)\b|"
    r"\baqui no hay (?!estacionamiento|parqueo|lugar|tiempo|carro|transporte)|\b(?:este|ese) no es (?:el |su |"
    r"mi )?(?:numero|telefono)",
    r"\bya no (?:es|tiene) (?:su|este|mi|el) (?:numero|telefono)|\bno es mi (?:numero|telefono)|"
    r"\bno se quien (?:es|eres|son)(?: (?:usted\w*|el|ella|esa persona|esta persona|tu|este|esto|\w+))?$|"
    r"\bcambio (?:de|su) numero\b",
)

OWN_NUMBER = (
    r"\b(?:i|we|my \w+) (?:\w+ )?(?:put|gave|wrote|typed|entered|sent|listed|had) (?:\w+ ){0,3}wrong (?:number|"
    r"phone)\b",
    r"\b(?:puse|di|escribi) (?:mal )?(?:el|mi) numero(?: mal| equivocado)?\b",
)
"""Patients who mend their own number are not strangers."""

HELP = (
    r"^(?:(?:please|hi|hello|hey) )*(?:help|info|information|ayuda|informacion|auxilio|aide)(?: (?:please|me|"
    r"thanks|menu))*$",
    r"^(?:(?:hi|hello|hey|sorry|um|ok|new phone|new number|hola) )*(?:who (?:is|are|dis|this)|whos|"
    r"who s)(?: (?:this|dis|that|you|texting(?: me)?|it|please|sending this|is this|"
    r"these people))*(?: please)?$",
    r"^(?:(?:hola|perdon|disculpe) )*(?:quien|quienes) (?:es|son|eres|habla|me escribe|escribe|"
    r"manda)(?: (?:usted\w*|este|esto|tu|este numero))*$",
    r"^what is this(?: (?:about|for|number))?$|^(?:de )?que (?:es|se trata) esto$|^what (?:office|company|"
    r"business|practice) is this$",
    r"^(?:is this|are you) (?:a |an )?(?:real|bot|robot|scam|spam|automated|human|legit|for real)(?: \w+){0,2}$",
)

YES = word_set(
    """
    yes y si sip sure ok fine perfect perfecto claro confirm confirmed confirmo great good dale bueno absolutely works
    work sounds sirve funciona gusta bien ill take book lets
    """
)
"""At least one of these must be said for a yes."""

YES_AROUND = word_set("please thanks that it this is for me us do i can make be there time the esta a")
"""Words a yes may have around it."""

ANOTHER_TIME = (
    r"\b(?:any|got any|more) (?:\w+ )?(?:appointments?|openings?|times|slots?|availability)(?: (?:in|on|at|"
    r"after|for) \w+)?$",
    r"\b(?:those|these|they|that|it) (?:are|is|times are|days are) (?:no good|not good|bad)\b",
    r"^(?:any|got|got any) (?:evening|morning|afternoon|weekend|(?:mon|tues|wednes|thurs|fri|satur|sun)day)s?$|"
    r"\b(?:those|these) (?:times|days) (?:suck|stink)\b|\btienen? (?:algo |hora )?(?:en|por|para) la (?:tarde|manana|"
    r"noche)\b",
    r"\bcant do (?:mornings?|afternoons?|evenings?|weekdays?|weekends?|days?)\b|\b(?:can|"
    r"could) you do \d{1,2}(?: ?am| ?pm|:\d\d)",
    r"\b(?:prefiero|solo puedo|puedo|mejor|quiero) (?:en|por) las? (?:manana|tarde|noche)s?\b",
    r"(?<!my )\b(?:another|other|different|diffrent|alternate|alternative|more|additional) (?:\w+ )?(?:times?|days?|"
    r"dates?|options?|appointments?|weeks?|slots?|openings?|"
    r"choices?|availability|hours|months?|ones?|afternoons?|mornings?|evenings?|doctor|location)\b",
    r"\b(?:anything|something|somethin|anythin|what|any|nothing) (?:else|other|earlier|later|sooner|before|"
    r"after|next|on|in the|around|at|available|this|open|for)\b",
    r"\bnone\b|^neither\b|\bneither (?:of|one|work)|\bnot any of\b|\bno good for me\b",
    r"\b(?:those|these|they|that|times?|days?|it|any|them|either|dates?|all|1|2|3|one|two|three) (?:times? |"
    r"days? |dates? |of (?:those|these|them) |\w+ )?"
    r"(?:dont|doesnt|wont|do not|does not|didnt|never|isnt|arent|cant) (?:really )?(?:work|fit|suit|"
    r"be possible|good|gonna work|going to work)\b",
    r"\bcant (?:do|make|come|go)(?: it)?(?: to)? (?:any|those|these|that|them|either|then|at that time|"
    r"on those|at those|on that|at any|\d|mon|tue|wed|thu|fri|sat|sun|it then)\w*",
    r"\b(?:reschedul\w+|re schedule|resched|move my (?:appointment|visit)|change (?:my |the )?(?:appointment|"
    r"visit|time|date|day))\b",
    r"\b(?:do|would|will|could|can) you (?:guys )?(?:have|be open|got|offer|do) (?:anything|something|any|"
    r"openings?|availab\w+|times?|appointments?|room|an? (?:later|earlier|sooner|different|spot|slot|opening)|"
    r"mon\w*|tue\w*|wed\w*|thu\w*|fri\w*|sat\w*|sun\w*|week\w*|morning\w*|afternoon\w*|evening\w*|next|later|"
    r"earlier|in |on )",
    r"\b(?:how|what) about (?!the cost|insurance|cost|price|payment|parking|my)(?:\w+ ){0,3}(?:mon\w*|tue\w*|"
    r"wed\w*|thu\w*|fri\w*|sat\w*|sun\w*|week\w*|morning\w*|afternoon\w*|evening\w*"
    r"|next \w+|later|earlier|noon|\d+ ?(?:am|pm)?|tomorrow|today|january|february|march|april|may|june|july|"
    r"august|september|october|november|december)\b",
    r"\b(?:can|could) (?:we|i|you) (?:do|come|get|make it|schedule|book|have|try)(?: \w+){0,4} (?:mon|tue|wed|"
    r"thu|fri|sat|sun|next|morning|afternoon|evening|earlier|later|sooner|after|before|tomorrow|weekend)\w*",
    r"\b(?:earlier|later|sooner) (?:time|date|day|appointment|in the (?:day|week|morning|afternoon)|one|slot|"
    r"opening|that (?:day|week)|than|if possible|works|would)",
    r"^(?:(?:any|anything|something|a little|bit|maybe|please|do you have|got) )*(?:earlier|sooner)(?: please)?$",
    r"\b(?:only|prefer|need|better|rather|want) (?:\w+ ){0,3}(?:mornings?|afternoons?|evenings?|weekends?|"
    r"mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?)\b",
    r"^(?:(?:maybe|on|next|this|or|any|a|el|un|para|como) )*(?:mon|tues|wednes|thurs|fri|satur|"
    r"sun)days?(?: (?:mornings?|afternoons?|evenings?|works?|please|at|after|\d+|am|pm|or|only|better))*$",
    r"^(?:(?:el|los|para|un|mejor) )*(?:lunes|martes|miercoles|jueves|viernes|sabados?|domingos?)(?: (?:por|"
    r"en|la|de|manana|tarde|please|mejor|a|las|\d+))*$",
    r"^(?:mornings?|afternoons?|evenings?|weekends?)(?: (?:only|please|are better|is better|work|works|"
    r"would be better|better))*$",
    r"^(?:is|are|do you work|you open|are you open)(?: there)?(?: \w+)? ?(?:mon|tue|wed|thu|fri|sat|sun|"
    r"weekend)\w*(?: \w+){0,3}$",
    r"\b(?:what|which) (?:other )?(?:times|days|openings|dates|availability)\b|\bmore (?:times|options|"
    r"openings|dates|choices)\b|\bwhat else\b",
    r"^(?:(?:anything|only|any time|anytime|sometime|maybe|please|hi|hello|i can do|i can come|i get off|has to be|"
    r"must be|"
    r"preferably|better|works|it would have to be) )*(?:after|before|past|later than|earlier than|not before) "
    r"\d{1,2}(?::\d\d)?(?: ?(?:am|pm|oclock))?(?: (?:please|thanks|only|works|work|is|are|better|best|on|mon|tues|"
    r"wednes|thurs|"
    r"fri|weekdays|for|me|would|be))*$",
    r"^(?:(?:solo|mejor|please|hola|puedo|algo|tiene|que sea) )*(?:despues|antes) de las? \d{1,2}(?::\d\d)?(?: (?:am|"
    r"pm|please|"
    r"de|la|tarde|manana))*$",
    r"^(?:(?:maybe|how about|sometime|any day|anything|only|please|better) )*(?:next|the following) week"
    r"(?: (?:please|thanks|works|is|would be|better|works better|for me))*$",
    r"\b(?:change|move|switch|push|bump|make) (?:it|this|that) (?:to |for |back to )(?:next week|another|a different|"
    r"later|"
    r"tomorrow|mon\w*|tue\w*|wed\w*|thu\w*|fri\w*|sat\w*|sun\w*)\b",
    r"^(?:(?:solo|mejor|prefiero|please) )*(?:por|en) la (?:manana|tarde|noche)s?(?: (?:please|mejor|solo))*$",
    # Spanish
    r"\b(?:otr[ao]s?|diferente|distint[ao]) (?:\w+ )?(?:horas?|horarios?|dias?|fechas?|options?|opciones|"
    r"citas?|momento|semana|tiempo)\b",
    r"\b(?:horas?|horarios?|dias?|fechas?|citas?) (?:diferentes?|distint[ao]s?)\b|\bningun[ao]?\b|"
    r"\bno me (?:sirve\w*|queda\w*|funciona\w*|conviene\w*|acomoda\w*)",
    r"\b(?:tiene\w*|hay) (?:algo|otra|otro|mas|algun\w*|citas?|espacio|disponib\w*|lugar|horario\w*)\b|"
    r"\breagendar|\breprogramar|\bcambiar (?:la |mi |de )?(?:cita|hora|fecha|dia)",
    r"\bmas (?:temprano|opciones|horarios|horas)\b|\bno puedo (?:ese|esos|esas|a esa|en ese|en esas|ninguno|"
    r"esa|ir ese)|\bpuede ser (?:el|la|a las|por la|otro|en la)\b",
)

NOT_NOW = (
    rf"\b(?:not|isnt|no) (?:\w+ )?interest(?:ed)?\b(?={_NOW})|\bno (?:me |estoy )?interes\w*\b(?={_NOW})",
    r"\bill (?:schedule|book|set it up|make (?:it|one|an appointment)|do it|decide) (?:it )?(?:later|soon|"
    r"next \w+|another time)\b",
    r"\b(?:gotta|have to|need to) (?:check|talk|ask|think|see)\b|\bno estoy list[oa]\b|\ben este momento no\b",
    r"\b(?:not|no) (?:right |just |at )?(?:now|yet|at (?:this|the) (?:time|moment)|today|this (?:week|month|"
    r"year))\b|\bnot ready\b|\bnot at this time\b|\bnow(?: is|s| isnt|'s)? (?:not )?(?:a )?(?:bad|good) time\b",
    r"^(?:(?:maybe|perhaps|ok|please|try|text|ask|contact|remind|check) )*(?:me )?(?:later|another day|"
    r"some other day|in a (?:bit|while|few)|soon)(?: please| thanks| on)*$",
    r"\b(?:ask|remind|text|contact|call|message|check back|try|check|get back to|reach out to|"
    r"hit)(?: with)? ?(?:me|us)? ?(?:back |again )?(?:later|next (?:week|month|year)|in (?:a|two|one|\d+|"
    r"january|the new|the spring|the fall|the summer|\w+ (?:weeks?|months?))"
    r"|after|another time|tomorrow|some other time|when)\b",
    r"\b(?:ill|i will|i can|let me|we will|well|i) (?:(?!dont |cant |never )\w+ )?(?:call|text|let you know|get back|"
    r"think|check|reach out|contact|look at my|talk to my|ask my|see if|see what|confirm later|wait)\b",
    r"\b(?:need|have|want|like|going) to (?:think|wait|check|talk (?:to|with|it over)|discuss|save|look at|"
    r"consider|ask my|hold off|see)\b|\bhold(?:ing)? off\b|\bstill (?:thinking|deciding)\b|"
    r"\bthinking about it\b",
    r"\b(?:next|after) (?:month|year|payday|paycheck|the (?:holidays?|new year|first|wedding|baby|summer|kids|"
    r"move)|christmas|thanksgiving|new years?|tax\w*|vacation|i get paid|my (?:vacation|surgery|trip|"
    r"move))\b(?! (?:on|at|mon|tue))",
    r"\b(?:too|really|very|so|super|pretty) busy\b|^busy\b|\bim busy\b|\bout of town\b|\bon vacation\b|"
    r"\btraveling\b|\btravelling\b|\bcant (?:right )?now\b|\bcant (?:commit|decide)\b",
    r"\b(?:cant|cannot|dont have|no) (?:afford|the money|money|funds)\b|\bshort on (?:cash|money)\b|"
    r"\bmoney is tight\b|\bwaiting (?:on|for|until|till)\b|\btoo expensive right now\b|\bmaybe (?:later|next|"
    r"in|some)\b|\bgive me (?:a |some |\d )?(?:time|few|week|month|minute|day|bit)",
    # Spanish
    r"\b(?:ahora|ahorita|hoy|por ahora|por el momento|de momento) no\b|\bno (?:por )?(?:ahora|ahorita|hoy|"
    r"todavia|por el momento)\b|\b(?:todavia|aun) no\b|^(?:quizas?|tal vez )? ?(?:mas tarde|luego|despues|"
    r"mas adelante|otro dia mejor)(?: please| thanks)*$",
    r"\byo (?:llamo|aviso|escribo|confirmo)\b|\b(?:yo )?(?:le|les|te) (?:aviso|llamo|escribo|confirmo|digo|"
    r"marco|contacto)\b|\bprefiero esperar\b|\btengo que (?:pensar\w*|consultar\w*|hablar\w*|ver\w*|"
    r"revisar\w*)|\bdejeme (?:pensar\w*|ver\w*|revisar)|\blo voy a pensar|\bvoy a pensar\w*",
    r"\b(?:el )?(?:proximo|siguiente) (?:mes|ano)\b|\b(?:la proxima semana|el mes que viene|"
    r"despues de (?:las fiestas|navidad|ano nuevo|\w+))\b|\bestoy (?:muy )?ocupad[oa]\b|\bde (?:viaje|"
    r"vacaciones)\b|\bno (?:tengo|me alcanza) (?:el )?(?:dinero|tiempo)\b|\bno puedo (?:ahora|ahorita|"
    r"por ahora)\b",
)

DECLINED = (
    r"^(?:no|nop|negative|decline|declined|pass|never ?mind)(?: (?:thanks|no|please|sorry|im good|im ok|"
    r"i pass|sir|maam|nunca))*$|^no im (?:good|ok|fine|all set|set)$|^im (?:good|all set|ok)(?: thanks)?$",
    rf"\b(?:not|isnt|no longer|no) (?:really |very |at all |that )?interest(?:ed)?\b(?!{_NOW})|\bill pass\b|"
    r"\bi (?:will )?(?:pass|decline)\b|\bno longer (?:need|want|wish)\w*\b|\bhard pass\b",
    r"\b(?:changed|change) my mind\b|\bdont want (?:it|this|to (?:do|go|have|get|proceed|move|book|schedule|"
    r"come|continue)|the|that|an? |any)\b|\bdont need (?:it|this|to|the|an?|that|any)\b|\bdecided (?:not|"
    r"against)\b|\bnot (?:going to|gonna) (?:do|go|have|get|proceed|move|be (?:doing|going))\b|\bdont plan\b",
    r"\b(?:going|went|go|gone|moved|switched|switching|seeing|found|using|chose|have) (?:to |with |a |an |it |"
    r"is )*(?:elsewhere|somewhere else|someone else|another (?:dentist|office|provider|doctor|place|practice|"
    r"clinic)|a? ?(?:new|different) (?:dentist|office|provider|doctor|place|practice|clinic))\b",
    r"\balready (?:had|have|got|did|done|took care|been)(?: (?:it|this|that|my|the|them))* ?(?:done|"
    r"taken care|elsewhere|somewhere|fixed|finished|treated)|\b(?:had|got) it done\b|"
    r"\btaken care of (?:already|elsewhere)\b|\bforget (?:it|about it)\b|\bnot moving forward\b|"
    r"\bwont be (?:moving|going|doing|needing|booking|scheduling)\b",
    # Spanish
    rf"^no(?: (?:thanks|senor\w*|muchas|estoy bien|asi estoy bien))+$|\bno (?:me |estoy )?interes\w*\b(?!{_NOW})|"
    r"\b(?:ya )?no gracias\b|^ya no(?: thanks)+$|\bya no (?:quiero|me interesa|necesito|lo quiero|la quiero|"
    r"voy)\b|^no (?:lo|la) necesito\b|\bcambie de (?:opinion|"
    r"parecer|idea)|\bno (?:lo |la )?quiero(?: (?:hacer\w*|eso|nada|la cita|ir))?$|\bno (?:lo |"
    r"la )?voy a hacer\w*|\b(?:ya )?(?:fui|voy|encontre|tengo) (?:a |con |un |una )*(?:otro|otra) (?:dentista|"
    r"lugar|clinica|doctor\w*|consultorio)|\bya me lo hic\w+|\bno necesito\b",
)

NOT_ALL_OF_IT = (
    r"\b(?:mon|tue|tues|wed|thu|thurs|fri|sat|sun|jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec)(?:\w*day|uary|il|e|y|ust|"
    r"tember|ober|ember)?s?\b|\b(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo)\b|\d",
    r"\b(?:times?|slots?|days?|weeks?|weekends?|weekdays?|mornings?|afternoons?|evenings?|nights?|am|pm|early|earlier|"
    r"late|later|soon|sooner|now|today|tonight|tomorrow|yet|currently|month|year|until|till|unless|if|instead|still|"
    r"first|wait|waiting|hours?|lunch)\b",
    r"\b(?:pay\w*|deposits?|financ\w*|insurance|interpreter|escort|ride|online|call|which|second opinion|"
    r"any of (?:those|these|them))\b|"
    r"\bmove (?:it|my|the)\b|\bi pass (?:by|the|out)\b|\b(?:doctor|dentist) (?:who|appointments?|said|for)\b",
    r"\binterest(?:ed)? in (?!(?:it|this|that|any|your|having|getting|doing|going|coming|moving|proceeding|booking|"
    r"scheduling|making|continuing|treatment|surgery|an? (?:visit|appointment)|the (?:visit|appointment|treatment|"
    r"procedure|work|surgery))\b)",
    r"\b(?:dias?|horas?|semanas?|manana|tardes?|noches?|temprano|hoy|ahora|ahorita|todavia|aun|mes|ano|depositos?|"
    r"pag[oau]\w*|financi\w*|esperar|interprete|llame\w*|primero|despues|luego)\b",
)
"""Beside a "no": it may be the day, the deposit or the waiting that is not wanted, so it is not plain."""

THANKS = word_set(
    """
    thanks thank tysm thankyou tanks thanx gracia grasias grcias agradecida agradecido agradezco appreciate appreciated
    blessings bendiciones goodbye bye adios
    """
)
"""One of these makes a text a courtesy, whatever is open."""

NODS = word_set(
    """
    ok great perfect perfecto perfecta cool awesome wonderful lovely excellent excelente fantastic good bueno bien vale
    dale listo entendido understood noted gotcha alright alrighty nice super sweet yay wow genial estupendo claro
    received recibido confirmed confirm confirmo confirmado sure
    """
)
"""One of these is a courtesy when nothing is asked."""

COURTESIES = (
    r"\b(?:i |we )?got it\b|\b(?:i |we )?will do\b|\bsounds (?:good|great|perfect)\b",
    r"\b(?:its )?no (?:problem|worries)\b|\b(?:you|same to you|u) too\b|\byoure welcome\b|\byou are welcome\b",
    r"\b(?:ill|i will|well|we will) be there\b|\bde nada\b|\bigualmente\b|\b(?:ahi|alla) estar(?:e|emos)\b",
    r"\bfor (?:(?:the|your|all|of|and|quick|kind|everyones|very) |(?:letting me know|reminding me|"
    r"getting back to me|checking|reaching out|help|time|info|information|reminder|update|reply|response|"
    r"everything|call|text|message|patience|kindness|understanding|you do)\b ?)+",
    r"\bpor (?:(?:el|la|su|tu|todo|toda|y) ?|(?:avisar(?:me)?|recordar(?:me)?|recordatorio|ayuda|atencion|"
    r"tiempo|informacion|respuesta|paciencia)\b ?)+",
)
"""Whole phrases that ask for nothing."""

AROUND_COURTESY = word_set(
    """
    you u so much very a lot lots really everyone guys team again dear doctor dr office maam sir oh hello hi hey hola y
    and i to the muy mucho muchas muchisimas mil amable amables usted ustedes ti le les se lo que okey yes too all
    """
)
"""Words a courtesy may have around it."""
