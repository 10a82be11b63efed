"""The forms of my notices and feeds."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, RadioField, SelectField, SubmitField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from service.application.commands.feeds.choose_notices import LONGEST_EMAIL, is_email
from service.web.languages import NAMES
from service.web.wording import group_name

EVERYTHING = "*"  # no group of the directory


def _is_address(_form: FlaskForm, field: Field) -> None:
    if not is_email(field.data.strip()):
        raise ValidationError(_("This is no e-mail address. Write name@host in Latin letters."))


class NoticesForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """How a person wants to be told."""

    language = SelectField(
        _l("Language"),
        [InputRequired()],
        choices=[SelectChoice(code, name) for code, name in NAMES.items()],
        description=_l("Of these pages, of letters and of calendar feeds."),
    )
    email = EmailField(
        _l("E-mail address"),
        [Optional(), Length(max=LONGEST_EMAIL), _is_address],
        description=_l("Without an address, what is meant for you goes to whoever stands in."),
        render_kw={"autocomplete": "email", "spellcheck": "false"},
    )
    notices = RadioField(
        _l("When to be told"),
        [InputRequired()],
        choices=[
            SelectChoice("immediate", _l("At once, each notice by itself")),
            SelectChoice("digest", _l("Once each working day in the morning, all together")),
        ],
        description=_l("What is overdue and needs you is always sent at once."),
    )
    submit = SubmitField(_l("Save"))


class FeedForm(FlaskForm):  # type: ignore[misc]
    """A new calendar feed."""

    group = SelectField(_l("Deadlines of"), [InputRequired()])

    def offer(self, groups: Iterable[str]) -> FeedForm:
        """Let the person choose between these groups and all of them; returns the form."""
        roles = [SelectChoice(group, group_name(group)) for group in sorted(groups)]
        everything = SelectChoice(EVERYTHING, _("All my roles, as they are at the time"))
        self.group.choices = [everything, *roles]
        return self

    @property
    def wanted(self) -> str:
        """The group as the command takes it: "" for all of the person's."""
        return "" if self.group.data == EVERYTHING else str(self.group.data)
