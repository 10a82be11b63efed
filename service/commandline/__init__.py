"""The command line's parts: one module per command, and how results are shown in a terminal."""
