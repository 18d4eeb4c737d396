"""Twilio's error codes by what they ask of us: refusals of the create call and endings told later, alike.

Source: twilio.com/docs/api/errors. A code that is not here says nothing we could act on: a person calls.
"""

from collections.abc import Mapping

from connectors.base import Trouble

TROUBLE: Mapping[str, Trouble] = {
    "21610": Trouble.OPTED_OUT,  # unsubscribed recipient
    "20003": Trouble.SENDER,  # wrong keys
    "21603": Trouble.SENDER,  # no sender given
    "21606": Trouble.SENDER,  # the sender is no number of this account
    "21701": Trouble.SENDER,  # the messaging service does not exist
    "30002": Trouble.SENDER,  # account suspended
    "30034": Trouble.SENDER,  # unregistered 10DLC number
    "30007": Trouble.FILTERED,  # carrier violation
    "21611": Trouble.LATER,  # the sender's queue is full
    "30001": Trouble.LATER,  # queue overflow
    "30003": Trouble.LATER,  # unreachable handset: switched off, out of coverage
    "30005": Trouble.LATER,  # unknown handset: the carrier does not know it at this moment
    "30022": Trouble.LATER,  # the campaign's rate limit
    "30036": Trouble.LATER,  # the validity period ended in the queue
    "30610": Trouble.LATER,  # outside the recipient's allowed hours
    "21211": Trouble.NUMBER,  # no valid number
    "21408": Trouble.NUMBER,  # a region we may not text
    "21612": Trouble.NUMBER,  # not reachable from our number
    "21614": Trouble.NUMBER,  # no mobile number
    "30004": Trouble.NUMBER,  # blocked by the recipient
    "30006": Trouble.NUMBER,  # landline or unreachable carrier: waiting does not make a landline ring
}
