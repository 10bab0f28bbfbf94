"""`python -m aiconnected.knowledge.extraction TYPE FILE`: the text of a file, as JSON.

A file is whatever somebody has uploaded: parsers of it run here, within limits of memory and time
that end this process and nothing else.
"""

import json
import resource
import sys
from pathlib import Path

from aiconnected.knowledge.extraction.readers import Unreadable, read

MEMORY = 1_500_000_000  # bytes of address space
SECONDS = 25  # of processor time
MAX_TEXT = 2_000_000  # characters


def main(content_type: str, path: Path) -> dict[str, str]:
    """The text, or the code and the reason why there is none."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        text = read(content_type, path)
    except Unreadable as exc:
        return {"code": exc.code, "reason": exc.reason}
    except (MemoryError, RecursionError):
        return {"code": "too_large", "reason": "The document takes too much work to read."}
    except Exception as exc:  # noqa: BLE001 -- process boundary: a parser's own error, of any kind
        return {"code": "unreadable", "reason": f"The document is broken ({type(exc).__name__})."}
    if len(text) > MAX_TEXT:
        return {"code": "too_large", "reason": "The document holds too much text."}
    return {"text": text}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))
