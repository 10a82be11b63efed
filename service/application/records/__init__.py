"""The rows of the registers and of the engine's bookkeeping, as values.

Rows never leave `service.persistence`; these frozen values do. Instants (`…_at`) are aware and in
UTC, legal dates (`…_on`) are local dates in Asia/Almaty. Texts in languages are mappings with the
keys ``kk``, ``ru``, ``en`` (``en`` may be missing). `id` is 0 until the row is stored.
"""

from __future__ import annotations

from service.application.records.feeds import DatedTask
from service.application.records.kinds import Texts, Values
from service.application.records.outgoing import Delivery, MessageTemplate, Outgoing
from service.application.records.people import (
    Account,
    Body,
    CalendarFeed,
    ListedTask,
    Person,
    WebSession,
)
from service.application.records.planning_calendar import (
    CalendarChange,
    CalendarMove,
    CalendarYear,
    OpenWork,
)
from service.application.records.registers import (
    Concept,
    Conclusion,
    Cycle,
    Decision,
    Letter,
    Plan,
    PlanItem,
    Understanding,
)
from service.application.records.running import (
    Definition,
    ExternalTask,
    FormDefinition,
    Incident,
    Instance,
    JournalEntry,
    Message,
    SealedEntry,
    Submission,
    Subscription,
    Timer,
    TimerStart,
    UserTask,
)

__all__ = [
    "Account",
    "Body",
    "CalendarChange",
    "CalendarFeed",
    "CalendarMove",
    "CalendarYear",
    "Concept",
    "Conclusion",
    "Cycle",
    "DatedTask",
    "Decision",
    "Definition",
    "Delivery",
    "ExternalTask",
    "FormDefinition",
    "Incident",
    "Instance",
    "JournalEntry",
    "Letter",
    "ListedTask",
    "Message",
    "MessageTemplate",
    "OpenWork",
    "Outgoing",
    "Person",
    "Plan",
    "PlanItem",
    "SealedEntry",
    "Submission",
    "Subscription",
    "Texts",
    "Timer",
    "TimerStart",
    "Understanding",
    "UserTask",
    "Values",
    "WebSession",
]
