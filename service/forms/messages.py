"""What a form says to people, in the three languages: what is wrong, the value, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.forms.schema import LANGUAGES, Field


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong (or, as a warning, odd) with one field; key "" concerns the whole form.

    In a list the key names the row from zero: ``counterparts[0].kk``.
    """

    key: str
    code: str
    texts: Mapping[str, str]

    def message(self, language: str) -> str:
        """In `language` (kk, ru, en), else English."""
        return self.texts.get(language) or self.texts["en"]

    def __str__(self) -> str:
        return f"{self.key}: {self.message('en')}" if self.key else self.message("en")


def problem(key: str, code: str, field: Field | None = None, **facts: object) -> Problem:
    """The Problem `code` with its texts; `facts` fill the placeholders.

    A fact that is a mapping is taken per language.
    """
    texts = {}
    for language, template in zip(LANGUAGES, TEXTS[code], strict=True):
        here = {
            name: (fact.get(language) or fact.get("kk", "")) if isinstance(fact, Mapping) else fact
            for name, fact in facts.items()
        }
        here["label"] = field.label(language) if field else key
        texts[language] = template.format(**here)
    return Problem(key=key, code=code, texts=texts)


TEXTS: Mapping[str, tuple[str, str, str]] = {
    "required": (
        "«{label}» толтырылмаған; толтырыңыз.",
        "«{label}»: не заполнено; заполните.",
        "“{label}” is empty; fill it in.",
    ),
    "not_confirmed": (
        "«{label}» расталмаған; белгі қойыңыз.",
        "«{label}»: не подтверждено; поставьте отметку.",
        "“{label}” is not confirmed; tick it.",
    ),
    "no_rows": (
        "«{label}»: бірде-бір жол жоқ; кемінде біреуін қосыңыз.",
        "«{label}»: нет ни одной строки; добавьте хотя бы одну.",
        "“{label}” has no row; add at least one.",
    ),
    "too_many_rows": (
        "«{label}»: {actual} жол, ең көбі {limit}; артығын алып тастаңыз.",
        "«{label}»: строк {actual}, не больше {limit}; уберите лишние.",
        "“{label}” has {actual} rows, at most {limit}; remove some.",
    ),
    "too_short": (
        "«{label}»: {actual} таңба, кемінде {limit} керек; толығырақ жазыңыз.",
        "«{label}»: знаков {actual}, нужно не меньше {limit}; напишите подробнее.",
        "“{label}” has {actual} characters, at least {limit} are needed; write more.",
    ),
    "too_long": (
        "«{label}»: {actual} таңба, ең көбі {limit}; қысқартыңыз.",
        "«{label}»: знаков {actual}, не больше {limit}; сократите.",
        "“{label}” has {actual} characters, at most {limit}; shorten it.",
    ),
    "too_small": (
        "«{label}»: {value}; {limit} немесе одан көп болуы керек.",
        "«{label}»: {value}; должно быть не меньше {limit}.",
        "“{label}” is {value}; enter {limit} or more.",
    ),
    "too_large": (
        "«{label}»: {value}; {limit} немесе одан аз болуы керек.",
        "«{label}»: {value}; должно быть не больше {limit}.",
        "“{label}” is {value}; enter {limit} or less.",
    ),
    "not_a_number": (
        "«{label}»: «{value}» сан емес; сан енгізіңіз.",
        "«{label}»: «{value}» не число; введите число.",
        "“{label}”: “{value}” is not a number; enter a number.",
    ),
    "decimals": (
        "«{label}»: {value}; үтірден кейін ең көбі {limit} цифр.",
        "«{label}»: {value}; не больше {limit} цифр после запятой.",
        "“{label}” is {value}; at most {limit} digits after the point.",
    ),
    "not_text": (
        "«{label}»: мәтін күтіледі; мәтін енгізіңіз.",
        "«{label}»: ожидается текст; введите текст.",
        "“{label}” must be text; send a string.",
    ),
    "not_yes_no": (
        "«{label}»: «{value}»; иә (true) немесе жоқ (false) күтіледі.",
        "«{label}»: «{value}»; ожидается да (true) или нет (false).",
        "“{label}”: “{value}” is neither true nor false; send one of them.",
    ),
    "not_a_date": (
        "«{label}»: «{value}» күн емес; ЖЖЖЖ-АА-КК түрінде жазыңыз, мысалы 2026-09-25.",
        "«{label}»: «{value}» не дата; запишите как ГГГГ-ММ-ДД, например 2026-09-25.",
        "“{label}”: “{value}” is not a date; write YYYY-MM-DD, such as 2026-09-25.",
    ),
    "not_a_time": (
        "«{label}»: «{value}» уақыт емес; СС:ММ түрінде жазыңыз, мысалы 18:00.",
        "«{label}»: «{value}» не время; запишите как ЧЧ:ММ, например 18:00.",
        "“{label}”: “{value}” is not a time; write HH:MM, such as 18:00.",
    ),
    "not_an_instant": (
        "«{label}»: «{value}» күн мен уақыт емес; мысалы 2026-09-25T18:00 түрінде жазыңыз.",
        "«{label}»: «{value}» не дата и время; запишите, например, 2026-09-25T18:00.",
        "“{label}”: “{value}” is not a date and time; write, say, 2026-09-25T18:00.",
    ),
    "too_early": (
        "«{label}»: {value}; {limit} күнінен ерте болмауы керек.",
        "«{label}»: {value}; должно быть не раньше {limit}.",
        "“{label}” is {value}; it may not be before {limit}.",
    ),
    "too_late": (
        "«{label}»: {value}; {limit} күнінен кеш болмауы керек.",
        "«{label}»: {value}; должно быть не позже {limit}.",
        "“{label}” is {value}; it may not be after {limit}.",
    ),
    "not_a_choice": (
        "«{label}»: «{value}» тізімде жоқ; біреуін таңдаңыз: {allowed}.",
        "«{label}»: «{value}» нет в списке; выберите одно из: {allowed}.",
        "“{label}”: “{value}” is not offered; choose one of: {allowed}.",
    ),
    "not_a_list": (
        "«{label}»: тізім күтіледі; мәндерді тізіммен жіберіңіз.",
        "«{label}»: ожидается список; передайте значения списком.",
        "“{label}” must be a list; send the values as a list.",
    ),
    "not_a_row": (
        "«{label}»: жол өрістер жиыны болуы керек; оны объект ретінде жіберіңіз.",
        "«{label}»: строка должна быть набором полей; передайте её объектом.",
        "“{label}”: a row must be a set of fields; send it as an object.",
    ),
    "not_a_file": (
        "«{label}»: «{value}» жүктелген файл емес; алдымен файлды жүктеңіз.",
        "«{label}»: «{value}» не загруженный файл; сначала загрузите файл.",
        "“{label}”: “{value}” is not an uploaded file; upload the file first.",
    ),
    "too_many_files": (
        "«{label}»: {actual} файл, ең көбі {limit}; артығын алып тастаңыз.",
        "«{label}»: файлов {actual}, не больше {limit}; уберите лишние.",
        "“{label}” has {actual} files, at most {limit}; remove some.",
    ),
    "wrong_pattern": (
        "«{label}»: «{value}» үлгіге сай емес; күтілетіні: {expected}.",
        "«{label}»: «{value}» не по образцу; ожидается: {expected}.",
        "“{label}”: “{value}” has the wrong form; expected: {expected}.",
    ),
    "not_cyrillic": (
        "«{label}»: кирилл әрпі жоқ; мәтінді өріс көрсеткен тілде жазыңыз.",
        "«{label}»: нет ни одной буквы кириллицы; напишите текст на языке поля.",
        "“{label}” has no Cyrillic letter; write it in the language the field names.",
    ),
    "half_missing": (
        "«{label}» толтырылмаған, ал «{other}» толтырылған; екі тілде де толтырыңыз (5-тармақ).",
        "«{label}»: не заполнено, а «{other}» заполнено; заполните на обоих языках (п. 5).",
        "“{label}” is empty but “{other}” is not; fill in both languages (clause 5).",
    ),
    "halves_equal": (
        "«{label}» пен «{other}» бірдей; әрқайсысын өз тілінде жазыңыз.",
        "«{label}» и «{other}» совпадают; напишите каждое на своём языке.",
        "“{label}” and “{other}” are the same; write each in its own language.",
    ),
    "numbers_differ": (
        "«{label}» пен «{other}» сандары әртүрлі: {mine} / {theirs}; тексеріңіз.",
        "В «{label}» и «{other}» разные числа: {mine} / {theirs}; проверьте.",
        "“{label}” and “{other}” name different numbers: {mine} / {theirs}; check them.",
    ),
    "maybe_other_language": (
        "«{label}»: мәтін басқа тілде сияқты; тексеріңіз.",
        "«{label}»: текст, похоже, на другом языке; проверьте.",
        "“{label}” seems to be in another language; check it.",
    ),
    "read_only": (
        "«{label}» өрісін жүйе толтырады; жіберілген мән есепке алынбады.",
        "«{label}» заполняет система; присланное значение не принято.",
        "“{label}” is filled by the system; the value sent was not taken.",
    ),
    "unknown_key": (
        "«{value}» деген өріс бұл нысанда жоқ; оны алып тастаңыз.",
        "Поля «{value}» нет в этой форме; уберите его.",
        "This form has no field “{value}”; leave it out.",
    ),
    "reserved_key": (
        "«{value}» деген атау сақталған; оны алып тастаңыз.",
        "Имя «{value}» зарезервировано; уберите его.",
        "The name “{value}” is reserved; leave it out.",
    ),
    "bad_key": (
        "Өріс атауы мәтін болуы керек, ал «{value}» олай емес; түзетіңіз.",
        "Имя поля должно быть текстом, а «{value}» нет; исправьте.",
        "A field's name must be text, “{value}” is not; correct it.",
    ),
    "not_an_object": (
        "Нысан өрістер жиыны болуы керек; оны объект ретінде жіберіңіз.",
        "Форма должна быть набором полей; передайте её объектом.",
        "A form must be a set of fields; send it as an object.",
    ),
    "not_json": (
        "{value} түріндегі мән қабылданбайды; мәтін, сан немесе тізім жіберіңіз.",
        "Значение вида {value} не принимается; передайте текст, число или список.",
        "A value of type {value} is not accepted; send text, a number or a list.",
    ),
    "control_character": (
        "Мәтінде басқару таңбасы бар ({value}); оны өшіріңіз.",
        "В тексте есть управляющий знак ({value}); удалите его.",
        "The text holds a control character ({value}); delete it.",
    ),
    "number_too_big": (
        "Сан тым үлкен ({limit} шегінен асады); тексеріңіз.",
        "Число слишком велико (больше {limit}); проверьте.",
        "The number is too large (over {limit}); check it.",
    ),
    "too_big": (
        "Нысан {limit} байттан үлкен; мәтіндерді қысқартыңыз немесе файл етіп тіркеңіз.",
        "Форма больше {limit} байт; сократите тексты или приложите их файлом.",
        "The form is larger than {limit} bytes; shorten the texts or attach them as a file.",
    ),
    "too_deep": (
        "Деректер {limit} деңгейден терең; оңайлатыңыз.",
        "Данные вложены глубже {limit} уровней; упростите.",
        "The data is nested deeper than {limit} levels; simplify it.",
    ),
    "too_many": (
        "Мәндер саны {limit} шегінен асады; азайтыңыз.",
        "Значений больше {limit}; сократите.",
        "There are more than {limit} values; send fewer.",
    ),
}
