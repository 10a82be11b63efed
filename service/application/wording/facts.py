"""What placeholders stand for: the facts of one row of the outbox, in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from service.application import records as r
from service.application.application import Application
from service.application.ports import Work
from service.domain.calendars import WorkingCalendar
from service.domain.deadlines import deadline
from service.domain.notices.calendar_words import long_date, time_left, working_days
from service.domain.texts import Texts, texts

_ROLES: Mapping[str, Texts] = {
    "submitter": texts("ұсыныс енгізуші", "ответственный за внесение предложений", "submitter"),
    "signatory": texts("қол қоюшы", "подписывающее лицо", "signatory"),
    "head": texts("басшы", "руководитель", "head"),
    "registrar": texts("тіркеуші", "регистратор", "registrar"),
    "consolidator": texts(
        "жоспарларды біріктіруші", "ответственный за свод планов", "consolidator"
    ),
    "reviewer": texts("қараушы", "рассматривающий", "reviewer"),
    "secretary": texts("хатшы", "секретарь", "secretary"),
    "administrator": texts("әкімші", "администратор", "administrator"),
    "process_owner": texts("процесс иесі", "владелец процесса", "process owner"),
}
_GROUNDS: Mapping[str, Texts] = {
    "late": texts(
        "белгіленген мерзімнен кеш түсті", "поступила позже установленного срока", "it came late"
    ),
    "one_language": texts(
        "тек бір тілде ұсынылды", "представлена только на одном языке", "it is in one language only"
    ),
    "out_of_horizon": texts(
        "ұсынылған жыл жоспарлардың кезеңіне кірмейді",
        "предложенный год не входит в период планов",
        "the proposed year lies outside the plans",
    ),
    "other": texts("құжат толық емес", "документ неполный", "it is incomplete"),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about a row when it is put into words; None or "" where nothing is."""

    row: r.Outgoing
    directory: Mapping[str, r.Body]
    calendar: WorkingCalendar
    today: date
    year: int | None
    body: str
    task: Texts
    link: str
    submission_on: date | None


def read_facts(
    app: Application, work: Work, row: r.Outgoing, public_url: str, now: datetime
) -> Facts:
    """Look up what a row's text may name, as it is at `now`."""
    calendar = app.calendar(work)
    directory = {body.code: body for body in work.bodies.all()}
    instance = work.instances.get(row.instance_id) if row.instance_id is not None else None
    matter = (instance.business_key if instance else row.about).split("/")
    year = int(matter[0]) if matter[0].isdecimal() and len(matter[0]) == 4 else None
    codes = (row.about, *matter[1:2], row.recipient.partition("/")[0])
    task = _task(work, row)
    return Facts(
        row=row,
        directory=directory,
        calendar=calendar,
        today=calendar.local_date(now),
        year=year,
        body=next((code for code in codes if code in directory), ""),
        task=_task_names(app, work, row, instance, task),
        link=f"{public_url}/tasks/{task.id}" if task and task.status == "open" else public_url,
        submission_on=_submission_on(app, work, year),
    )


def values_of(facts: Facts, language: str) -> dict[str, str]:
    """Placeholder → text in `language`, for those that have a value."""
    row, payload = facts.row, facts.row.payload
    values = {
        "about": _name(facts.directory, row.about, language),
        "body": _name(facts.directory, facts.body, language),
        "clause": row.clause.replace(",", ", "),
        "ground": _in(_GROUNDS.get(str(payload.get("ground")), {}), language),
        "link": facts.link,
        "recipient": group_name(row.recipient, facts.directory, language),
        "sent_date": long_date(facts.calendar.local_date(row.created_at), language),
        "task": _in(facts.task, language),
        "year": str(facts.year or ""),
    }
    dates = {
        "due_date": _day(facts.calendar, payload, "to", "due", "due_at"),
        "former_due_date": _day(facts.calendar, payload, "from"),
        "submission_date": facts.submission_on,
    }
    values |= {name: long_date(on, language) for name, on in dates.items() if on}
    if due_on := dates["due_date"]:
        left = max(facts.calendar.working_days_between(facts.today, due_on), 0)
        values["working_days_left"] = working_days(left, language)
        values["time_left"] = time_left(facts.today, due_on, facts.calendar, language)
    return {name: text for name, text in values.items() if text}


def group_name(recipient: str, directory: Mapping[str, r.Body], language: str) -> str:
    """A group, body or addressee for people: "Ministry of Transport …, head"."""
    code, _, role = recipient.partition("/")
    name = _name(directory, code, language)
    return f"{name}, {_in(_ROLES.get(role, {}), language) or role}" if role else name


def _name(directory: Mapping[str, r.Body], code: str, language: str) -> str:
    return _in(directory[code].names, language) if code in directory else code


def _in(names: Texts, language: str) -> str:
    return names.get(language) or names.get("kk") or ""


def _task(work: Work, row: r.Outgoing) -> r.UserTask | None:
    """The user task that a reminder hangs on, or that a moved deadline belongs to."""
    task_id = row.payload.get("task_id") or row.payload.get("id")
    return work.user_tasks.get(task_id) if isinstance(task_id, str) else None


def _task_names(
    app: Application,
    work: Work,
    row: r.Outgoing,
    instance: r.Instance | None,
    task: r.UserTask | None,
) -> Texts:
    if task is not None or instance is None:
        return task.names if task else {}
    elements = app.summary(app.definition(work, instance)).elements
    element = elements.get(str(row.payload.get("task") or row.payload.get("element") or ""))
    return {"kk": element.name, **element.names} if element else {}


def _submission_on(app: Application, work: Work, year: int | None) -> date | None:
    cycle = work.cycles.of_year(year) if year else None
    if cycle is None or "submission_on" not in cycle.dates:
        return None
    nominal = date.fromisoformat(str(cycle.dates["submission_on"]))
    settings = app.settings(work, cycle.id)
    return deadline("submission", nominal, app.calendar(work), settings).legal_on


def _day(calendar: WorkingCalendar, payload: Mapping[str, object], *names: str) -> date | None:
    """The local date of the first of these payload entries that is an instant or a date."""
    for name in names:
        text = str(payload.get(name) or "")
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            continue
        return calendar.local_date(at) if at.tzinfo else at.date()
    return None
