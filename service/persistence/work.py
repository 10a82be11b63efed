"""One transaction: the repositories on one connection."""

from __future__ import annotations

from service.application import ports
from service.persistence.link import Link
from service.persistence.repositories.journal import SqlJournal
from service.persistence.repositories.outgoing.deliveries import SqlDeliveries
from service.persistence.repositories.outgoing.outbox import SqlOutbox
from service.persistence.repositories.outgoing.templates import SqlMessageTemplates
from service.persistence.repositories.people.accounts import SqlAccounts, SqlWebSessions
from service.persistence.repositories.people.directory import SqlBodies, SqlPeople
from service.persistence.repositories.people.feeds import SqlCalendarFeeds
from service.persistence.repositories.people.task_lists import SqlTaskLists
from service.persistence.repositories.planning_calendar import (
    SqlCalendarChanges,
    SqlCalendarOverrides,
    SqlReplanning,
)
from service.persistence.repositories.registers.concepts import SqlConcepts
from service.persistence.repositories.registers.cycles import (
    SqlCycles,
    SqlDecisions,
    SqlLetters,
    SqlUnderstandings,
)
from service.persistence.repositories.registers.plans import SqlPlans
from service.persistence.repositories.running.definitions import SqlDefinitions
from service.persistence.repositories.running.instances import SqlIncidents, SqlInstances
from service.persistence.repositories.running.messages import SqlMessages, SqlSubscriptions
from service.persistence.repositories.running.timer_starts import SqlTimerStarts
from service.persistence.repositories.running.user_tasks import SqlSubmissions, SqlUserTasks
from service.persistence.repositories.running.waiting import SqlExternalTasks, SqlTimers


class SqlWork:
    """`ports.Work` in SQL. Made by the store; usable until it is committed or left."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.awakens = False  # once committed: whether a scheduler must hear of it
        self._journal = SqlJournal(link)
        self.journal: ports.Journal = self._journal
        self.definitions: ports.Definitions = SqlDefinitions(link)
        self.instances: ports.Instances = SqlInstances(link)
        self.user_tasks: ports.UserTasks = SqlUserTasks(link)
        self.timers: ports.Timers = SqlTimers(link)
        self.timer_starts: ports.TimerStarts = SqlTimerStarts(link)
        self.subscriptions: ports.Subscriptions = SqlSubscriptions(link)
        self.external_tasks: ports.ExternalTasks = SqlExternalTasks(link)
        self.messages: ports.Messages = SqlMessages(link)
        self.outbox: ports.Outbox = SqlOutbox(link)
        self.deliveries: ports.Deliveries = SqlDeliveries(link)
        self.templates: ports.MessageTemplates = SqlMessageTemplates(link)
        self.incidents: ports.Incidents = SqlIncidents(link)
        self.submissions: ports.Submissions = SqlSubmissions(link)
        self.bodies: ports.Bodies = SqlBodies(link)
        self.people: ports.People = SqlPeople(link)
        self.accounts: ports.Accounts = SqlAccounts(link)
        self.web_sessions: ports.WebSessions = SqlWebSessions(link)
        self.task_lists: ports.TaskLists = SqlTaskLists(link)
        self.calendar_feeds: ports.CalendarFeeds = SqlCalendarFeeds(link)
        self.cycles: ports.Cycles = SqlCycles(link)
        self.concepts: ports.Concepts = SqlConcepts(link)
        self.letters: ports.Letters = SqlLetters(link)
        self.understandings: ports.Understandings = SqlUnderstandings(link)
        self.plans: ports.Plans = SqlPlans(link)
        self.decisions: ports.Decisions = SqlDecisions(link)
        self.calendar_overrides: ports.CalendarOverrides = SqlCalendarOverrides(link)
        self.calendar_changes: ports.CalendarChanges = SqlCalendarChanges(link)
        self.replanning: ports.Replanning = SqlReplanning(link)

    def commit(self) -> None:
        """Seal the journal's entries and make everything durable; ends the work.

        Raises RuntimeError in a work that only reads, or has ended.
        """
        connection = self._link.connection
        if not self._link.writable:
            raise RuntimeError("A work from store.read() cannot commit; use store.write().")
        self._journal.seal()
        connection.commit()
        self.awakens = self._link.awakens
        self._link.close()
