"""Names of roles in the reader's language."""

from django import template

from patients.centres.forms import role_name, role_sentence

register = template.Library()
register.filter("role_name", role_name)
register.filter("role_sentence", role_sentence)
