"""All areas of pages, in the order in which the navigation names them."""

from __future__ import annotations

from service.web.access import views as access
from service.web.calendar import views as calendar
from service.web.delivery import texts
from service.web.delivery import views as delivery
from service.web.health import views as health
from service.web.notices import views as notices
from service.web.page.area import Area
from service.web.tasks import views as tasks

AREAS: tuple[Area, ...] = (
    tasks.AREA,
    calendar.AREA,
    notices.AREA,
    delivery.AREA,
    texts.AREA,
    access.AREA,
    health.AREA,
)
