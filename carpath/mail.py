"""The demonstration's mail: each message a file that any mail program opens."""

import itertools
import os
import time
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend

_count = itertools.count(1)


class EmlFiles(BaseEmailBackend):
    """Writes each message to a file of its own under EMAIL_FILE_PATH, whole or not at all, for its owner alone."""

    def send_messages(self, email_messages) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for message in email_messages:
            _write(folder / _name(), message.message().as_bytes(linesep="\r\n"))
        return len(email_messages)


def _name() -> str:
    return f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{os.getpid()}-{next(_count):06}.eml"


def _write(path: Path, message: bytes) -> None:
    beside = path.with_suffix(".part")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(message)
    beside.replace(path)
