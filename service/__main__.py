"""The command line `kelisim`, also `python -m service`."""

from __future__ import annotations

import os
import sys
from typing import TextIO

FAILED, MISUSED, INTERRUPTED = 1, 2, 130


def main(arguments: list[str] | None = None) -> None:
    """Run the command line. Exit code 0; 1 for bad input; 2 for wrong usage; never a traceback."""
    try:
        # Reading the program takes a moment, in which somebody may think better of it.
        from service.commandline import entry  # noqa: PLC0415

        code = entry.run(arguments)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        code = FAILED
    code = max(code, _flushed(sys.stdout), _flushed(sys.stderr))
    sys.exit(code)


def _flushed(stream: TextIO) -> int:
    """Write what is left; nobody may be reading any more, which Python would tell at its end."""
    try:
        stream.flush()
    except (BrokenPipeError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return FAILED
    except OSError as problem:  # the disk is full
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        sys.stderr.write(f"kelisim: The output cannot be written ({problem.strerror}).\n")
        return FAILED
    return 0


if __name__ == "__main__":
    main()
