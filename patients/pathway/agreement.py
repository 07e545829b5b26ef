"""The second haematologist: what is looser than the reference's start is set by two of the hub, on one screen."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.audit import fields
from patients.audit.refusals import Reason, Refused
from patients.centres.models import Centre, User
from patients.identity.access import may_at
from patients.pathway import second_person
from patients.pathway.words import refusal_words

SIGNS = "rules.sign"
WORDS = {
    "looser_needs_haematologist": gettext_lazy(
        "This is looser than the reference: a haematologist of the hub sets it, and a second one agrees."
    ),
    "needs_a_second": gettext_lazy("This is looser than the reference: a second haematologist agrees here."),
    "second_is_another_haematologist": gettext_lazy("The second one is another haematologist of this hub."),
}


def agreed(*, hub: Centre, by: User, second: User | None) -> User:
    """The second haematologist of a hub for something looser than the reference. Raises Refused for anybody else."""
    if not may_at(by, SIGNS, hub):
        raise Refused(Reason("looser_needs_haematologist"))
    if second is None:
        raise Refused(Reason("needs_a_second", "second_email"))
    if second.pk == by.pk or not may_at(second, SIGNS, hub):
        raise Refused(Reason("second_is_another_haematologist", "second_email"))
    return second


def seconded(*, hub: Centre, by: User, second: User | None, than_start: bool, than_standing: bool, row) -> User | None:
    """Who stands second beside a hub's own row when `by` changes it: nobody where it is no looser than the start.

    Asked anew where it is also looser than what stands; else as two had agreed before: `row` (`by`, `second_by`) as it
    stood, None without one. Raises Refused.
    """
    if not than_start:
        return None
    if than_standing or row is None or row.second_by is None:
        return agreed(hub=hub, by=by, second=second)
    return row.by if row.second_by_id == by.pk else row.second_by


class AgreedForm(fields.Form):
    """A form beside which a second haematologist may prove by their own password that they agree.

    `second`: who it was; None where nobody wrote there.
    """

    second_email = forms.EmailField(
        label=gettext_lazy("Second haematologist: e-mail"),
        required=False,
        help_text=gettext_lazy("Only for something looser than the reference."),
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    second_password = forms.CharField(
        label=gettext_lazy("Second haematologist: password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )

    def __init__(self, *args, request, **kwargs):
        super().__init__(*args, **kwargs)
        self.request, self.second = request, None

    def clean(self) -> dict:
        """Prove the colleague before anything is written, so that a wrong password is counted whatever follows."""
        given = super().clean()
        written = [name for name in ("second_email", "second_password") if given.get(name)]
        if len(written) == 1:
            missing = {"second_email": "second_password", "second_password": "second_email"}[written[0]]
            self.add_error(missing, _("The colleague writes their own."))
        elif written and not self.errors:
            self._prove(given["second_email"], given["second_password"])
        return given

    def _prove(self, email: str, password: str) -> None:
        try:
            self.second = second_person.prove_colleague(
                request=self.request, email=email, password=password, fault=lambda person: None
            )
        except Refused as refused:
            for reason in refused.reasons:
                self.add_error(f"second_{reason.field}", refusal_words(reason, {}))
