"""What an administrator enters about the calendar; each form makes a `CalendarEdit` of it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    SubmitField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from service.domain.calendars import (
    AS_PUBLISHED,
    DAY_OFF,
    FIRST_YEAR,
    LAST_YEAR,
    MOST_DAYS,
    WORKING_DAY,
    CalendarEdit,
    DayOverride,
    YearStatus,
    read_edit,
)
from service.errors import WrongInput

STATUSES = [
    SelectChoice("estimated", _l("estimated")),
    SelectChoice("announced", _l("announced")),
    SelectChoice("confirmed", _l("confirmed")),
]
_TEXT = [InputRequired(), Length(max=500)]
_YEARS = [InputRequired(), NumberRange(FIRST_YEAR, LAST_YEAR)]


class NamedForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What every entry has: names in three languages, the legal act, how sure it is."""

    name_kk = StringField(_l("Name in Kazakh"), _TEXT)
    name_ru = StringField(_l("Name in Russian"), _TEXT)
    name_en = StringField(_l("Name in English"), [Optional(), Length(max=500)])
    legal_act = StringField(
        _l("Legal act"), _TEXT, description=_l("Number and date of the order or resolution.")
    )
    status = SelectField(_l("How sure it is"), choices=STATUSES, default="confirmed")

    def override(self, on: date, effect: str, linked_on: date | None = None) -> DayOverride:
        """One day with the texts of this form. Raises WrongInput with what is wrong with it."""
        names = {"kk": self.name_kk.data, "ru": self.name_ru.data, "en": self.name_en.data}
        return DayOverride.from_data(
            {
                "date": on,
                "effect": effect,
                "name": names,
                "legal_act": self.legal_act.data,
                "status": self.status.data,
                "linked_date": linked_on,
            }
        )


class DayForm(NamedForm):
    """One day."""

    on = DateField(_l("Date"), [InputRequired()])
    effect = RadioField(
        _l("What this day is to be"),
        [InputRequired()],
        choices=[
            SelectChoice(DAY_OFF, _l("Day off")),
            SelectChoice(WORKING_DAY, _l("Working day")),
        ],
    )
    submit = SubmitField(_l("Show what would move"))

    def edit(self) -> CalendarEdit:
        """The day."""
        return CalendarEdit((self.override(self.on.data, self.effect.data),))


class TransferForm(NamedForm):
    """Both days of a transfer."""

    day_off_on = DateField(_l("Working day that becomes a day off"), [InputRequired()])
    working_on = DateField(_l("Day off that becomes a working day"), [InputRequired()])
    submit = SubmitField(_l("Show what would move"))

    def edit(self) -> CalendarEdit:
        """Two days, each naming the other."""
        off_on, working_on = self.day_off_on.data, self.working_on.data
        return CalendarEdit(
            (
                self.override(off_on, DAY_OFF, working_on),
                self.override(working_on, WORKING_DAY, off_on),
            )
        )


class WithdrawForm(FlaskForm):  # type: ignore[misc]
    """A day that is to be as published again."""

    on = DateField(
        _l("Date"),
        [InputRequired()],
        description=_l("Of a transfer, both days are withdrawn."),
    )
    legal_act = StringField(
        _l("Legal act"), _TEXT, description=_l("Number and date of the order or resolution.")
    )
    submit = SubmitField(_l("Show what would move"))

    def edit_of(self, kept: CalendarEdit) -> CalendarEdit:
        """The day, and its other half. Raises WrongInput where nobody overrode that day."""
        found = {override.on: override for override in kept.overrides}
        override = found.get(self.on.data)
        if override is None:
            raise WrongInput(f"{self.on.data} has no override; look at the list of the year.")
        days = filter(None, (override.on, override.linked_on))
        act = self.legal_act.data
        return CalendarEdit(
            tuple(
                DayOverride.from_data({"date": on, "effect": AS_PUBLISHED, "legal_act": act})
                for on in days
            )
        )


class YearForm(FlaskForm):  # type: ignore[misc]
    """What is known of a year."""

    year = IntegerField(_l("Year"), _YEARS)
    status = SelectField(_l("How sure it is"), choices=STATUSES, default="confirmed")
    legal_act = StringField(
        _l("Legal act"), _TEXT, description=_l("Number and date of the order or resolution.")
    )
    submit = SubmitField(_l("Show what would change"))

    def edit(self) -> CalendarEdit:
        """The year."""
        data = {
            "year": self.year.data,
            "status": self.status.data,
            "legal_act": self.legal_act.data,
        }
        return CalendarEdit(years=(YearStatus.from_data(data),))


class FileForm(FlaskForm):  # type: ignore[misc]
    """A calendar as JSON."""

    file = FileField(_l("File (JSON)"), [FileRequired()], description=_l("As it is exported here."))
    submit = SubmitField(_l("Show what would move"))

    def edit(self) -> CalendarEdit:
        """What the file says. Raises WrongInput where it cannot be read."""
        return edit_in(self.file.data.read())


class ApplyForm(FlaskForm):  # type: ignore[misc]
    """The decision on a preview: `edit` and `token` are what was previewed."""

    edit = HiddenField()
    token = HiddenField()
    reason = StringField(
        _l("Reason"), _TEXT, description=_l("It is kept on record with your name.")
    )
    submit = SubmitField(_l("Change the calendar"))


class ExplainForm(FlaskForm):  # type: ignore[misc]
    """A term that somebody asks about; a GET, which changes nothing."""

    class Meta:
        """Without the token of forms that change something."""

        csrf = False

    on = DateField(_l("Date of the event"), [InputRequired()])
    days = IntegerField(_l("Working days"), [InputRequired(), NumberRange(0, MOST_DAYS)])
    kind = RadioField(
        _l("Which way"),
        choices=[
            SelectChoice("after", _l("after the event")),
            SelectChoice("before", _l("back from the date")),
        ],
        default="after",
    )
    same_day = BooleanField(_l("Count the event's own day as day one"))
    submit = SubmitField(_l("Explain"))


def edit_in(content: bytes | str) -> CalendarEdit:
    """Days and years of a JSON text. Raises WrongInput."""
    try:
        document: Any = json.loads(content, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise WrongInput(
            'This is no JSON of a calendar; send {"overrides": […], "years": […]} in UTF-8.'
        ) from None
    return read_edit(document)


def _refuse(name: str) -> None:
    raise ValueError(name)
