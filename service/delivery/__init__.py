"""The ways out of the system: mail, webhook, log. The only door to smtplib and requests."""

from __future__ import annotations

from service.application.ports.channels import LOG, MAIL, WEBHOOK, Channel, Channels
from service.delivery.bounded import BoundedChannel
from service.delivery.log import LogChannel
from service.delivery.smtp import SmtpChannel
from service.delivery.webhook import WebhookChannel
from service.settings import Settings


def open_channels(chosen: Settings) -> Channels:
    """The channels that are set up. Without a mail server, mail goes into the log (development).

    Opens no connection: a channel connects when it sends.
    """
    by_name: dict[str, Channel] = {}
    if chosen.webhook_url:
        webhook = WebhookChannel(chosen.webhook_url, chosen.webhook_secret)
        by_name[WEBHOOK] = BoundedChannel(webhook)
    if chosen.smtp_url:
        by_name[MAIL] = BoundedChannel(SmtpChannel(chosen.smtp_url, chosen.mail_from))
    else:
        by_name[LOG] = LogChannel()
    return Channels(by_name, chosen.public_url)


__all__ = ["BoundedChannel", "LogChannel", "SmtpChannel", "WebhookChannel", "open_channels"]
