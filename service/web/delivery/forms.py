"""The form of a text in three languages, side by side."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, SubmitField, TextAreaField
from wtforms.validators import InputRequired, Length

from service.application.queries.delivering.templates import TemplateText
from service.domain.notices.wording import LANGUAGES, MOST_BODY, MOST_TITLE, Wording


class TemplateForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Title and body in each language, and the versions that the owner began with."""

    preview = SubmitField(_l("Preview"))
    save = SubmitField(_l("Put into force"))

    def texts(self) -> Mapping[str, Wording]:
        """What was written, by language."""
        return {
            each: Wording(self[f"title_{each}"].data or "", self[f"body_{each}"].data or "")
            for each in LANGUAGES
        }

    def seen(self) -> Mapping[str, int]:
        """The versions that were in force when the page was opened."""
        given = {each: self[f"seen_{each}"].data or "" for each in LANGUAGES}
        return {each: int(text) if text.isdecimal() else -1 for each, text in given.items()}

    @classmethod
    def of(cls, texts: Mapping[str, TemplateText]) -> TemplateForm:
        """Filled with what is in force."""
        data: dict[str, str] = {}
        for language, text in texts.items():
            data[f"title_{language}"] = text.wording.title
            data[f"body_{language}"] = text.wording.body
            data[f"seen_{language}"] = str(text.version)
        return cls(formdata=None, data=data)


for _language in LANGUAGES:
    _speaks = {"lang": _language}
    _title = StringField(_l("Title"), [InputRequired(), Length(max=MOST_TITLE)], render_kw=_speaks)
    _body = TextAreaField(
        _l("Text"), [InputRequired(), Length(max=MOST_BODY)], render_kw={"rows": 16, **_speaks}
    )
    setattr(TemplateForm, f"title_{_language}", _title)
    setattr(TemplateForm, f"body_{_language}", _body)
    setattr(TemplateForm, f"seen_{_language}", HiddenField(validators=[Length(max=9)]))
