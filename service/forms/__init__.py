"""Forms: `.form` files of bpmn.io's form-js schema, read and enforced on the server.

The same schema draws the page, checks a browser's post and checks a REST call. Nothing here knows
the process, the database or Flask: text in, values out.

    read_form(text, name)            -> Form               WrongInput when it cannot be used
    check_form(text, name)           -> findings           for `kelisim check`
    validate(form, values, now=...)  -> Validated          FormInvalid with every problem
    content_hash(values)             -> SHA-256, hex       what a receipt vouches for
"""

from service.forms.content import content_hash
from service.forms.messages import Problem
from service.forms.reading import check_form, read_form
from service.forms.schema import Choice, Field, Form
from service.forms.validation import Examined, Validated, examine, validate

__all__ = [
    "Choice",
    "Examined",
    "Field",
    "Form",
    "Problem",
    "Validated",
    "check_form",
    "content_hash",
    "examine",
    "read_form",
    "validate",
]
