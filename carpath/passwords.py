"""The demonstration's password, which everybody knows, opens nothing but a demonstration."""

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from carpath.demo import PASSWORD


class NoDemonstrationLogins(AuthenticationBackend):
    """Log-in by e-mail address; people and the password of a demonstration are refused outside of one."""

    def authenticate(self, request, **credentials):
        user = super().authenticate(request, **credentials)
        if user is None or settings.DEMO:
            return user
        return None if user.is_demonstration or credentials.get("password") == PASSWORD else user


class NotTheDemonstrations:
    """Password validator: nobody of a real installation chooses the demonstration's password."""

    def validate(self, password: str, user=None) -> None:
        if password == PASSWORD and not settings.DEMO:
            raise ValidationError(self.get_help_text(), code="demonstration_password")

    def get_help_text(self) -> str:
        return _("The demonstration's password cannot be used here.")
