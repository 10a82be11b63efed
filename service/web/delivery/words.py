"""The words of deliveries and texts."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

KINDS: Mapping[str, LazyString] = {
    "letter": _l("Letter"),
    "notice": _l("Notice"),
    "reminder": _l("Reminder"),
    "escalation": _l("Escalation"),
}
STATES: Mapping[str, LazyString] = {
    "waiting": _l("Waiting"),
    "sending": _l("On its way"),
    "sent": _l("Sent"),
    "dead": _l("Given up"),
    "unaddressed": _l("Reached nobody"),
    "overtaken": _l("Not needed any more"),
}
CHANNELS: Mapping[str, LazyString] = {
    "mail": _l("Mail"),
    "webhook": _l("Webhook"),
    "log": _l("Log"),
}
PLACEHOLDERS: Mapping[str, LazyString] = {
    "about": _l("what it concerns: a concept's number, a body's name, a year"),
    "body": _l("the central state body's name"),
    "clause": _l("the clauses of the Rules, such as 4, 7"),
    "count": _l("how many there are"),
    "date": _l("today's date"),
    "due_date": _l("the deadline's date"),
    "former_due_date": _l("the date before the deadline was moved"),
    "ground": _l("why a concept is returned"),
    "items": _l("the notices, one below the other"),
    "link": _l("the address of the task, or of these pages"),
    "recipient": _l("whom it is meant for: body and role"),
    "sent_date": _l("the date of what it tells"),
    "submission_date": _l("the last day for proposals in that year"),
    "task": _l("the task's name"),
    "time_left": _l("the time that is left, in words: 3 working days left"),
    "working_days_left": _l("such as: 3 working days"),
    "year": _l("the planning year"),
}
