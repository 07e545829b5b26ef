"""The words of every kind of notice. A kind without words is refused when it is told.

`title` says what it is about, `sentence` what to do; both may use the notice's params as %(name)s. They are shown in
the app only: a mail never carries them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Words:
    """A kind's title and sentence, and the icon it is shown with. The title may be made from the params."""

    title: str | Callable[[dict], str]
    sentence: str = ""
    icon: str = "bell"


KINDS: dict[str, Words] = {
    "delivery_failed": Words(
        _("A message could not be delivered"),
        _("The mail to %(to)s was refused (%(error)s). Correct the address, or tell the person by telephone."),
        "alert",
    ),
    "delivery_bounced": Words(
        _("A message came back"),
        _("The mail to %(to)s was sent back. Correct the address, or tell the person by telephone."),
        "alert",
    ),
    "reminders_held": Words(
        _("Reminders wait for your release"),
        _("They would have been sent late, so they were not. Look which still matter."),
        "hour",
    ),
    "transferred": Words(
        _("A patient goes on at another hub"),
        _("The course goes on at %(hub)s. Open the pathway and look at its next step and its planned days."),
        "right",
    ),
    "toxicity_alert": Words(
        _("A bedside set calls for a doctor"),
        _("Open the patient's toxicity sheet, and ring the ward."),
        "thermo",
    ),
    "asked_twice": Words(
        _("Two centres ask for one person"),
        _("%(who)s, %(centre)s, asked for this person too and was told only that a request exists. Ring %(phone)s."),
        "phone",
    ),
    "asked_elsewhere": Words(
        _("A request was not opened a second time"),
        _("%(who)s, %(centre)s (%(phone)s), asked for a person for whom another centre's request exists."),
        "phone",
    ),
    "follow_up_offered": Words(
        _("Follow-up is handed over to you"),
        _("Open the patient's follow-up, and take it over or say why not."),
        "swap",
    ),
    "nobody_to_tell": Words(
        _("A reminder found nobody"),
        _("Nobody at %(centre)s holds the role “%(role)s”: give it to somebody, or name a deputy."),
        "alert",
    ),
}


def title(notice) -> str:
    """The notice's title in the reader's language."""
    return _filled(KINDS[notice.kind].title, notice)


def sentence(notice) -> str:
    """What the notice asks for, in the reader's language."""
    return _filled(KINDS[notice.kind].sentence, notice)


def _filled(text, notice) -> str:
    if callable(text):
        return text(notice.params)
    return str(text) % notice.params if notice.params else str(text)
