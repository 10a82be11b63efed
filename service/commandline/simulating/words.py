"""Machine words of a played year in three languages, for tables in a terminal."""
# ruff: noqa: E501 - one line for each word

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("kk", "ru", "en")

_TITLES = """
timeline | Жыл барысы | Ход года | Timeline
deadlines | Мерзімдер | Сроки | Deadlines
bodies | Мемлекеттік органдар | Государственные органы | Bodies
concepts | Тұжырымдамалар | Концепции | Concepts
letters | Хаттар, еске салулар, хабарламалар | Письма, напоминания, эскалации | Letters, reminders, escalations
understandings | Уағдаластықтар мен сапарлар | Договорённости и визиты | Understandings and visits
refused | Қабылданбаған әрекеттер | Отклонённые действия | Refused
stand_ins | Сценарийде жоқ тапсырмалар | Задания, которых нет в сценарии | Tasks that the scenario does not know
incidents | Орындалмаған қадамдар | Сбои выполнения | Failed steps
"""
_COLUMNS = """
at | Уақыты | Время | At
act | Әрекет | Действие | Act
subject | Нысаны | Предмет | Subject
clause | Тармақ | Пункт | Clause
actor | Кім | Кто | Actor
step | Кезең | Этап | Step
target | Мақсатты күн | Цель | Target
legal | Заңды күн | По закону | Legal
due | Соңғы сәт | Последний момент | Last second
done | Орындалды | Исполнено | Done
code | Код | Код | Code
name | Атауы | Наименование | Name
standing | Жай-күйі | Статус | Standing
concept | Тұжырымдама | Концепция | Concept
number | Тіркеу № | Рег. № | Number
body | Орган | Орган | Body
state | Күйі | Состояние | State
plan | Жоспар | План | Plan
title | Шарт | Договор | Treaty
count | Саны | Число | Count
kind | Түрі | Вид | Kind
to | Кімге | Кому | To
first | Алғашқысы | Первое | First
last | Соңғысы | Последнее | Last
reason | Себебі | Причина | Reason
task | Тапсырма | Задание | Task
group | Топ | Группа | Group
element | Элемент | Элемент | Element
"""
_ACTS = """
add_ministry_item | Министрлік қосқан жол | Позиция Министерства | Item added by the Ministry
adjust_item | Жолды түзету | Уточнение позиции | Item adjusted
change_calendar | Күнтізбені өзгерту | Изменение календаря | Calendar changed
check_coverage | Қамтылуын тексеру | Проверка учёта договорённостей | Coverage checked
close_cycle | Циклді жабу | Закрытие цикла | Cycle closed
close_submissions | Қабылдауды жабу | Закрытие приёма | Submissions closed
complete_user_task | Тапсырманы орындау | Выполнение задания | Task completed
compose_draft_plans | Жобаларды құрастыру | Составление проектов | Draft plans composed
deliver_message | Хабарламаны жеткізу | Доставка сообщения | Message delivered
deploy_processes | Диаграммаларды енгізу | Ввод диаграмм | Diagrams deployed
end_without_plans | Циклді жоспарсыз аяқтау | Завершение цикла без планов | Cycle ended without plans
escalate | Басшыға хабарлау | Эскалация | Escalation
file_concept | Тұжырымдама беру | Подача концепции | Concept filed
finish_replanning | Қайта есептеудің аяқталуы | Завершение пересчёта сроков | Deadlines planned again
fire_timer | Таймер | Таймер | Timer
import_directory | Органдар тізілімі | Справочник органов | Directory imported
include_in_draft_plan | Жобаға енгізу | Включение в проект | Included in a draft plan
notify_not_expedient | Теріс қорытынды туралы хат | Письмо об отрицательном заключении | Negative notice
open_cycle | Циклді ашу | Открытие цикла | Cycle opened
open_submissions | Қабылдауды ашу | Открытие приёма | Submissions opened
record_commission_decision | Комиссия шешімі | Решение Комиссии | Commission's decision
record_conclusion | Қорытынды | Заключение | Conclusion
record_coverage | Себебін тіркеу | Фиксация причин | Coverage recorded
record_no_proposals | «Ұсыныс жоқ» хаты | Письмо об отсутствии предложений | No-proposals letter
record_no_response | Жауап жоқ | Нет ответа | No response
record_president_decision | Президент шешімі | Решение Президента | President's decision
record_understandings | Уағдаластықты тіркеу | Запись договорённости | Understanding recorded
record_withdrawal | Қайтарып алу | Отзыв | Withdrawal
register_concept | Тұжырымдаманы тіркеу | Регистрация концепции | Concept registered
remind | Еске салу | Напоминание | Reminder
replan_instances | Мерзімдерді қайта есептеу | Пересчёт сроков | Deadlines moved
replace_body | Органды ауыстыру | Замена органа | Body replaced
return_for_correction | Түзетуге қайтару | Возврат на исправление | Returned for correction
return_concept | Қарамай қайтару | Возврат без рассмотрения | Returned without consideration
send_to_president | Президентке жолдау | Направление Президенту | Sent to the President
submit_to_commission | Комиссияға енгізу | Внесение в Комиссию | Submitted to the Commission
supersede_letter | Хатты ауыстыру | Замена письма | Letter superseded
transmit_to_legislature | Заң шығарушы органға жолдау | Передача в парламент | Sent to the legislature
withdraw_concept | Тұжырымдаманы қайтарып алу | Отзыв концепции | Concept withdrawn
"""
_STATES = """
internal | ішкі | внутренняя | internal
official_use | Қызмет бабында пайдалану үшін | Для служебного пользования | For official use
public | Жария | Открыто | Public
draft | жоба | проект | draft
submitted | ұсынылды | представлено | submitted
returned_late | кешіккен, қайтарылды | возвращена: опоздание | returned late
under_review | қаралуда | на рассмотрении | under review
not_expedient | орынсыз | нецелесообразна | not expedient
in_draft_plan | жоспар жобасында | в проекте плана | in a draft plan
excluded | алып тасталды | исключена | excluded
agreed | келісілді | согласовано | agreed
transmitted | жолданды | передано | transmitted
withdrawn | қайтарып алынды | отозвана | withdrawn
refused | қабылданбады | отклонено | refused
no_proposals | ұсыныс жоқ | нет предложений | no proposals
no_proposals_late | ұсыныс жоқ, кешікті | нет предложений, поздно | no proposals, late
no_response | жауап жоқ | нет ответа | no response
silent | әзірге жауап жоқ | пока нет ответа | silent so far
consolidated | біріктірілді | сведено | consolidated
collecting | жиналуда | сбор | collecting
reviewing | қаралуда | рассмотрение | reviewing
consolidating | біріктірілуде | свод | consolidating
at_commission | Комиссияда | в Комиссии | at the Commission
returned | қайтарылды | возвращено | returned
approved | мақұлданды | одобрено | approved
approved_with_changes | өзгерістермен мақұлданды | одобрено с изменениями | approved with changes
at_president | Президентте | у Президента | at the President
remarks | ескертулер бар | замечания | remarks
amended | өзгертілді | изменено | amended
archived | мұрағатта | в архиве | archived
ended_without_plans | жоспарсыз аяқталды | завершён без планов | ended without plans
on_time | уақтылы | в срок | on time
late | кеш | поздно | late
covered | ескерілді | учтено | covered
not_covered | ескерілмеді | не учтено | not covered
not_required | қажет емес | не требуется | not required
open | ашық | открыто | open
current | ағымдағы | текущий | current
prospective | перспективалық | перспективный | prospective
before | дейін | до | before
done | орындалды | выполнено | done
failed | орындалмады | сбой | failed
"""
_STEPS = """
submission | Ұсыныстар | Предложения | Proposals
conclusion | Қорытындылар | Заключения | Conclusions
commission | Комиссияға | В Комиссию | To the Commission
president | Президентке | Президенту | To the President
legislature | Заң шығарушы органға | В парламент | To the legislature
"""
_LETTERS = """
invitation | Шақыру | Приглашение | Invitation
no_proposals | «Ұсыныс жоқ» хаты | Об отсутствии предложений | No proposals
return_notice | Қайтару туралы хат | О возврате | Return notice
negative_expediency_notice | Теріс қорытынды | Об отрицательном заключении | Negative conclusion
coverage_request | Қамту туралы сұрау | Запрос об учёте | Coverage request
commission_cover | Комиссияға ілеспе хат | Сопроводительное в Комиссию | Cover letter to the Commission
president_cover | Президентке ілеспе хат | Сопроводительное Президенту | Cover letter to the President
legislature_transmittal | Заң шығарушы органға хат | Передача в парламент | Transmittal to the legislature
reminder | Еске салу | Напоминание | Reminder
escalation | Басшыға хабарлау | Эскалация | Escalation
submission_due | ұсыну мерзімі | срок представления | proposals due
conclusion_due | қорытынды мерзімі | срок заключения | conclusion due
consolidation_due | біріктіру мерзімі | срок свода | consolidation due
commission_due | Комиссияға енгізу мерзімі | срок внесения в Комиссию | Commission due
president_due | Президентке жолдау мерзімі | срок направления Президенту | President due
president_silent | Президенттен жауап жоқ | нет ответа Президента | President silent
legislature_due | Жолдау мерзімі | срок передачи | legislature due
no_response | органнан жауап жоқ | нет ответа органа | no response
conclusion_overdue | қорытынды кешікті | заключение просрочено | conclusion overdue
conclusions_overdue | қорытындылар кешікті | заключения просрочены | conclusions overdue
commission_overdue | Комиссияға кешікті | внесение просрочено | Commission overdue
president_overdue | Президентке кешікті | направление просрочено | President overdue
legislature_overdue | жолдау кешікті | передача просрочена | legislature overdue
no_agreed_plan | келісілген жоспар жоқ | нет согласованного плана | no agreed plan
commission_refused | Комиссия бас тартты | отказ Комиссии | Commission refused
"""
_WARNINGS = """
undecided_concepts | қорытындысыз тұжырымдамалар бар | есть концепции без заключения | concepts without a conclusion
uncovered_understandings | уағдаластық ескерілмеген, себебі жоқ | договорённость не учтена без причины | an understanding is not covered, without a reason
commission_overdue | Комиссияға енгізілмеген, мерзім өтті | не внесено в Комиссию в срок | not with the Commission in time
president_overdue | Президентке жіберілмеген, мерзім өтті | не направлено Президенту в срок | not sent to the President in time
legislature_overdue | заң шығарушы органға жіберілмеген, мерзім өтті | не передано в законодательный орган в срок | not sent to the legislature in time
no_agreed_plan | жаңа жыл басталды, келісілген жоспар жоқ | новый год наступил, согласованного плана нет | the new year began without an agreed plan
tasks_of_nobody | таратылған органның тапсырмалары ешкімде емес | задания упразднённого органа ничьи | tasks of an abolished body are nobody's
"""
_PHRASES = """
more_lines | … тағы {n} жол; бәрі журналда (--out) | … ещё {n} строк; всё в журнале (--out) | … {n} more lines; see the journal (--out)
more_rows | … тағы {n} жол; бәрі --json нәтижесінде | … ещё {n} строк; все в --json | … {n} more rows; --json holds all
version | {status}, {n}-нұсқа | {status}, версия {n} | {status}, version {n}
warnings | Назар аударыңыз: {flags} | Внимание: {flags} | Attention: {flags}
summary | {year}: {status}; {seconds} с ішінде {steps} қадам | {year}: {status}; {steps} шагов за {seconds} с | {year}: {status}; {steps} steps in {seconds} s
amendments | Сценарийдегі {n} түзету ойнатылған жоқ: 16-тармақтың диаграммасы енгізілмеген. | Изменения из сценария ({n}) не разыграны: диаграмма пункта 16 не введена. | {n} amendments of the scenario were not played: no diagram of clause 16 is deployed.
"""


def _table(text: str) -> Mapping[str, Mapping[str, str]]:
    rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return {word: dict(zip(LANGUAGES, texts, strict=True)) for word, *texts in rows}


TITLES, COLUMNS, ACTS = _table(_TITLES), _table(_COLUMNS), _table(_ACTS)
STATES, STEPS, LETTERS, PHRASES = map(_table, (_STATES, _STEPS, _LETTERS, _PHRASES))
WARNINGS = _table(_WARNINGS)


def said(words: Mapping[str, Mapping[str, str]], word: str, language: str) -> str:
    """The word in the language; the machine word itself when nobody translated it."""
    return words.get(word, {}).get(language) or word
