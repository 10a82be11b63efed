"""Commands that carry instances on: a completed task, a message, a timer, a changed calendar."""
