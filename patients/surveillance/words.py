"""The words of watching: who a person is, what is watched, what falls due, what was found, why an act was refused."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SEX_CHOICES = [("F", pgettext_lazy("sex", "Female")), ("M", pgettext_lazy("sex", "Male"))]
NO_CODE_CHOICES = [("stp", "STP"), ("eni", "ENI"), ("none", _("No code at all"))]

PERSON_REFUSALS = {
    "known_elsewhere": _("A request for this person exists: the hub will ring you."),
    "say_that_you_treat": _("Tick that you are treating this patient: without it no code is looked up."),
    "ask_by_telephone": _("No more codes are looked up for you today. Ring the hub."),
    "same_name_and_birth": _(
        "%(number)s at your centre has this name and birth date. Open it, or confirm that it is another person."
    ),
    "open_here": _("Your centre has already referred this person."),
    "person_known": _("Somebody else has this code already. Check it."),
}

CODE_FAULTS = {
    "syntax": _("A fiscal code has 16 letters and figures, such as RSSMRA64C14F205X."),
    "check_letter": _("The last letter does not fit: one of the 16 characters is wrong."),
    "date": _("There is no such birth date: check characters 7 to 11."),
}
