"""The words of a calendar feed, which a program reads in its owner's language; and of notices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from babel.dates import format_date
from flask_babel import gettext as _

from service.application.records import Delivery
from service.domain.calendars import ALMATY
from service.domain.texts import Texts, texts
from service.web.wording import LOCALES, at_instant

CALENDAR = texts(
    "Келісім: мерзімдер",
    "Келісім: сроки",
    "Kelisim: deadlines",
)
ABOUT = texts(
    "Халықаралық шарттарды жоспарлау бойынша ашық тапсырмалардың мерзімдері",
    "Сроки открытых задач по планированию международных договоров",
    "Deadlines of the open tasks in the planning of international treaties",
)
CUT = texts(
    "Мұнда тек ең шұғыл тапсырмалар көрсетілген",
    "Здесь показаны только самые срочные задачи",
    "Only the most urgent tasks are shown here",
)
LEGAL = texts("Заңды мерзім", "Законный срок", "Legal deadline")
TARGET = texts("Нысаналы мерзім", "Целевой срок", "Target")
CLAUSE = texts("Қағидалардың тармағы", "Пункт Правил", "Clause of the Rules")
LAST_SECOND = texts("Соңғы сәт", "Последний момент", "Last second in time")
STEPS: Mapping[str, Texts] = {
    "submission": texts("Ұсыныстарды енгізу", "Внесение предложений", "Submission of proposals"),
    "conclusion": texts(
        "Сыртқы саяси орындылығы туралы қорытындылар",
        "Заключения о внешнеполитической целесообразности",
        "Conclusions on foreign-policy expediency",
    ),
    "commission": texts(
        "Жоспарлардың жобаларын Комиссияға енгізу",
        "Внесение проектов планов в Комиссию",
        "Draft plans to the Commission",
    ),
    "president": texts(
        "Жоспарлардың жобаларын Президентке жолдау",
        "Направление проектов планов Президенту",
        "Draft plans to the President",
    ),
    "legislature": texts(
        "Келісілген жоспарларды заң шығарушы органға жолдау",
        "Направление согласованных планов в законодательный орган",
        "Agreed plans to the legislature",
    ),
}


def said(words: Texts, language: str) -> str:
    """The text in that language, else in the state language, else in whichever there is."""
    return words.get(language) or words.get("kk") or next(iter(words.values()), "")


@lru_cache(maxsize=1_000)  # many tasks are due at one instant
def instant(moment: datetime, language: str) -> str:
    """An instant to the second in Almaty's time: «25 сентября 2026 г., 23:59:59 (UTC+05:00)»."""
    local = moment.astimezone(ALMATY)
    offset = local.isoformat()[-6:]
    on = format_date(local, "long", locale=LOCALES.get(language, LOCALES["kk"]))
    return f"{on}, {local:%H:%M:%S} (UTC{offset})"


def standing(delivery: Delivery) -> str:
    """How a delivery stands, in the language of the page."""
    at = at_instant(delivery.settled_at or delivery.due_at)
    if delivery.status == "sent":
        return str(_("Sent on %(instant)s", instant=at))
    if delivery.status == "dead":
        return str(_("Could not be delivered; an administrator sees to it"))
    if delivery.status == "unaddressed":
        return str(_("You have no address yet"))
    if delivery.status == "overtaken":
        return str(_("Was not sent: the task was closed before"))
    return str(_("Waits until %(instant)s", instant=at))
