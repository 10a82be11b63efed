"""Signing in and out, one's own account, the language of the pages."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from service.application.commands.access.choose_language import choose_language
from service.application.commands.access.set_password import set_password
from service.application.commands.access.sign_in import sign_in as command_sign_in
from service.application.commands.access.sign_out import sign_out as command_sign_out
from service.domain.texts import LANGUAGES
from service.errors import NotPermitted, WrongInput
from service.web import visitors
from service.web.access.forms import PasswordForm, SignInForm
from service.web.languages import COOKIE
from service.web.page.access import public
from service.web.page.addresses import local
from service.web.page.area import Area
from service.web.page.here import current, installation
from service.web.protection import YEAR_SECONDS, limiter

PER_ADDRESS = "30 per 5 minutes"
PER_NAME = "10 per 5 minutes"  # from one address: nobody can lock a person out from elsewhere
PER_NAME_ANYWHERE = "50 per 5 minutes"  # more than any one address may try

blueprint = Blueprint("access", __name__, template_folder="templates")
AREA = Area(blueprint)


def _name_sent() -> str:
    return request.form.get("name", "").strip().casefold()[:200] or "nobody"


def _name_and_address() -> str:
    return f"{request.remote_addr} {_name_sent()}"


@blueprint.get("/sign-in")
@public
def sign_in() -> str | Response:
    """The page of signing in; whoever is signed in goes on."""
    if current().visitor is not None:
        return redirect(_wanted(), 303)
    return _sign_in_page(SignInForm())


@blueprint.post("/sign-in")
@public
@limiter.limit(PER_ADDRESS)
@limiter.limit(PER_NAME, key_func=_name_and_address)
@limiter.limit(PER_NAME_ANYWHERE, key_func=_name_sent)
def enter() -> str | tuple[str, int] | Response:
    """Sign in."""
    form, here = SignInForm(), current()
    if not form.validate():
        return _sign_in_page(form), 422
    passwords, address = installation().passwords, request.remote_addr or ""
    name, password = form.name.data, form.password.data
    try:
        token = command_sign_in(here.app, passwords, name, password, address, here.now)
    except NotPermitted:
        form.form_errors.append(_("The name or the password is wrong."))
        return _sign_in_page(form), 403
    visitors.greet(token)
    return redirect(_wanted(), 303)


@blueprint.post("/sign-out")
def leave() -> Response:
    """Sign out."""
    here = current()
    command_sign_out(here.app, here.actor, visitors.dismiss(), here.now)
    return redirect(url_for(".sign_in"), 303)


@blueprint.post("/language")
@public
def speak() -> Response:
    """Choose the language: in the person's record, and for this browser."""
    here, language = current(), request.form.get("language", "")
    if language not in LANGUAGES:
        raise WrongInput("There is no such language; choose one of those in the header.")
    if here.visitor is not None:
        choose_language(here.app, here.actor, language, here.now)
    answer = redirect(local(request.form.get("next"), url_for("tasks.home")), 303)
    answer.set_cookie(
        COOKIE,
        language,
        max_age=YEAR_SECONDS,
        secure=here.settings.public_url.startswith("https:"),
        httponly=True,
        samesite="Lax",
    )
    return answer


@blueprint.get("/account")
def account() -> str:
    """Who I am here, and my password."""
    return render_template("access/account.html", form=PasswordForm(), here=current())


@blueprint.post("/account")
@limiter.limit(PER_NAME, key_func=lambda: current().actor.person)
def change_password() -> tuple[str, int] | Response:
    """Change my password; every browser has to sign in again."""
    form, here = PasswordForm(), current()
    if form.validate():
        try:
            _set(form)
        except NotPermitted:
            form.form_errors.append(_("The present password is wrong."))
        except WrongInput:
            form.form_errors.append(_("This password is too easy to guess; choose another one."))
        else:
            visitors.dismiss()
            flash(_("Your password is changed. Please sign in with it."), "success")
            return redirect(url_for(".sign_in"), 303)
    return render_template("access/account.html", form=form, here=here), 422


def _set(form: PasswordForm) -> None:
    here, me = current(), current().actor
    set_password(
        here.app,
        installation().passwords,
        me,
        me.person,
        form.password.data,
        here.now,
        present=form.present.data,
    )


def _wanted() -> str:
    return local(request.args.get("next"), url_for("tasks.home"))


def _sign_in_page(form: SignInForm) -> str:
    shown = installation().demonstration
    return render_template("access/sign_in.html", form=form, accounts=shown, wanted=_wanted())
