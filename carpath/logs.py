"""What must not stand in a log: the values that PostgreSQL quotes when it refuses a row."""

import logging
import re
import time

# DETAIL names the refused row or key, LINE the statement with its values, CONTEXT may name a row. Each goes on until
# the next such heading or the next line of a traceback.
_QUOTED = re.compile(
    r"^(?P<heading>DETAIL|CONTEXT|QUERY|LINE \d+):.*?(?=^(?:DETAIL|CONTEXT|QUERY|HINT|LINE \d+|Traceback \(|The above"
    r"|During handling|  File \")|\Z)",
    re.MULTILINE | re.DOTALL,
)


def without_values(text: str) -> str:
    """A log line or traceback without the values that the database quoted in it."""
    return _QUOTED.sub(lambda found: f"{found['heading']}: (left out)\n", text)


class Discreet(logging.Formatter):
    """Formats as told, in UTC, then leaves out what the database quoted."""

    converter = time.gmtime
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        return without_values(super().format(record)).rstrip("\n")
