"""A real mail server for tests, that keeps what it took and can be told to refuse."""

import logging
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message

from aiosmtpd.controller import Controller

logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells every line of every conversation


class Sink:
    """Takes every mail, except for addresses whose answer was set with `answer`."""

    def __init__(self):
        self.messages: list[Message] = []
        self.answer: dict[str, str] = {}

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.answer:
            return self.answer[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.messages.append(message_from_bytes(envelope.content))
        return "250 taken"

    @property
    def ids(self) -> list[str]:
        return [message["Message-ID"] for message in self.messages]


@contextmanager
def serving(settings):
    """A sink on a free loopback port, to which Django's settings point meanwhile."""
    sink = Sink()
    controller = FreePortController(sink, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.server.sockets[0].getsockname()[1]
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield sink
    finally:
        controller.stop()


class FreePortController(Controller):
    """aiosmtpd's controller, which otherwise probes the port that it was given rather than the one it got."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
