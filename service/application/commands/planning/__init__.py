"""Commands of the planning year: opening a cycle, filing and withdrawing concepts, the register."""
