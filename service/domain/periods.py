"""Periods of time as the plans print them: columns 4 and 5 of the annexes, in three languages.

A period within a year is written ``Q1`` … ``Q4``, ``M01`` … ``M12`` or ``year``; together with
its year ``2027-Q3``, ``2027-05`` or ``2027``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from service.domain.texts import Texts, texts
from service.errors import WrongInput

WHOLE_YEAR = "year"
PROCEDURE_KINDS = (
    "ratification",
    "presidential_decree",
    "government_resolution",
    "agency_order",
    "none",
    "tbd",
)
# Kinds that need no period: nothing is to be done, or nobody knows yet when.
KINDS_WITHOUT_PERIOD = ("none", "tbd")

_PERIOD = re.compile(r"Q([1-4])|M(0[1-9]|1[0-2])")
_DATED = re.compile(r"(\d{4})(?:-(?:(Q[1-4])|(0[1-9]|1[0-2])))?")
_ROMAN = ("I", "II", "III", "IV")
_MONTHS: tuple[Texts, ...] = (
    texts("қаңтар", "январь", "January"),
    texts("ақпан", "февраль", "February"),
    texts("наурыз", "март", "March"),
    texts("сәуір", "апрель", "April"),
    texts("мамыр", "май", "May"),
    texts("маусым", "июнь", "June"),
    texts("шілде", "июль", "July"),
    texts("тамыз", "август", "August"),
    texts("қыркүйек", "сентябрь", "September"),
    texts("қазан", "октябрь", "October"),
    texts("қараша", "ноябрь", "November"),
    texts("желтоқсан", "декабрь", "December"),
)
_PROCEDURES: Mapping[str, Texts] = {
    "ratification": texts("ратификациялау", "ратификация", "ratification"),
    "presidential_decree": texts(
        "Қазақстан Республикасы Президентінің Жарлығымен бекіту",
        "утверждение Указом Президента Республики Казахстан",
        "approval by Presidential decree",
    ),
    "government_resolution": texts(
        "Қазақстан Республикасы Үкіметінің қаулысымен бекіту",
        "утверждение постановлением Правительства Республики Казахстан",
        "approval by Government resolution",
    ),
    "agency_order": texts(
        "орталық мемлекеттік органның бұйрығымен бекіту",
        "утверждение приказом центрального государственного органа",
        "approval by order of the central state body",
    ),
    "none": texts(
        "талап етілмейді (қол қойылған күннен бастап күшіне енеді)",
        "не требуются (вступает в силу со дня подписания)",
        "none required (enters into force on signature)",
    ),
    "tbd": texts("кейіннен айқындалады", "будет определено дополнительно", "to be determined"),
}


def months_of(period: str) -> tuple[int, int]:
    """First and last month of a period within a year, 1 … 12: ``Q2`` → (4, 6).

    Raises WrongInput for another writing.
    """
    if period == WHOLE_YEAR:
        return 1, 12
    match = _PERIOD.fullmatch(period)
    if match is None:
        raise WrongInput(f"Period {period!r} is unknown; write Q1 … Q4, M01 … M12 or year.")
    if match[1]:
        last = int(match[1]) * 3
        return last - 2, last
    return int(match[2]), int(match[2])


def read_period(text: str) -> tuple[int, str]:
    """Year and period of ``2027-Q3``, ``2027-05`` or ``2027``. Raises WrongInput otherwise."""
    match = _DATED.fullmatch(text)
    if match is None:
        raise WrongInput(f"Period {text!r} is unknown; write 2027-Q3, 2027-05 or 2027.")
    month = f"M{match[3]}" if match[3] else WHOLE_YEAR
    return int(match[1]), match[2] or month


def conclusion_period_text(
    year: int, period: str, until_year: int | None = None, until_period: str = ""
) -> Texts:
    """Column 4: (2027, "Q2") → «2027 жылғы II тоқсан», «II квартал 2027 года», "Q2 2027".

    With an end (AMB-07) «2027 жылғы IV тоқсан – 2028 жылғы I тоқсан»; an end that is the beginning
    is not said twice. Raises WrongInput for an unknown period.
    """
    begins = _period_text(year, period)
    if until_year is None or (until_year, until_period) == (year, period):
        return begins
    ends = _period_text(until_year, until_period)
    return {language: f"{begins[language]} – {ends[language]}" for language in begins}


def _period_text(year: int, period: str) -> Texts:
    first, last = months_of(period)
    if period == WHOLE_YEAR:
        return texts(f"{year} жыл", f"{year} год", str(year))
    if first == last:
        month = _MONTHS[first - 1]
        return texts(
            f"{year} жылғы {month['kk']}", f"{month['ru']} {year} года", f"{month['en']} {year}"
        )
    roman = _ROMAN[last // 3 - 1]
    return texts(f"{year} жылғы {roman} тоқсан", f"{roman} квартал {year} года", f"{period} {year}")


def domestic_procedure_text(kind: str, period: str = "") -> Texts:
    """Column 5: ("ratification", "2028-Q2") → «ратификациялау – 2028 жылғы II тоқсан» and so on.

    `kind` is one of PROCEDURE_KINDS. `period` may be empty; for "none" it is ignored. Raises
    WrongInput for an unknown kind or period.
    """
    if kind not in _PROCEDURES:
        raise WrongInput(f"Domestic procedure {kind!r} is unknown; use {', '.join(_PROCEDURES)}.")
    procedure = _PROCEDURES[kind]
    if kind == "none" or not period:
        return procedure
    when = conclusion_period_text(*read_period(period))
    return {language: f"{procedure[language]} – {when[language]}" for language in procedure}
