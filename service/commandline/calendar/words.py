"""Headings and phrases of the calendar's tables in three languages."""
# ruff: noqa: E501 - one line for each word

from __future__ import annotations

from service.domain.texts import LANGUAGES

_WORDS = """
year | {year} жылғы жұмыс күнтізбесі | Производственный календарь на {year} год | Working calendar of {year}
known | Мәртебесі: {status}. {act} | Статус: {status}. {act} | Status: {status}. {act}
unknown | Мәртебесі белгіленбеген. | Статус не указан. | Nobody has stated its status.
total | Жылдағы жұмыс күндері: {n} | Рабочих дней в году: {n} | Working days of the year: {n}
month | Ай | Месяц | Month
working_days | Жұмыс күндері | Рабочие дни | Working days
other_days | Мерекелер, демалыстар, ауыстырулар | Праздники, выходные, переносы | Holidays, days off, transfers
overrides | Түзетулер | Исключения | Overrides
date | Күні | Дата | Date
effect | Әсері | Эффект | Effect
name | Атауы | Название | Name
act | Құқықтық акт | Правовой акт | Legal act
status | Мәртебесі | Статус | Status
linked | Жұп күні | Связанная дата | Linked date
preview | Өзгерістер | Изменения | Changes
before | Қазір | Сейчас | Now
after | Өзгерістен кейін | Станет | Becomes
nothing | Файлда жаңа ештеңе жоқ: күнтізбе сол қалпында. | В файле нет ничего нового: календарь остаётся прежним. | Nothing in the file is new: the calendar stays as it is.
deadlines | Жылдың мерзімдері | Сроки года | Deadlines of the year
step | Кезең | Этап | Step
moves | Жылжитын мерзімдер | Переносимые сроки | What moves
matter | Іс | Дело | Matter
what | Не | Что | What
element | Элемент | Элемент | Element
overdue | мерзімі өтеді | станет просрочено | becomes overdue
failures | Есептеуге болмайтындары | Не поддаются пересчёту | Cannot be planned again
reason | Себебі | Причина | Reason
more | тағы {n} жол | ещё строк: {n} | {n} more rows
summary | Даналар: {instances}, жылжулар: {moves}, мерзімі өтетіндері: {overdue}. | Экземпляров: {instances}, переносов: {moves}, станет просрочено: {overdue}. | Instances: {instances}, moves: {moves}, becoming overdue: {overdue}.
applied | № {number} өзгеріс енгізілді; қайта есептелгені: {moves}, есептелмегені: {failed}. | Изменение № {number} внесено; перенесено: {moves}, не удалось: {failed}. | Change {number} is made; moved: {moves}, failed: {failed}.
waiting | Қайта есептеуді күтуде: {n}. | Ожидают пересчёта: {n}. | Still to be planned again: {n}.
day | Күн | День | Day
why | Неге | Почему | Why
counted | Есеп | Счёт | Count
due | Соңғы сәт: {due}; нысаналы: {target} | Последний момент: {due}; целевой срок: {target} | Last second: {due}; target: {target}
exported | Түзетулер: {days}, жылдар: {years}; файл: {file} | Исключений: {days}, лет: {years}; файл: {file} | Overrides: {days}, years: {years}; file: {file}
submission | Ұсыныстар | Предложения | Proposals
conclusion | Қорытындылар | Заключения | Conclusions
commission | Комиссияға | В Комиссию | To the Commission
president | Президентке | Президенту | To the President
legislature | Заң шығарушы органға | В законодательный орган | To the legislature
"""
_MONTHS = {
    "kk": "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан",
    "ru": "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "en": "January February March April May June July August September October November December",
}
WORDS = {
    cells[0]: dict(zip(LANGUAGES, cells[1:], strict=True))
    for line in _WORDS.strip().splitlines()
    if (cells := [cell.strip() for cell in line.split(" | ")])
}


def say(word: str, language: str, **values: object) -> str:
    """A phrase in the language, with its values."""
    return WORDS[word][language].format(**values)


def month(number: int, language: str) -> str:
    """The name of a month, 1 … 12."""
    return _MONTHS[language].split()[number - 1]
