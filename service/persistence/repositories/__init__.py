"""One repository per noun, as `service.application.ports` names them.

Each call is one statement at most where a step of a process needs it, and none for an empty list.
"""
