"""What a diagram must pass before it is executed: limits, schema, drawing, and a rehearsal."""
