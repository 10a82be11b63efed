"""What a new password must be. NIST SP 800-63B 5.1.1.2: long, not obvious; no other rules."""

from __future__ import annotations

from service.errors import WrongInput

SHORTEST = 12  # characters
LONGEST = 1000
FEWEST_DIFFERENT = 5


def checked_password(password: str, name: str) -> str:
    """The password. Raises WrongInput, without repeating it, when it cannot be used."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise WrongInput(
            f"The password has {len(password)} characters; give {SHORTEST} to {LONGEST}."
        )
    plain = password.casefold()
    if name and name.casefold() in plain:
        raise WrongInput("The password holds the name; choose another one.")
    if len(set(plain)) < FEWEST_DIFFERENT:
        raise WrongInput("The password repeats a few characters; choose another one.")
    return password
