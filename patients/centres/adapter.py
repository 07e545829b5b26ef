"""How allauth meets this app: nobody signs up, every mail goes through the outbox, every link starts at SITE_URL."""

from urllib.parse import quote
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.urls import reverse

from patients.audit.actions import act
from patients.centres import mail


class AccountAdapter(DefaultAccountAdapter):
    """Log-in, reset and confirmation mails by our outbox."""

    def is_open_for_signup(self, request) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        message = self.render_mail(template_prefix, email, context)
        with act(by="system:accounts", why=template_prefix.rsplit("/", 1)[-1]):
            mail.post(
                to=email, subject=message.subject, body=message.body, key=f"account:{uuid4()}", by="system:accounts"
            )

    def format_email_subject(self, subject: str) -> str:
        """As it stands: no name of a site, which a request could forge."""
        return subject

    def get_reset_password_from_key_url(self, key: str) -> str:
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return f"{settings.SITE_URL}{path.replace('UID-KEY', quote(key))}"

    def get_email_confirmation_url(self, request, emailconfirmation) -> str:
        return f"{settings.SITE_URL}{reverse('account_confirm_email', args=[emailconfirmation.key])}"
