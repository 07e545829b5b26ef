"""The signed token of a form: whose pathway it was opened on, by whom, at which version, and its one-time key."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.core import signing

SALT = "carpath.form"


@dataclass(frozen=True)
class FormToken:
    """What a form says about itself; a form of one patient posted to another's address does not fit."""

    subject: UUID
    user: UUID
    key: UUID
    version: int

    def signed(self) -> str:
        return signing.dumps([str(self.subject), str(self.user), str(self.key), self.version], salt=SALT)


def make(*, subject: UUID, user: UUID, version: int) -> FormToken:
    """A fresh token for a form on a subject (a pathway, a patient, a centre)."""
    return FormToken(subject, user, uuid4(), version)


def read(signed: str) -> FormToken | None:
    """The token as it was signed; None when it is missing or was tampered with."""
    try:
        subject, user, key, version = signing.loads(signed, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return FormToken(UUID(subject), UUID(user), UUID(key), version)
