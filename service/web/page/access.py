"""Who may see a page. Unless its view says otherwise, everyone who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from service.errors import NotPermitted
from service.web.page.here import current

View = TypeVar("View", bound=Callable[..., Any])

_PUBLIC = "kelisim_public"
_GROUPS = "kelisim_groups"


def public(view: View) -> View:
    """A view that needs no sign-in."""
    setattr(view, _PUBLIC, True)
    return view


def requires(*groups: str) -> Callable[[View], View]:
    """A view for members of any of these groups BODY/role; others get 403."""

    def marked(view: View) -> View:
        setattr(view, _GROUPS, frozenset(groups))
        return view

    return marked


def guard() -> Response | None:
    """Before each request: send strangers to the page of signing in, refuse who may not.

    Everything is closed that no view opened: a forgotten decorator shows nothing to strangers.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or getattr(view, _PUBLIC, False) or request.endpoint == "static":
        return None
    here = current()
    if here.visitor is None:
        asked = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("access.sign_in", next=asked), 303)
    groups: frozenset[str] = getattr(view, _GROUPS, frozenset())
    if groups and not groups & here.actor.groups:
        raise NotPermitted(
            f"This page is for {', '.join(sorted(groups))}; ask somebody of that group."
        )
    return None
