"""What patients write and what it means, a line each. Three openings are on offer: 1, 2 and 3."""

PHRASES = {
    "stop": """
don't text me, call me
no me escriban, llámenme
I'd rather not get texts
I prefer not to receive texts
can you not text me
no need to text me
you guys text too much
knock it off
stop this nonsense
I don't want any more of these texts
Not interested, take me off
not interested please remove
no longer want to receive
please stop I already booked by phone
I wish to stop receiving these
these texts need to stop
too many texts
enough with the texts
I don't want to hear from you
take this number off
I want out
block
Wrong number stop
I'm going to block you
sick of these messages
so many texts
tired of your texts
I would like to be removed
put me on your do not call list
this has to stop
please make these texts stop
I never signed up for these texts
I didn't give you permission to text me
turn these texts off
I'd like these texts to stop
for the love of god stop
no more texting please
I no longer wish to hear from your office
get me out of this
quit sending these
stop we booked already
demasiados mensajes
ya quiero que dejen de escribirme
quiero que paren
no quiero saber nada de ustedes
estos mensajes tienen que parar
no me interesa, quítenme
no sigan mandando mensajes
estoy harta de estos mensajes
quiten mi número
los voy a bloquear
no autorizo mensajes
número equivocado, no escriban más
quiero salir
STOP
stop.
Stop please
please stop texting me
stpo
sotp
STOPP
S T O P
stop all
Stop!!!
STOP. I already told you
no mas mensajes
no más
no mas
no más mensajes por favor
ya no me manden mensajes
dejen de mandarme mensajes
deje de escribirme
no me escriban más
alto
basta
quiero darme de baja
no quiero recibir mensajes
quítenme de la lista
unsubscribe
unsubcribe
Unsubscribe me please
how do I unsubscribe
take me off your list
take me off this list please
remove me from your list
Remove me
remove my number
lose my number
leave me alone
don't text me again
do not contact me
dont text me anymore
Do not text this number
quit texting me
quit
end
cancel
Cancel.
CANCEL
please cancel
opt out
opt-out
OPTOUT
I want to opt out
opt me out of these
revoke
I revoke my consent
stop sending me messages
can you stop texting me please
I don't want these texts
I don't want to receive any more texts
no more texts
no more messages please
stop these messages
Please stop these text messages
stop bothering me
I said STOP
I told you to stop
stop it
just stop
ok stop
stop messaging me
stop contacting me!!
would you please stop
cancel these texts
stop the texts
stop with the messages
stop calling and texting me
i dont want to be contacted
delete my number please
No longer wish to receive these messages
enough
go away
🛑
stopp texting
please stpo texting me
STOP wrong number
cancelar
parar
dejenme en paz
ya basta
no molestar
no me contacten
Stop texting me!
STOP TEXTING ME
I want you to stop texting me
Please take me off the list
please remove me from this list
remove my number from your system
take my number off your list
I would like to stop receiving these messages
I'd like to stop getting texts
stop receiving
do not message me
don't message me anymore please
no more
no mas textos
No me manden más mensajes
no me mande mas mensajes por favor
por favor no me escriban
por favor dejen de enviarme mensajes
ya no quiero mensajes
ya no quiero recibir mensajes de ustedes
quiero cancelar los mensajes
cancelar mensajes
borren mi numero
elimine mi número por favor
sáquenme de su lista
no quiero que me escriban
pare por favor
deténganse
Unsubscribe!
unsubscribed
UNSUSCRIBE
stoop
STOO
dtop
Stop😡
end texts
Quit.
please quit
quit it
revoke consent
opt me out
optout please
Opting out
stop your messages
Stop spamming me
this is spam, stop
I never signed up for this, stop
I didn't sign up for these texts. Remove me.
Who is this? Stop texting me
lose this number
never text me again
don't ever text this number again
don't contact me
do not send me any more messages
dont send me texts
Don't send any more messages
please don't text
no texts please
no text messages please
I don't wish to receive texts
I do not want text messages
I no longer want to receive texts from you
please discontinue these messages
cease and desist
make it stop
ok that's enough, stop
enough already
stop please and thank you
Stop. Thank you.
STOP STOP STOP
stopppp
Can you please stop
will you stop
stop, I already booked
I asked you to stop
fuck off
no thank you please stop
not interested stop
not interested, please remove me
Take me off
cancel all texts
cancel subscription
S.T.O.P
s-t-o-p
STOP ❤️
Stop!!!!!!!
"STOP"
Reply STOP
STOP to opt out
stop sending
Stop sending me this crap
stop sending me stuff
Stop bugging me
quit bugging me
I don't want any more texts from you
I don't want to get these messages anymore
Don't want texts
please no more
no more thank you
No more text
Do not call or text me again
Never contact me again
do not contact this number again
Please remove this number
please delete me from your system
remove us from your list
off the list please
get me off this list
I want off this list
unsubscribe from all
UNSUBSCRIBE ME NOW
Un-subscribe
unsubsribe
unsuscribe me
opt-out please
i opt out
I'm opting out
I am done with these texts
I'm not consenting to texts
you don't have permission to text me
I withdraw my consent
stop it please
Stop now
stop already!
PLEASE STOP
please please stop
pls stop
plz stop txting me
stop plz
stop msging me
quit texting
STFU
enough texts already
too many texts, stop
how do I stop these
How do I get off this list?
how can I opt out of texts
can i unsubscribe
Can you take me off your list
could you please stop sending these
would you stop texting
don't bother me
no me molesten
no me molesten más
No me escriba
no escriban mas
no manden mas
no más por favor
NO MAS
ya no me escriba por favor
ya no manden mensajes
no quiero mas mensajes
no quiero mensajes
no deseo recibir mensajes
dejar de recibir mensajes
dejen de molestar
deja de mandarme textos
parar mensajes
paren los mensajes
alto por favor
basta ya
dar de baja
baja
déme de baja
denme de baja
quiteme de la lista
quítame de tu lista
borrar mi número
borrenme
bórrame de la lista
eliminar
desuscribirme
anular suscripción
cancelar suscripción
Hágame el favor de no mandar más mensajes
STOP.
stp
sto
srop
dont text
Wrong number, please stop
""",
    "urgent": """
vision is blurry after filler
my vision is blurry
veo todo borroso
what a pain in my jaw
there is a pain in my jaw
why does it bleed so much
I can't stop the bleeding
the bleeding won't stop
it won't stop hurting
my face is swollen
I'm in a lot of pain
me duele mucho
tengo la cara hinchada
I think I'm having a reaction
I have a fever
can't breathe
my face is numb
bleeding a lot
me está sangrando
tengo fiebre
2, but my tooth really hurts
my crown fell out
no puedo respirar
se me cayó la corona
it's an emergency
allergic reaction
my gums are bleeding
sweling in my jaw
I can't feel my lip
tengo mucho dolor de muela
infección
please help me my tooth hurts
help me I'm bleeding
will the bleeding stop
nonstop pain
My jaw is swollen and I have a fever
It hurts so bad
I'm in pain
really bad pain can't sleep
pain is getting worse
my tooth is killing me
I have swelling
swelling won't go down
I'm bleeding
won't stop bleeding
it keeps bleeding
there's blood everywhere
I think it's infected
there is pus coming out
I have an abscess
my throat is closing
having trouble breathing
I can't breathe
I broke out in hives
I have a rash
allergic reaction to the medication
I'm having a bad reaction
my lip is numb since yesterday
still numb after 2 days
my face feels numb
I fainted
dizzy and throwing up
I threw up
emergency
EMERGENCY!!
this is urgent
call 911
I'm at the hospital
going to the ER
my tooth broke
broke a tooth
I chipped my tooth
my temporary crown came off
My crown came off
filling fell out
lost a filling
my stitches came out
I knocked out my tooth
I can't open my mouth
can't swallow
my eyelid is drooping
blurry vision
bruising badly after filler
my skin is turning white
skin is blistering
there's a lump under my eye
fever of 102
I have a temp of 102
chest pains
pain and swelling
2 but my face is swollen
yes and I'm still bleeding
1. also my gum is bleeding
Can I come sooner? I'm in a lot of pain
do you have anything sooner I'm in pain
throbbing
toothache
tooth ache
hurting bad
it hurts
hurts a lot
me duele
me duele la muela
me duele mucho el diente
tengo dolor
mucho dolor
dolor fuerte
no aguanto el dolor
estoy sangrando
sangre
no para de sangrar
no deja de sangrar
sigue sangrando
estoy hinchada
tengo la cara inflamada
se me hinchó la cara
hinchazón
tengo infección
tengo pus
fiebre de 39
me dio una reacción alérgica
reacción
tengo ronchas
no puedo respirar bien
me cuesta respirar
se me duerme la cara
tengo la cara dormida
labio adormecido
es urgente
emergencia
es una emergencia
se me rompió un diente
se me cayó el puente
se me quebró la muela
se me salió la corona
me desmayé
estoy mareada
vomitando
stop the pain please
can't stop the bleeding
I can't feel my tongue
i cant feel my face
my mouth is bleedng
swolen face
tooth hurst so bad
i think i'm having an alergic reaction
my gums won't stop bleeding
Bleeding heavily
pressure and pain in my sinus
I feel feverish
shortness of breath
I took too much pain medicine
the numbness hasn't gone away
jaw locked
my jaw is locked
I think I am going to pass out
there is something wrong with my implant, it's loose
my implant is loose
tooth fell out
""",
    "choose 1": """
1
1.
la primera
number one
One
the first one please
1)
opción 1
1️⃣
I would like option 1
me sirve la 1
uno
1 please
#1
I'll go with the first
first one
First
go with 1
Can you put me down for 1?
I can do 1
1 thank you
yes 1
ok let's do 1
la uno
el primero
primera opción
la 1 por favor
número 1 por favor
escojo la 1
si la 1
one
One please
1 one
The first works great
The first time slot
1st option
first slot please
the 1st one works
Option 1 works great for me thank you
1. Thanks!
la opción 1 por favor
quiero la primera
la 1 me sirve
1 está bien
el numero uno
""",
    "choose 2": """
I can do #2, see you then!
2, thanks. See you there
2, looking forward to it
number2
#2
the second one
dos
2 works
2 works for me, thanks!
(2)
2!
Ok 2
yes, 2
Si, el 2
la segunda por favor
quiero la 2
can I do 2?
2 please and thank you so much
let's do number 2
２
2 is perfect
no. 2
2 is good
2 is fine with me
the 2nd
second
Second option please
I choose 2
book me for 2
Book 2
I'd like the second time
sign me up for 2
we can do 2
2 would be great
2 would work
Hello, I would like number 2 please. Thank you!
good morning 2 please
sounds good, 2
yes please, number 2
2 👍
👍 2
Two please
two
el 2
el dos
la dos
2 por favor
Hola, la 2 está bien
la segunda está bien
me queda bien la 2
opcion dos
La opción 2 por favor gracias
dos por favor
option two
Option 2.
"2"
[2]
2...
2nd one
I want 2
2 it is
2 sounds great
2 sounds perfect
Number two please
number 2 works for us
I'll do the second
Definitely 2
2 I think
2,
the two
la número 2
la 2da
2da
el segundo
me quedo con la 2
sí, la 2
si 2
""",
    "choose 3": """
give me 3
option3
dame la 3
3 nos vemos
option 3 please
I'll take 3
three
3rd
el tercero
numero 3
the last one
the last one please
Hi, 3 please
me gustaria la 3
tres
third
Number 3
I pick number 3
the third option works
3 works best for me
Let's go with 3
schedule me for number 3 please
Could I have the 3rd one
Three!
quiero el número 3
la tercera opcion
prefiero la 3
'3'
#3 please
3!
3, thanks
Let's do 3
I will take the third
third one please
3 pls
3 plz thx
el 3ro
la última
Bueno la 3
""",
    "help": """
HELP
help
info
ayuda
who is this
Who is this?
quien es
Help
HELP!
help please
Ayuda
INFO
AYUDA por favor
Who are you?
who dis
Quién es?
quien eres
¿De qué se trata esto?
what is this
info please
Help me
help?
HELP.
Who's this?
Whos this
who is this please
Who is texting me?
who are these people
what is this about?
¿Quién habla?
quien me escribe
Is this a scam?
is this real
""",
    "wrong_number": """
this is not my number anymore
María ya no vive aquí
wrong number
You have the wrong number
wrong person
this isn't Maria
I'm not Ann
numero equivocado
se equivocó de número
sorry, wrong number
You've got the wrong person
this is not Ann's number anymore
No soy Maria
I don't know who that is
This is no longer her number
Wrong number!
WRONG NUMBER
wrong #
Sorry you have the wrong number
I think you have the wrong person
this is the wrong number
This isn't Maria's phone
This is not John
I am not Sarah
no Maria here
There is no Maria here
nobody by that name here
no one here by that name
don't know any Maria
he no longer has this number
She changed her number
número equivocado
Se equivocó
está equivocado
aquí no vive María
no conozco a esa persona
No soy María
este no es el número de Maria
persona equivocada
Wrong num
wrong number bro
you got the wrong number
u have wrong number
This isn't my appointment, wrong person
This is not the right number
not my number
I don't know anyone named Ann
I don't know a Maria
Ann doesn't live here
Ann does not have this number anymore
This number no longer belongs to Ann
no longer his number
I'm not Maria!
This is not Maria's number
I just got this number
I'm not a patient there
I am not your patient
Número incorrecto
Se equivoca de número
Tiene el número equivocado
Ese no es mi numero
esta persona ya no tiene este número
aquí no hay ninguna María
""",
    "declined": """
no
no thanks
No thank you
not interested
I changed my mind
I'm going somewhere else
found another dentist
no gracias
no me interesa
already had it done
I don't want to do it
nope
no longer interested
No thanks!
no, thanks
No ty
not interested thanks
I'm not interested
I am no longer interested
I've decided not to do it
changed my mind sorry
I went with another dentist
I found someone else
going to another office
I don't need it anymore
Already got it done elsewhere
I've already had this done
I don't want the appointment
I don't want to schedule
No gracias
no estoy interesado
no me interesa gracias
ya no lo quiero
ya no quiero la cita
cambié de opinión
ya fui con otro dentista
pass
I'll pass
decline
I decline
never mind
nop
nah
no thx
No thanks, I'm good
I'm good thanks
I'm all set
not interested anymore
No longer need it
We decided not to
I decided against it
I won't be doing it
I'm not going to do it
I don't want it
I do not want this
I am going with another office
I'm seeing another dentist
Had it done already
forget it
no lo quiero
no quiero
no voy a hacerlo
ya no me interesa
ya no gracias
ya me lo hicieron
encontré otro dentista
no necesito
""",
    "another_time": """
after 5pm
after 5pm please
before noon or after 4, anything later?
después de las 5
anything after 5
1 doesn't work
none of these work
none
Do you have anything else?
other times?
another time please
Can I get a different day
those times don't work for me
anything later in the week?
do you have anything on Saturday?
what about Friday afternoon
I can't make any of those
something earlier?
can we do next week instead
I need to reschedule
otra hora
otro día por favor
ninguna me sirve
tiene algo por la tarde?
no puedo ese día
mornings only
hay otra fecha?
more times
para el lunes
I can't do 2
3 doesn't work for me
none of the above
None of them work
none work for me
Those won't work
These times don't work
I can't do any of these
can't make those
Anything next week?
do you have something sooner
got anything earlier?
different time please
another day
other options?
are there other openings
what other days do you have
What about Tuesday?
How about Thursday at 3?
is there anything on Friday?
Do you have any Saturday appointments
do you have evenings
I work until 5, anything after that?
I need a later time
Can we do a later date
Could we try the week after
reschedule
can i reschedule
otro horario
otra fecha
ninguno
ninguna de esas
no me queda ninguna
tiene otro día?
hay algo más tarde?
tienen algo el viernes?
puede ser en la tarde?
¿Tiene algo en la mañana?
no puedo a esas horas
weekend
Can I get something later in the day?
later in the day
later that week
earlier in the day please
Do you have anything in the evening?
Any evening appointments?
Any Fridays?
any openings in December
what about december
do you have anything in January
I need a Friday
Fridays only
Only Fridays
I can only do mornings
I prefer mornings
afternoons are better
Is there a later time?
Is there anything after 4?
anything after 4pm
None of those times work for me, do you have others?
those are no good
can't do any
those days don't work
that day doesn't work
I'm working then, other days?
I can't do mornings
can you do 5pm
Could I come Monday?
can i come on saturday
I'd like a different day
different date
change time
Can I change my appointment
move my appointment to next week
need to reschedule my appointment
¿tienen otra hora?
otro dia
más horarios
¿hay algo el sábado?
puede ser el viernes
el lunes
prefiero en la tarde
solo puedo en las tardes
ninguno me queda bien
no puedo esos días
esas horas no me sirven
maybe another time
some other time
""",
    "not_now": """
not interested right now
I'm not interested today thanks
no estoy interesada por ahora
no me interesa ahora
not until January
ask me in late March
not now
maybe later
later
not right now
I'll call you
let me check with my wife
ask me next month
ahora no
más tarde
I need to think about it
too busy right now
not yet
I'll let you know
can't afford it right now
todavía no
yo le llamo
next month
Not at this time
not today
not right now thanks
No, not now
maybe next month
maybe in a few weeks
Later please
I'm busy right now
I'm out of town
I'll get back to you
I'll text you later
I will call to schedule
let me think about it
let me check my schedule
need to check my calendar
I have to talk to my husband first
waiting on my insurance
I need to wait until I get paid
after the holidays
try me again in January
text me in two weeks
remind me next week
I can't right now
can't afford it
money is tight
ahorita no
ahora no puedo
después
luego
por ahora no
el próximo mes
yo les aviso
yo llamo después
lo voy a pensar
tengo que pensarlo
estoy ocupado
aún no
todavia no gracias
tal vez más adelante
text me later
No por ahora gracias
Not now thanks
not at the moment
not this week
Not this month
I'll think about it
I'm thinking about it
still thinking
let me get back to you
I will let you know
I'll let u know
will call later
I'll call later
call me later
I'll schedule later
I'll book later
gotta check with work
need to check with my boss
I need to check my work schedule
have to ask my wife
waiting for my paycheck
can't afford right now
too expensive right now
I don't have the money right now
check back in a month
contact me in the spring
try me next year
next year
after Christmas
on vacation until the 5th
I'm traveling
busy this week
super busy
quizás después
más adelante
todavía no sé
no estoy lista todavía
déjeme pensarlo
déjeme ver
luego le llamo
les aviso
no tengo dinero ahora
ahorita no puedo
en este momento no
por el momento no
""",
    "person": """
I don't text
at 1
at 3
at 2 works
a las 2
2 pm
pm
1?
2?
is it 2
for 2
a second
one second
just a second please
un segundo
$1
the one
las 2
at two
hurt?
¿duele?
what a pain
does it bleed much after?
too expensive
should I stop?
I'd like to know, can you text me
is this tooth over texts
take me off the waitlist
remove the tooth
blocked nose
is 3 good?
don't stop by before 5
can I stop in tomorrow?
Can I stop by tomorrow?
I'll stop by the office at 2
Is there a bus stop nearby?
we need to stop at the store first
I need to cancel my appointment
cancel my appointment
when does the appointment end?
I quit smoking last year, does that matter?
non stop flights
how long until it ends
4
1 or 2
1 and 3
2pm
at 2
2:00
2 weeks
not 1
2 but can I come later
yes
ok
sure
Sí
I have 2 kids
will it hurt?
does it hurt
I'm not in pain
no pain
How much will it cost?
Do you take Delta insurance?
thanks
ok thanks
Can you call me?
llámeme por favor
what is the address?
is parking free
I'll be there
see you then
Can my husband come
?
asdf
I'm running late
2 or maybe 3
any
either
either one works
can you help me with the form
What's the total?
Can't stop by today
I'll stop in tomorrow to pay
Is it ok if I stop by around 3?
my car won't start, can't make it
do you have a stop near the train station
My husband will stop at the office
the bus stop is far
Don't stop texting me, I like the reminders
I couldn't stop laughing
stop by
Should I stop taking my blood thinner?
Should I stop eating before the visit?
Do I need to stop my medication
I need to stop by the pharmacy first
when can I stop the antibiotics?
cancel my visit
I want to cancel my appointment on Tuesday
please cancel my appointment
can I cancel later if I need to?
End of the month works better
at the end of the week?
I will be there by the end of the day
I'm trying to quit smoking
what is the cancellation policy
Quiero cancelar mi cita
necesito cancelar mi cita
para mi mamá?
baja de precio?
22
0
5
10
1 & 2
1 or 3 whichever
2 or 3
123
3pm works
Can I come at 3?
1 hour
2 people
I have 3 questions
Is 2 still available?
not 2
No of those work
I need help with my insurance
Not Maria
Did I give you the wrong date?
I'm not sure
I'm not available then
I'm not able to come
I have the wrong time in my calendar
I gave you the wrong address
Liked “Hi Ann, it's Maple Dental. Let's book your next visit. Reply with a number: 1) Tue Nov 24 Reply STOP to opt out”
Loved "You're booked, Ann"
Reacted 👍 to “Hi Ann, it's Maple Dental Reply STOP to opt out”
Le gustó “Hola Ann”
screw off
do not disturb
ya no
don't text me before 9am
please don't text me at work
don't call me, text me instead
stop by the front desk to pay?
Where do I stop for check-in
it stopped
did you stop taking new patients
I stopped taking the antibiotic
can you stop the automatic payment
stop my payment plan
Stop charging my card
end of day works
cancelled my other appointment so any time works
Do I need to cancel my other appointment
I need to cancel, sorry
Can't make it, please cancel
cancel it
cancel that
cancelled
quit smoking
is that the end?
1pm
lets go w 2
probably 2
maybe 2
2 or 3, either
1:00
2-3
2/3
to
too
Yes!
yes please
Sounds good
that works
Works for me
👍
ok 👍
si
claro
no good
not those
I work those days
cant
may I come in next week instead
Maria changed numbers
never been to your office
no es el numero de Maria
naw
all set thanks
not for me
not doing it
I switched dentists
We moved away
It's already done
it's taken care of
when I get paid
in a couple of weeks
in a month
""",
}
"""By meaning; ``urgent`` is a person at once."""

CALM = """
Will I be in pain afterwards?
will it be painful
Is it going to hurt?
How painful is it?
will there be swelling after?
No pain at all, thanks
not in any pain
I feel great, no swelling
the pain is gone
It doesn't hurt anymore
no me duele
sin dolor gracias
¿me va a doler?
not urgent
it's not an emergency
no rush, not urgent
I had blood work done
I take blood pressure pills
I have a family emergency and can't make it
It's a pain to get downtown
is numbing included?
how long will I be numb?
do you treat fever blisters
Can I eat before?
I work at the hospital until 5
thank you so much
running 10 minutes late
what should I bring?
"""
"""Questions and reports that use alarming words without alarm."""
