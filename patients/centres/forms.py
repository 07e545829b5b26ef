"""Forms of people and centres, and their words."""

from crispy_forms.layout import Layout
from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from patients.audit import fields
from patients.centres.models import Centre, Role, User

LANGUAGES = [("it", "Italiano"), ("en", "English")]

REFUSALS = {
    "role_not_here": _("This role does not belong at such a centre."),
    "role_held": _("This person already holds this role here."),
    "last_administrator": _("The last administrator of a centre cannot go: invite another one first."),
    "invitation_spent": _(
        "This link was used, withdrawn or is too old. Ask your centre's administrator for a new one."
    ),
    "ends_before_start": _("The last day cannot come before the first."),
    "own_deputy": _("Nobody stands in for themselves."),
    "day_closed_already": _("This day is closed already."),
}


def role_name(role: Role) -> str:
    """A role's name in the reader's language."""
    return role.name_it if get_language() == "it" else role.name_en


def role_sentence(role: Role) -> str:
    """What a role does, in one sentence of the reader's language."""
    return role.sentence_it if get_language() == "it" else role.sentence_en


class InviteForm(fields.Form):
    """Somebody is let in: name, address, role."""

    email = forms.EmailField(label=_("E-mail address"))
    first_name = forms.CharField(label=_("Given name"), max_length=80)
    last_name = forms.CharField(label=_("Family name"), max_length=80)
    role = forms.ModelChoiceField(label=_("Role"), queryset=Role.objects.none(), empty_label=_("Choose a role"))
    language = fields.TileChoice(label=_("Language of the mail"), choices=LANGUAGES, initial="it")

    def __init__(self, *args, centre: Centre, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].queryset = Role.objects.filter(centre_kind__in=["", centre.role_kind])
        self.fields["role"].label_from_instance = lambda role: f"{role_name(role)}: {role_sentence(role)}"

    def layout(self) -> Layout:
        return Layout("email", fields.side_by_side("first_name", "last_name"), "role", "language")


class SettingsForm(fields.Form):
    """What a centre says about itself."""

    phone = fields.PhoneField(label=_("Telephone"))
    on_call_phone = fields.PhoneField(
        label=_("Telephone of the haematologist on call"),
        help_text=_("Shown with every urgent notice: CARPath is never the only call."),
    )
    town = forms.CharField(label=_("Town"), max_length=80, required=False)
    usual_hub = forms.ModelChoiceField(
        label=_("Usual hub"), queryset=Centre.objects.none(), required=False, empty_label=_("None")
    )

    def __init__(self, *args, centre: Centre, **kwargs):
        super().__init__(*args, **kwargs)
        if centre.kind == Centre.Kind.REFERRAL:
            self.fields["usual_hub"].queryset = Centre.objects.filter(kind=Centre.Kind.HUB)
        else:
            del self.fields["usual_hub"]


class ClosedDayForm(fields.Form):
    """A day on which the centre is closed."""

    day = fields.DateField(label=_("Day"))
    name = forms.CharField(label=_("Why"), max_length=80, required=False, help_text=_("The town's patron, say."))


class AbsenceForm(fields.Form):
    """Who is away, from when to when, and who stands in."""

    user = forms.ModelChoiceField(
        label=_("Who is away"), queryset=User.objects.none(), empty_label=_("Choose a person")
    )
    first_day = fields.DateField(label=_("First day"))
    last_day = fields.DateField(label=_("Last day"))
    deputy = forms.ModelChoiceField(
        label=_("Who stands in"), queryset=User.objects.none(), required=False, empty_label=_("Nobody")
    )

    def __init__(self, *args, centre: Centre, **kwargs):
        super().__init__(*args, **kwargs)
        people = User.objects.filter(memberships__centre=centre, memberships__ends_at__isnull=True).distinct()
        self.fields["user"].queryset = self.fields["deputy"].queryset = people

    def layout(self) -> Layout:
        return Layout("user", fields.side_by_side("first_day", "last_day"), "deputy")


class ConfirmForm(fields.Form):
    """A page whose only question is yes."""


class PasswordForm(fields.Form):
    """The password that an invited person chooses."""

    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters; a sentence is good."),
    )
    password_again = forms.CharField(
        label=_("The same password again"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    language = fields.TileChoice(label=_("Language"), choices=LANGUAGES, initial="it")

    def __init__(self, *args, person: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        password_validation.validate_password(password, self.person)
        return password

    def clean(self) -> dict:
        typed = super().clean()
        if typed.get("password") and typed.get("password_again") and typed["password"] != typed["password_again"]:
            self.add_error("password_again", _("The two passwords differ."))
        return typed
