"""The people of the demonstration: one for each role. Ids and roles are those of the scenario."""

from __future__ import annotations

from service.application import records as r

PASSWORD = "menin qupiyasozim 2026"  # noqa: S105 - shown to everyone on the page of signing in
PEOPLE = (
    r.Person("admin", "Айгүл Нұрланқызы", "kk", ("ADMIN/administrator", "ADMIN/process_owner")),
    r.Person("mt.submitter", "Ерлан Сапаров", "kk", ("MT/submitter",)),
    r.Person("mt.signatory", "Марина Ковалёва", "ru", ("MT/signatory",)),
    r.Person("mt.head", "Данияр Ахметов", "kk", ("MT/head",)),
    r.Person("mj.submitter", "Сергей Волков", "ru", ("MOJ/submitter", "MOJ/signatory")),
    r.Person("mfa.reviewer", "Жанар Оспанова", "kk", ("MFA/reviewer",)),
    r.Person("mfa.head", "Тимур Жақсыбеков", "en", ("MFA/head",)),
    r.Person("mfa.consolidator", "Алия Қасымова", "kk", ("MFA/consolidator",)),
    r.Person("mfa.registrar", "Ольга Петрова", "ru", ("MFA/registrar",)),
    r.Person("commission.secretary", "Бауыржан Ибраев", "kk", ("COMMISSION/secretary",)),
)
