"""Wordings and what they mean: with three openings on offer, and when nothing is asked (after a booking, say)."""

LINES = (
    "1) Tue Nov 24, 11:00 AM",
    "2) Wed Nov 25, 2:00 PM",
    "3) Thu Nov 26, 9:30 AM",
)

WORDINGS: dict[tuple[str, str], str] = {
    ("another_time", "another_time"): """
thanks do you have time
thanks do you have another time
friday
friday works better
next week
do you have friday
anything later
something sooner
is there anything earlier
none work
neither
those dont work for me
cant do any of those
no puedo ninguno
otro dia por favor
por la tarde
tienen algo el viernes
prefiero en la manana
can we reschedule
can I change it to next week
necesito cambiar la cita
cancel and reschedule
next week please
mejor por la tarde
move it to friday
""",
    ("choose 1", "another_time"): """
Tuesday 11am please
""",
    ("choose 1", "person"): """
the first works
first one please
la primera por favor
""",
    ("choose 2", "another_time"): """
wednesday works
wednesday
wednesday at 2pm
miercoles
el miercoles a las 2
""",
    ("choose 2", "person"): """
2
option 2
2 please
2 pls
the 2nd one
second one
la segunda
opcion 2
number two
Wed
Wed at 2
yes 2
yes 2 please
si la 2
2 sounds good
2 works, thanks!
can i get 2
2 porfa
I'll take wed
see you wednesday
""",
    ("choose 3", "another_time"): """
thursday morning
""",
    ("choose 3", "person"): """
3
last one
mejor la 3
3 mejor
""",
    ("courtesy", "courtesy"): """
ok thank you
Thank you so much, see you then!
mil gracias, bendiciones
thanks 👍
Got it, thanks
thank you for letting me know
thank you for the reminder and your help
thank you for your time and patience
gracias por avisarme
gracias por su ayuda
gracias por todo, que tenga buen dia
ok I'll be there thanks
very good thanks to you
bien gracias
ok perfect thank you very much doctor
thank u
Thankyou!!
ok thanks bye
adios
😂
""",
    ("declined", "declined"): """
im ok
I'm good
No.
going with another dentist
already did it elsewhere
dont want it
i dont need it anymore
""",
    ("help", "help"): """
new phone who dis
what is this for
de que es esto
are you real
who are you
""",
    ("not_now", "not_now"): """
mas tarde
call me next month
ask me in january
tal vez despues
el proximo mes
I have to talk to my husband
ill get back to you
le aviso
busy
ok but not this week
push it to next month
""",
    ("person", "courtesy"): """
Great, see you then
got it
de nada
you too
Have a great day!
no problem
will do
confirmed
good
appreciate it
I really appreciate you all
""",
    ("person", "person"): """
hi
thanks is that time good
is this time good
ok thanks but what about insurance
ok I'll be there at 3
thanks I will be there late
yes thank you
si gracias
thank you for the call but I can't come
gracias no
ok no
ok but no
not ok
not good
it's not great
ok bad
so so
todo bien gracias
thnks
thanks a million
ok ttyl
lol
haha
🦷
don't stop
dont stop texting me please
can I stop by at 3
can i stop by your office today
please don't stop sending these
please cancel my appt
I need to cancel
need to cancel tomorrow
cancel it please
cancel my visit on Tuesday
I quit smoking
the end
I will be out until the end of the month
is there an end time
I need help choosing
can someone help me
the bleeding stopped
no bleeding
no more pain thanks
is it painful?
sin dolor
ya no me duele
va a doler?
1 and 2
either 1 or 2
any of them
whichever
cualquiera
tue 11
i already booked
already have an appointment
ya tengo cita
ya no la necesito
it's too expensive
how much is it
how much will it cost
cost?
cuanto cuesta
cuanto es
muy caro
es muy caro
do you take payments
payment plan?
can I pay monthly
puedo pagar en partes
does insurance cover it
is it covered
where are you located
what is your address
donde estan
what time do you close
call me
please call
call me please
can you call me
llameme
llamenme por favor
me puede llamar
2 but can we do 3pm
anything but 2
2 no
not the 2nd
make it thursday
im deaf please text only
do not call, text only
dont call me text me
please text instead of calling
stop calling, text is fine
I moved away
we moved to texas
my husband died
I'm pregnant
I have covid
im sick
estoy enferma
I'm at work
driving now
can my daughter come too
can you text me in spanish
habla espanol
en espanol por favor
spanish
START
unstop
scam
bot
stop n shop at 5
bus stop
it wont stop
when will it stop
why did you stop
did you stop my treatment
please stop by
I'll stop by
stop in tomorrow
I don't have any pain
no swelling or bleeding
never had an allergic reaction
not allergic to anything
no allergies
no fever no pain
sensitive to cold
mild discomfort
uncomfortable
ouch
bad taste in my mouth
bump at injection site
skin is peeling
my face feels heavy
migraine
diarrhea
no me duele nada
ya no sangro
sin hinchazon
pain in the butt to get there
no pain no gain
is there pain after
how sore will I be
dont stop my appointment
don't cancel
dont cancel my appointment
please don't cancel
no cancelen mi cita
no cancelar
cancelen mi cita
cancelar cita
necesito cancelar
why am I getting these
why are you texting me
how did you get my number
who gave you my number
this is her mom
this is his wife
wrong day
wrong time
you have the wrong date
I put the wrong number in the form
is the number right
my number changed
new number is 208 555 0142
i have a new phone
my new number
why did you stop texting me
did you stop sending times
when did it stop
stop calling me just text
please stop calling and text me instead
no me llamen, mejor mensaje
in two weeks
in 3 weeks please
swelling went away
swelling is better
pain is better today
""",
    ("stop", "stop"): """
stop calling me
i want to cancel the texts
stop!!!!!
stop this now
Stop texting this number
dejen de llamarme
para
pare de escribirme
quitenme de la lista
no me llamen
this is spam
cancel texts
i'd like to unsubscribe
can you stop
why dont you stop
you should stop
""",
    ("stop task", "stop task"): """
can you cancel my appointment and stop texting me
you have the wrong number stop
unsubscribe me from the newsletter but keep appointment texts
""",
    ("urgent", "urgent"): """
thanks for the pain meds
help my tooth hurts
my tooth hurts
tooth is killing me
my mouth is bleeding
I'm bleeding a lot
still bleeding after 2 days
bleeding wont stop
swelling
my cheek is swollen
face swollen cant open mouth
allergic reaction to the meds
rash on my neck
cant breathe
hard to breathe
lips are tingling
numb since yesterday
pain
severe pain
in pain
painful
hinchazon
reaccion alergica
my crown fell off
chipped my tooth
se me cayo la corona
se me rompio un diente
infection
pus coming out
urgent
urgent please call
call me its urgent
911
I'm dizzy
vomiting since surgery
throwing up
she is in the hospital
i wont stop bleeding
it doesn't stop hurting
I'm allergic to latex
it hurts a little
it hurts when I chew
my gums bleed when I brush
stitches came out
my stitch is loose
cant open my jaw
black and blue
bruised
eye is droopy after botox
my lip is white after filler
burning
blisters
headache
nauseous
my heart is racing
heart palpitations
chest pain
short of breath
I fell and hit my tooth
my tooth got knocked out
my kid knocked out a tooth
broken tooth
loose tooth
crown is loose
temp fell off
temporary came off
me sangra la encia
me salio sangre
se me hincho la cara
tengo los labios hinchados
me pica todo el cuerpo
me siento mal
me siento mareada
vomite
me late la muela
I will be in pain if I wait
this process is painful
stop the bleeding
please stop the pain
how do I stop the bleeding
I can't stop bleeding
bleeding stopped but started again
""",
    ("wrong_number", "wrong_number"): """
wrng number
wrong numbr
this isn't Ann
this is not Maria
equivocado
worng number
rong number
""",
}
