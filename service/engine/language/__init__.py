"""The language of the diagrams: expressions, calendar words, and the engine that evaluates them."""
