"""Notices: whom a letter or reminder reaches, when it may go out, and how its text is filled.

Pure rules; `service.application` supplies people, calendar and texts.
"""
