"""Wishes to get no more texts.

Patterns run over normalised text: lower case, no accents, no apostrophes, one space. English and Spanish stand
together, because people mix them. Source: 47 CFR 64.1200(a)(10), whose per-se words are stop, quit, end,
revoke, opt out, cancel and unsubscribe; other wording counts when a reasonable person would understand it.
"""

from rules.phrases.spelling import word_set

STOP_ALONE = word_set(
    """
    stop unsubscribe optout revoke stopped stopit alto pare paren parar para basta baja detener detente
    detengase detenganse arret desuscribir desuscribirme enough no_mas no_more remove removed delete unsub spam
    salir eliminar borrar block blocked bloquear bloqueado bloqueada dnc
    """
)
"""A reply of only this word (and politeness) opts out."""

STOP_MAYBE_APPOINTMENT = word_set(
    """
    cancel end quit cancelar cancela cancele cancelo terminar finalizar
    """
)
"""Also honoured, but the patient may have meant the appointment: a task is raised too."""

_SEND = r"(?:text(?:ing|s)?|messag(?:e|es|ing)|contact(?:ing)?|send(?:ing)?|writ(?:e|ing)|bother(?:ing)?|bug(?:ging)?"
_SEND += r"|harass(?:ing)?|spam(?:ming)?|call(?:ing)?|sms|notif(?:y|ying)|annoy(?:ing)?|pester(?:ing)?"
_SEND += r"|email(?:ing)?|hit(?:ting)?)"
_TEXTS = r"(?:texts?|messages?|sms|spam|notifications?|alerts?|reminders?|communications?|mensajes|textos"
_TEXTS += r"|notificaciones)"
_ES_SEND = r"(?:mand\w*|envi\w*|escrib\w*|text(?:e\w*|i\w*)|contact\w*|molest\w*|llam\w*|mensaje\w*)"
_WHEN = r"(?:before|after|until|till|during|while|at (?:work|night|\d)|on (?:mon|tue|wed|thu|fri|sat|sun|weekend)"
_WHEN += r"|today|tonight|right now|so (?:early|late)|this (?:early|late)|in the (?:morning|evening)|so much about)"

STOP_PATTERNS: tuple[str, ...] = (
    r"\bunsub\w*|\bdesuscri\w*|\bunsuscri\w*|\boptout\b|\bopt(?:ing|ed)? (?:me )?out\b|\bstop ?all\b",
    rf"\bstop (?:\w+ ){{0,2}}{_SEND}\b",
    rf"\bstop (?:(?:all|these|those|this|the|your|any|sending|with|getting) ){{0,3}}{_TEXTS}\b",
    r"^(?:\d+ )?(?:(?:please|just|ok|yes|no|hey|hi|hello|omg|ugh|god|seriously|and|but|so|reply|text|send) )*stop"
    r"(?: (?:please|now|already|it|this|that|these|thanks|them|all|everything|ok|asap|immediately|me|you|\d+|"
    r"im serious|"
    r"sir|maam|bro|man|right now|forever|at once|stop|and|receiving(?: these| this| messages| texts)*|"
    r"getting (?:these|texts|messages)))*$",
    r"^stop (?:wrong|who|i (?:dont|am|said|already|have|want|never|told|do)|im|ive|you|no|not|do|dont|"
    r"and (?:dont|remove|delete"
    r"|take)|remove|delete|lose|leave|or i|asking|emailing|already|this is|thats enough|what)\b",
    r"\b(?:said|told you to|asked you to|want you to|want this to|want these to|need you to|need this to|"
    r"wish you would) stop\b"
    r"(?! (?:by|in|at|over))",
    r"\b(?:can|could|would|will) you (?:please |just |all )*stop(?: please| it| this| now)?$|\bmake (?:it|"
    r"this|them|these) stop$",
    r"\bplease stop$|\bstop please$|\bhow (?:do|can) i (?:make this |get this to |get you to )?stop(?: this|"
    r" these| it)?$",
    rf"\b(?:dont|never|quit|cease|no longer|not to|stop) (?:ever |even |you )?{_SEND} (?:to )?(?:me|us|"
    rf"this (?:number|phone)|here|my)\b"
    rf"(?! {_WHEN}| (?:just |instead )?(?:text|email|call) me)",
    rf"\b(?:dont|never|quit|cease) (?:ever )?(?:send|sending|texting|messaging|contacting)(?: me| us)?"
    rf"(?: (?:any|these|more|anymore|your|the|a|another|stupid|all|this|those)){{0,3}}(?: {_TEXTS}| again|"
    rf" anymore| stuff| crap)",
    r"\b(?:call|phone)(?: me| us)?(?: instead| please| only)* (?:dont|no) "
    r"(?:text|message)(?:ing|s)?\b(?! (?:to |about ))",
    r"\byou can (?:please )?stop (?:now|these|this|it)\b",
    r"\b(?:dont|quit|no more) (?:text|message)(?:ing)?(?: me| us)? (?:(?:just|please|instead|and|but|only|rather) )*"
    r"(?:call|phone) (?:me|us)\b|\bno (?:me )?(?:text\w+|escriba\w*|mande\w*)(?: \w+){0,3} (?:llame\w*|marque\w*)\b",
    r"^(?:please )?(?:dont|quit|cease) (?:text|texting|contact|contacting|message|"
    r"messaging)(?: me)?(?: (?:please|again|anymore|ever))*$",
    rf"\b(?:dont|no longer|never) (?:want|wish|like|need|care)(?: (?:to|for))?(?: (?:get|getting|receive|"
    rf"receiving|have|see|"
    rf"any|more|these|your|those|anymore|the|further|be getting|you|all|such|this)){{0,5}} (?:{_TEXTS}|"
    rf"text me|texting me"
    r"|to text me|to contact me|contacted|texted|contact me)\b",
    r"\bdont want (?:to be|being) (?:texted|contacted|messaged|bothered)\b",
    rf"\bno (?:more|further|mas) (?:\w+ )?{_TEXTS}\b|^(?:please )?no {_TEXTS}(?: please| thanks)?$|"
    rf"\bno more of (?:this|these)\b",
    r"^(?:please )?no (?:more|mas)(?: please| thanks| of this| already)*$",
    r"\b(?:enough|too many) (?:\w+ )?(?:texts|messages|mensajes) (?:stop|already)|^enough(?: already| please|"
    r" is enough)*$",
    r"\b(?:take|get|remove|delete|cross|pull) (?:me|us|my (?:number|name|phone|cell|info)|"
    r"this number) (?:\w+ )?(?:off|from|out of) "
    r"(?:of )?(?:(?:your|the|this|that|all|any|ur|text|texting|mailing|call|calling|contact|messaging|message|"
    r"sms|marketing|phone"
    r"|future) )*(?:lists?|database|system|records|texts?|texting|messages|mailings?|contacts|thread|this|here)\b",
    r"^(?:please )?(?:take|get) me off(?: of)?(?: this| here| please)*$|^(?:please )?(?:remove|delete|"
    r"unlist) (?:me|my number|this number|us)"
    r"(?: please| now| thanks| immediately)*$",
    r"\b(?:lose|delete|erase|forget|remove|block) (?:my|this) (?:phone )?number\b|\bleave (?:me|"
    r"us) (?:the \w+ )?alone\b",
    r"\b(?:fuck|f|piss|buzz|back|bugger) off\b|\bgo away\b|\bget lost\b|^stfu$|^shut up$|\breport(?:ed|"
    r"ing)? (?:\w+ )*(?:as )?spam\b",
    r"\b(?:revoke|withdraw|rescind|remove|take back) (?:my |all )?(?:consent|permission|authorization)\b|"
    r"\bdo i opt out\b",
    r"\bi (?:no longer|dont) (?:consent|agree)(?: to| anymore| with)?(?: (?:these|your|any|the|receive|be|"
    r"getting))*(?: texts?| messages"
    r"| contact| texted| contacted)?$",
    r"\b(?:cancel|end|terminate|discontinue|cease|halt|disable|turn off|shut off) (?:(?:all|these|this|the|my|"
    r"your|any) )*"
    r"(?:texts?|texting|messages?|messaging|notifications?|alerts?|subscription|sms|spam|communications?|"
    r"mensajes|suscripcion)\b",
    r"\bquit (?:it|bothering|bugging|harassing|spamming|this|texting|messaging|contacting|sending)\b|"
    r"\bcease and desist\b",
    r"^(?:stop|no)? ?(?:not|im not|isnt) interested (?:\w+ )?(?:stop|remove me|unsubscribe)\b|"
    r"\bstop$(?<=interested stop)",
    r"\b(?:dont|never|not) (?:ever )?(?:call|text|contact)(?: or |/| and |, )(?:call|text|contact) (?:me|us|"
    r"this number)\b",
    r"^(?:please )?off (?:the|this|your) list\b|\b(?:want|get|be|take me) off (?:of )?(?:this|the|your|"
    r"that) (?:\w+ )?list\b",
    r"\bdone with (?:these|the|your|all these) (?:texts|messages)\b|\bnot consent\w* to (?:\w+ )?(?:texts|"
    r"messages|this)\b",
    r"\b(?:dont|no longer) have (?:my )?(?:permission|consent) to (?:text|contact|message)\b",
    # Spanish
    r"\bdejar de recibir (?:\w+ )?(?:mensajes|textos)\b|\banul\w+ (?:la |mi )?suscripcion\b",
    rf"\bno (?:mas|quiero mas|quiero recibir(?: mas)?|quiero|deseo recibir(?: mas)?|deseo mas|deseo|"
    rf"necesito mas) (?:\w+ )?{_TEXTS}\b",
    r"\b(?:no|ya no|nunca) (?:quiero|deseo) (?:recibir|que me (?:mand|envi|escrib|contact|text|molest|llam)\w*)",
    rf"\b(?:no|ya no|nunca|jamas) (?:me|nos|se|le)? ?(?:vuelv\w+ a )?{_ES_SEND}(?:me|nos)?(?: (?:mas|ya|nunca|"
    rf"de nuevo|otra vez|a este|aqui))?"
    r"(?: (?:mensajes|textos|nada))?(?: please| thanks)?$",
    r"\bno (?:me|nos) (?:vuelv\w+ a )?(?:mand|envi|escrib|contact|text|molest)\w*(?! (?:antes|despues|hasta|"
    r"por la|en la|hoy|a las))",
    rf"\b(?:deje|dejen|deja|dejar|dejense|dejes|paren|pare|para|basta) de {_ES_SEND}",
    r"\b(?:quiero|deseo|quisiera) (?:dejar de recibir|darme de baja|salir de (?:aqui|est\w+|(?:la|su|tu) lista))|"
    r"\b(?:darme|dar|denme|deme|"
    r"dame) de baja\b",
    r"\b(?:quite\w*|saque\w*|borre\w*|elimine\w*|remueva\w*|quita\w*|saca\w*|borra\w*|elimina\w*)"
    r"(?:me)? ?(?:mi (?:numero|telefono)|de (?:la|su|esta|tu) lista|de (?:aqui|esto)|este numero)",
    r"^(?:please )?(?:quiteme|quitenme|saqueme|saquenme|borreme|borrenme|elimineme|eliminenme|quitame|sacame|"
    r"borrame)\b",
    r"\b(?:deje|deje|dejen|deja)(?:me|nme|nos)? (?:me )?(?:en paz|tranquil\w+)|\bdejenme en paz\b|"
    r"\bdejeme en paz\b|\bdejame en paz\b",
    r"^(?:ya )?(?:basta|paren|parele|pare|no mas|alto)(?: ya| please| thanks| con esto| con los mensajes|"
    r" de mensajes| los mensajes)*$",
    r"\b(?:suspend\w*|deten\w*|par[ae][nr]?|cancel\w*) (?:(?:los|estos|sus|todos|mis|las|de|enviar|mandar|el|la) )*"
    r"(?:mensajes|textos|notificaciones|suscripcion|envio)\b|\bno molest\w+(?: mas)?$",
)

_TIRED = r"(?:too many|so many|way too much|enough(?: of| with)?|sick of|tired of|fed up with|annoyed (?:by|with|at)|"
_TIRED += r"done with|so over|im over|had it with|hate|no more|unwanted|demasiad[oa]s|tantos|hart[oa] de|cansad[oa] "
_TIRED += r"de|basta (?:de|con))"
_FEWER = r"(?: (?:to|for|get|getting|receive|receiving|have|see|any|more|of|these|your|those|anymore|the|further|be|all"
_FEWER += r"|such|this|a|annoying|stupid|dumb|constant|daily|so|many|kind|kinds|sort|sending|me|you|reading|bunch))"
_OFF = r"(?:take|get|remove|delete|drop|pull|cross|scratch|keep|leave|count|sign)"
_WHOSE = r"(?:me|us|my (?:number|name|phone|cell|info)|this (?:number|phone|cell)|the number|it)"
_END = (
    r"(?: (?:please|now|thanks|asap|immediately|already|today|right|away|here|anymore|again|ok|man|guys|everyone|all))*"
)

STOP_PATTERNS += (
    rf"\b(?:dont|do not|no longer|never|not) (?:really |even )?(?:want|wish|like|need|care|wanting){_FEWER}{{0,8}} "
    rf"{_TEXTS}\b",
    rf"\b{_TIRED} (?:(?:of|with|the|these|those|your|all|this|getting|receiving|tus|sus|los|estos|tantos|de|con|damn|"
    rf"stupid|annoying|daily|being) ){{0,4}}(?:{_TEXTS}|texted|messaged|contacted|texting|messaging)\b",
    r"\b(?:dont|no longer|never|not|tired of|sick of|done) (?:want |wish |care |like |need |wanna |of )(?:to )?(?:be )?"
    r"hear(?:ing)? (?:anything |anymore |again |any more )?from (?:you|yall|ya|this|your|them)\b",
    r"\b(?:dont|no longer|not) (?:want|wish|care|wanting) (?:to )?(?:receive|receiving)"
    rf"(?: (?:these|this|those|them|any|more|it|anything|from|you|your))*{_END}$",
    r"\b(?:dont|no longer|not) (?:want|wish|wanna) (?:to )?be (?:on|in|part of|included in) (?:your|this|the|any|"
    r"that) (?:\w+ )?"
    r"(?:list|thread|chat|group|texts?|messages|texting)\b",
    r"\b(?:dont|no longer|never|not) (?:want|wish|like|need) (?:you|yall|u|your office|anyone) (?:to )?(?:text|contact|"
    r"messag|bother|call)\w*",
    r"\b(?:dont|no longer) want (?:these|this|those|any of (?:these|this))(?: anymore| please| thanks)+$|"
    r"^i (?:dont|no longer) want (?:these|any of these)$",
    rf"\b{_OFF} {_WHOSE} (?:off|out)(?: (?:of )?(?:this|it|here|these|that|your (?:texts?|messages|phone)))?{_END}$",
    r"\b(?:want|like|need|wish|ask\w*|request\w*) (?:to be|being) (?:removed|taken off|deleted|unsubscribed|off|"
    r"opted out)\b"
    r"(?! (?:the |my |that )?(?:schedule|braces|tooth|teeth|wait))",
    r"\b(?:interested|booked|scheduled|thanks|moved|please) (?:please |so |and |just )*(?:remove|unsubscribe|delete)"
    rf"(?: (?:me|us|my number|this number))?{_END}$",
    r"^(?:(?:please|ok|yes|no|hey|hi|hello|just|and|so|omg|god|ugh|thanks) )*stop (?:i|im|ive|ill|id|we|weve|were|"
    r"you|not|"
    r"dont|wrong|who|these|thats|its|already|enough|remove|my (?:wife|husband|son|daughter|mom|mother|dad|father))\b"
    r"(?! (?:texting|by) my)",
    rf"\bstop receiving\b|\bstop getting (?:these|this|them|those|your|any|all|it)\b|\bstop (?:with )?(?:these|those|"
    rf"them)"
    rf"{_END}$",
    rf"\b(?:{_TEXTS}|this|it|these|those|you|yall|that|they) (?:really |just |all )?(?:need|needs|have|has|must|"
    rf"should|got|"
    rf"gotta|better|had better|can|may|please)(?: got)?(?: to)?(?: please| all)? (?:stop|end|cease|quit){_END}$",
    rf"\b{_TEXTS} (?:\w+ ){{0,2}}(?:need|needs|have|has|must|should|gotta|better)(?: got)?(?: to)? (?:stop|end|"
    rf"cease)\b",
    rf"\b(?:want|need|get|make|like|have|wish)(?: \w+){{0,3}} (?:{_TEXTS}|these|this|them) (?:to )?(?:stop|end|"
    rf"cease){_END}$",
    rf"\b(?:will|do|can|could|when|how|please)(?: \w+){{0,4}} {_TEXTS} (?:ever |to |please )*(?:stop|end|cease){_END}$",
    r"^(?:(?:i|we|just|please|ok|really|ill) )*(?:want|wanna|need|get me|get|let me) out(?: (?:of (?:this|these|it|"
    r"here|the "
    rf"(?:list|texts|messages))))?{_END}$",
    rf"^(?:please )?block(?: (?:me|this|us|my number|this number))?{_END}$|\bblock(?:ing|ed)? (?:you|u|this number|"
    rf"your number|"
    r"these|yall)\b|\bbloque\w+ (?:este numero|su numero|mi numero)\b|\b(?:los|lo|la|te|voy a) (?:voy a )?bloque\w+",
    r"\bdont (?:call|contact|text) (?:list|registry)\b|\bdo not (?:call|contact|text) (?:list|registry)\b",
    rf"\b(?:dont|quit|cease|never|no longer) send(?:ing)?(?: (?:me|us|to me))?(?: (?:these|this|those|them|it|"
    rf"anything|any|"
    rf"more|your|stuff))+{_END}$",
    rf"^(?:please )?no (?:more )?(?:texting|messaging|contact|contacting|sms|calls or texts|texts or calls){_END}$",
    rf"\b(?:turn|shut|switch) (?:these|this|them|it|(?:the |your |these |all )*{_TEXTS}) off\b",
    r"\b(?:never|didnt|did not) (?:sign(?:ed)? up|ask(?:ed)?|agree[d]?|consent(?:ed)?|opt(?:ed)? in|subscribed?) "
    r"(?:for|to) "
    rf"(?:get |receive |be |getting )?(?:(?:any|these|your|the|all) )*(?:{_TEXTS}|this|these|texted|contacted)\b",
    r"\b(?:never|didnt|dont|not) (?:gave|give|given|giving) (?:you |u )?(?:my |any )?(?:permission|consent)\b|"
    r"\bnot (?:authorized|allowed|permitted|ok|welcome) to (?:text|contact|message)\b|\b(?:you )?may not (?:text|"
    r"contact)\b",
    rf"\b(?:these|your|those|the) {_TEXTS} (?:are|is) (?:\w+ )?(?:annoying|unwanted|harassment|harassing|spam|"
    rf"unwelcome|"
    r"ridiculous|bothering me)\b|\bthis is (?:harassment|spam|harassing)\b|\bleave me be\b|\bdesist\b",
    rf"\b(?:dont|no longer) want any ?more of (?:this|these|it|them|that){_END}$",
    rf"\b(?:rather|prefer|like)(?: you)?(?: to)? not(?: to)? (?:get|receive|have|be sent)(?: \w+){{0,2}} {_TEXTS}\b",
    rf"\b(?:rather|prefer|like|would|could|can)(?: that)?(?: you)?(?: please)? not(?: to)?(?: be)? "
    rf"(?:text|contact|message|texted|contacted|messaged)(?: me| us| this number)?{_END}$",
    rf"\bno need to (?:text|message|contact) (?:me|us){_END}$|\btext(?:s|ing)? (?:me )?too (?:much|often)\b",
    r"\b(?:tired|sick) of (?:getting|receiving) (?:these|this|them|those)\b|\bknock it off\b|^(?:please )?cease(?: "
    r"please)?$",
    r"^(?:please )*stop (?:now|this (?:nonsense|crap|bs|shit|madness|harassment))\b|\bthis number is blocked\b",
    r"\b(?:like|want|id) (?:to be |to get |to come )?off (?:of )?(?:this|the|your|that) (?:\w+ )?(?:list|thread)\b",
    # Spanish
    r"\b(?:deje|dejen|deja|dejenme|dejeme) de (?:fastidi|jod|chinga|insist|mand|envi|escrib)\w*",
    rf"\b{_TEXTS} (?:\w+ )?(?:tienen que|deben|necesitan) (?:parar|terminar|acabar)\b",
    r"\b(?:quiero|necesito|pido|deseo) que (?:ya )?(?:paren|pare|dejen|deje|se detengan|me quiten|me saquen|me "
    r"borren|me "
    r"eliminen|terminen)\b|^(?:ya |please |que )*(?:dejen|deje|paren|parenle|pare|parele)(?: ya| de una vez| please| "
    r"esto| con "
    r"(?:esto|eso|los mensajes|tantos mensajes))*$",
    r"\bno quiero saber (?:nada )?(?:mas )?de (?:ustedes|usted|ti|esto)\b|^(?:ya )?(?:quiero|deseo) salir(?: de "
    r"(?:esto|aqui|la "
    r"lista))?(?: please)?$|\bno (?:sigan|siga|continuen) (?:mand|envi|escrib|molest|text|llam)\w*|^no sigan(?: "
    r"please)?$",
    r"\b(?:quit|saqu|borr|elimin|retir|remuev)(?:e|en|a|an|ar)(?:n?me|me)?(?: (?:mi|este|el|ese) (?:numero|telefono|"
    r"celular|"
    r"nombre))\b|\b(?:quitenme|quiteme|saquenme|saqueme|borrenme|borreme|eliminenme|elimineme|quitame|sacame|"
    r"borrame)\b",
    r"\bno (?:autorizo|doy (?:mi )?(?:permiso|consentimiento))\b|\b(?:deten\w*|par[ae][nr]?|suspend\w*) (?:con "
    r")?(?:esto|eso)"
    r"(?: ya| please)*$|\bno (?:me )?(?:llam\w+|contact\w+|escrib\w+|mand\w+) ni (?:me )?(?:llam|contact|escrib|mand|"
    r"text)\w+",
)

STOP_AT_THE_END = (
    r"(?<!\ba )(?<!\bthe )(?<!\bi )(?<!\bwe )(?<!\bto )(?<!\bmy )(?<!\byour )(?<!\bit )(?<!\bthat )\bstop"
    r"(?: (?:please|now|asap|already|thanks|immediately))*$",
)
"""The word as the last of a longer text; in a text that alarms it may be the pain that shall stop."""

STOP_BENIGN = (
    r"\b(?:dont|didnt|doesnt|never|not|cant|couldnt|wont|wouldnt|wasnt) stop\b",
    r"\bstop(?:ped|ping|s)? (?:by|in|at|over|into|through|on (?:the|my) way|off at|there|here|up)\b",
    r"\b(?:bus|truck|rest|pit|next|last|first|train|one|quick|full|short|non|subway|second) ?stop\b",
    r"\bstop (?:the |my |this )?(?:bleeding|pain|swelling|hurting|throbbing|smoking|taking|eating|drinking|"
    r"my (?:med|blood)\w*)",
    r"\b(?:waiting|wait|cancellation|short|asap) ?list\b",
    r"\bdont (?:please )?(?:unsub\w*|optout|opt (?:me|us) out|(?:remove|delete|block) (?:me|us|my number)|"
    r"take (?:me|us) off)(?: (?:from|off|of))?(?: (?:the|your|this|that|my|texts?|messages?|text))*(?: list)?\b",
    r"\bdidnt (?:mean|want|intend|try) to (?:unsub\w*|optout|stop)\b|\bdid (?:i|we) (?:just |accidentally )?"
    r"(?:unsub\w*|optout)\b|\bdont want to (?:unsub\w*|optout|stop (?:getting|receiving|the|your|"
    r"these|texts?|messages?))\b",
    r"\b(?:why|how come) (?:did|have) (?:you|they) (?:guys )?(?:all )?stop(?:ped)?(?: (?:text|messag|send|writ|"
    r"contact)ing)?\b|"
    r"\bdid (?:you|they|it|this) (?:guys )?stop\b",
    r"\b(?:stop|quit) (?:\w+ )?call(?:s|ing)?\b(?: me| us)?(?! or\b| nor\b| and (?:dont|stop)\b)(?=.*\b(?:just |"
    r"only |please |can you |and |but |"
    r"rather )*"
    r"(?:text (?:me|us|is|only|instead|please)|texts? (?:are|is|work|instead)|just text|only text|by text))",
)
"""Wordings in which the word has nothing to do with texts."""

MORE_THAN_A_STOP = (
    r"\b(?:call|phone)(?: instead| please| only)* (?:dont|no)\b",
    r"(?<!dont )(?<!stop )(?<!quit )(?<!not )(?<!never )(?<!or )\bcall (?:me|us)\b",
    r"(?<!no )(?<!me )(?<!ni )\bllame\w*\b",
    r"\b(?:died|dead|deceased|passed away|passed on|funeral|fallecio|falleci\w+|murio|muerto|muerta)\b",
)
"""Honoured, and a person must know what else it says."""
