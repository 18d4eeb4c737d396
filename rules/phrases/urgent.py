"""What cannot wait.

Patterns run over normalised text: lower case, no accents, no apostrophes, one space. English and Spanish stand
together, because people mix them.
"""

URGENT = (
    r"pain(?:s|ful|fully)?|(?:tooth|jaw|head|ear|face)? ?aches?|aching|achy|hurts?|hurting|hurted|sore|"
    r"throb\w*|agony",
    r"excruciating|unbearable|killing me|swell\w*|swollen|swolen|sweling|swelled|puffy|bleed\w*|bled|bleding|"
    r"bleedin|blood\w*",
    r"infect\w*|pus|abscess\w*|fever\w*|chills|allerg\w*|reaction|rash|hives|itch\w*|anaphyla\w*|epipen",
    r"breathe|breathing|breath|numb(?:ness|ed)?|tingl\w*|paraly\w*|cant feel|dizzy|dizziness|faint\w*|"
    r"passed out|pass out|unconscious",
    r"vomit\w*|throwing up|threw up|throat|(?:the|to|in) er|temp(?:erature)? (?:of|is)|nause\w*|emergency|"
    r"urgent\w*|911|hospital|ambulance|chest|"
    r"(?:cant|trouble|difficult\w*|hard|hurts|problems?|unable)(?: to)? swallow\w*",
    r"cant (?:open|close) my (?:mouth|jaw|eye)|blurr\w*|borros\w*|double vision|(?:vision|eyesight|sight) (?:\w+ "
    r"){0,3}(?:gone|fuzzy|foggy|double|black|dark|going|loss)|loss of vision|lost my (?:vision|sight)|(?:vista|"
    r"vision|ojos?) (?:\w+ ){0,2}(?:borros\w*|nublad\w*|doble)|cant see|lost vision|droop\w*|"
    r"bruis\w*|blister\w*",
    r"burn(?:s|ing|ed|t)|ooz\w*|gushing|lump|bump on|stitch\w*|sutures?|dry socket|knocked out|seizure|"
    r"overdos\w*|lock ?jaw|jaw (?:is )?lock\w+|locked jaw",
    r"(?:broke|broken|cracked|chipped|shattered|split|loose|lost|fell|fractured)(?: \w+){0,4} (?:tooth|teeth|"
    r"crown|filling|bridge"
    r"|denture|veneer|implant|jaw|molar|cap|braces|bracket|wire)",
    r"(?:tooth|teeth|crown|filling|bridge|denture|veneer|implant|molar|cap|bracket|wire|temporary|"
    r"stitch\w*)(?: \w+){0,3} "
    r"(?:fell|broke|broken|came off|come off|came out|cracked|chipped|popped|(?:is|its|feels|got) loose|"
    r"is out|poking|split|turning)",
    r"(?:lips?|nose|skin|cheek|face|forehead|chin|area|spot) (?:\w+ ){0,3}(?:white|blue|purple|black|gr[ae]y|"
    r"blanch\w*)|"
    r"black and blue|heart (?:is |keeps )?(?:racing|pounding)|palpitat\w*|temp (?:fell|came) (?:off|out)",
    r"suicid\w*|kill myself|hurt myself|want to die|turning (?:black|white|blue|purple)|getting worse|"
    r"really bad|lost feeling",
    # Spanish
    r"dolor\w*|duel\w+|dolio|doliendo|adolorid\w*|hinch\w*|inchad\w*|inflam\w*|sangr\w*|infec\w*|infet\w*|"
    r"fiebre|calentura|pus",
    r"reaccion|alergi\w*|ronchas?|sarpullido|comezon|picazon|respirar|respiro|falta de aire|adormec\w*|"
    r"entumec\w*|dormid[ao]|me duerme",
    r"mare(?:o|os|ado|ada)|desmay\w*|vomit\w*|emergencia|urgente\w*|urgencia|ambulancia|hospital|tragar|"
    r"abrir la boca|ardor|arde\w*",
    r"(?:rompio|quebro|cayo|partio|aflojo|salio|despego|rota|roto|quebrad\w+|floj[oa])(?: \w+){0,4} "
    r"(?:diente|dientes|muela|corona|puente|empaste|relleno|implante|tapadura|placa|provisional)",
    r"(?:diente|muela|corona|puente|empaste|implante|tapadura|placa|provisional)(?: \w+){0,3} "
    r"(?:rompio|quebro|cayo|partio|aflojo|salio|roto|rota|floj[oa]|quebrad\w+)",
    r"me pica|pican|me siento (?:muy |bien )?mal|me late (?:la|el|un|una)|moreton\w*|ampollas?|quema\w*|puntos (?:se|"
    r"me)|no siento|no puedo ver|veo borroso|muy mal|supura\w*|absceso",
)
"""Anything of this kind goes to a person at once; better one too many than one too few."""

URGENT_BENIGN = (
    r"\b(?:no|not|not in|not in any|without|zero|free of|any more|little to no|not having|not having any|isnt|"
    r"not feeling|no more) "
    r"(?:any |more |longer |much )?(?:pain|painful|swelling|swollen|bleeding|fever|infection|hurting|sore|"
    r"numb|urgent|an emergency|emergency"
    r"|allergies|reaction|symptoms)\b(?: or (?:pain|swelling|bleeding|fever|infection|numbness)\b)*",
    r"\b(?:dont|didnt|doesnt|never|not) (?:really |even )?(?:have|had|having|feel|felt|feeling) (?:any |an? |"
    r"much )?(?:pain|"
    r"swelling|bleeding|fever|infection|numbness|allerg\w+(?: reactions?)?|reactions?)\b(?!.*\b(?:but|until|till|"
    r"before|now|"
    r"except|today)\b)|\bnot allergic(?: to)?\b|\bsin (?:hinchazon|sangrado|molestias?|alergias?)\b",
    r"\b(?:pain|swelling|bleeding|fever|soreness|numbness) (?:stopped|went (?:away|down)|(?:is|got|feels) (?:much |"
    r"a lot )?"
    r"better)\b(?!.*\b(?:but|again|back|started|except|now)\b)",
    r"\bpain ?(?:free|less)\b|\bpainless\b|\b(?:pain|swelling|bleeding|fever|soreness) (?:is|has|went|"
    r"all) (?:\w+ )?(?:gone|stopped|away)\b",
    r"\b(?:doesnt|does not|didnt|wont|not|never|no longer|stopped) (?:even |really )?hurt(?:s|ing)?\b(?: anymore)?",
    r"\b(?:will|does|would|do|did) (?:it|this|that|they|i|there|the \w+)(?: \w+){0,2} (?:hurt|painful|sore|"
    r"numb|numbed|pain)\b",
    r"(?<!why )\b(?:will|does|would|do|did) (?:it|this|that|they|i|there|the \w+)(?: \w+){0,2} (?:bleed|swell|ache|"
    r"bruise|burn|"
    r"itch|throb)\b",
    r"\bwhat a (?:\w+ )?pain\b(?! (?:in|on|around|behind|under|near|when|i have)\b)|\b(?:is|its|being|been|was|are) "
    r"(?:such |kind "
    r"of |just |really )?a (?:real |huge |big |royal |total )?pain\b(?! (?:in|on|around|behind|under|near|when)\b)",
    r"\b(?:is it|is this|its|it is) (?:going to|gonna) (?:hurt|be painful|be sore)\b|\bhow (?:much|"
    r"bad\w*) (?:will|does|would) (?:it|this) hurt\b",
    r"\bhow (?:painful|sore|bad is the pain|much pain)\b|\bwill (?:there|i) (?:be|have|"
    r"feel)(?: \w+){0,3} (?:pain|swelling|bleeding|numb|sore|bruising)\b",
    r"\bis (?:it|this|there|the \w+) (?:very |really |a lot of |much |any )?(?:painful|pain)\b|\ba pain to\b|"
    r"\bpain in the (?:butt|ass|rear)\b|\bsuch a pain\b",
    r"\bblood (?:test|work|pressure|thinners?|type|sugar|pressures|donor|drive|draw)\b|\bbloodwork\b|"
    r"\bfamily emergency\b|\bemergency contact\b",
    r"\b(?:hay|cabin|spring) fever\b|\bfever blisters?\b|\bnot (?:that |too |very |super )?(?:urgent|"
    r"an emergency|painful|sore|bad)\b|\bhope (?:it|this) doesnt hurt\b",
    r"\bwork at (?:the |a )?hospital\b|\bhospital (?:job|shift|work)\b|\b(?:catch|out of) (?:my |a )?breath\b|"
    r"\bsave my breath\b|\bchest of\b",
    r"\bno (?:me )?(?:duel\w+|sangr\w+|arde|tengo (?:dolor|fiebre|nada))\b(?: nada)?|\bsin (?:dolor|fiebre)\b|"
    r"\bya no (?:me )?(?:duel\w+|sangr\w+)\b",
    r"\bno es (?:urgente|una emergencia|emergencia)\b|\b(?:me va a|va a|puede) (?:doler|dar dolor|dolor)\b|"
    r"\bque tanto duele\b|\bemergencia familiar\b",
    r"\bburn(?:ing)? (?:question|out|rubber|calories)\b|\bsore loser\b|\bno (?:hay )?(?:urgencia|emergencia)\b",
)

URGENT_QUESTIONS = (
    r"^(?:(?:hi|hello|hola|and|so|ok|y|any|much|some|is it|is there|hay|mucho|es) )*(?:hurts?|pains?|painful|sore|"
    r"numb|numbing|"
    r"bleed|bleeding|swelling|bruising|soreness|stitches|duele|dolera|doler|dolor|doloroso|sangra|hinchazon|anestesia)"
    r"(?: (?:much|a lot|after|afterwards|mucho|despues|bad|badly|or anything))*$",
)
"""A text with a question mark that is only this asks about the treatment."""
