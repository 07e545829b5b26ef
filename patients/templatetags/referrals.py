"""Words of the dossier in templates."""

from django import template

from patients.referral.dossier import saved_words

register = template.Library()


@register.simple_tag
def saved_when(section, zone: str) -> str:
    """When and by whom a section was last written."""
    return saved_words(section, zone)
