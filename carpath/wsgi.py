"""The web application that gunicorn serves."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carpath.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402 (the application first: it sets Django up)

if settings.SECRET_KEY == settings.KEY_NOT_FOR_SERVING:
    raise ImproperlyConfigured("SECRET_KEY is not set: start CARPath with script/server, which makes and keeps one.")
