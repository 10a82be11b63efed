"""The forms of signing in and of one's own account."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField, SubmitField
from wtforms.validators import EqualTo, InputRequired, Length

from service.application.commands.access.sign_in import LONGEST_NAME
from service.domain.passwords import LONGEST, SHORTEST

PRESENT = {"autocomplete": "current-password"}
NEW = {"autocomplete": "new-password"}


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Name and password."""

    name = StringField(
        _l("User name"),
        [InputRequired(), Length(max=LONGEST_NAME)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"), [InputRequired(), Length(max=LONGEST)], render_kw=PRESENT
    )
    submit = SubmitField(_l("Sign in"))


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password, for oneself."""

    present = PasswordField(
        _l("Present password"), [InputRequired(), Length(max=LONGEST)], render_kw=PRESENT
    )
    password = PasswordField(
        _l("New password"),
        [InputRequired(), Length(min=SHORTEST, max=LONGEST)],
        description=_l("At least 12 characters; a sentence is best."),
        render_kw=NEW,
    )
    again = PasswordField(
        _l("New password again"),
        [InputRequired(), EqualTo("password", message=_l("The two are not the same."))],
        render_kw=NEW,
    )
    submit = SubmitField(_l("Change the password"))
