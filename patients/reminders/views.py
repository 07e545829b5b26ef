"""Pages of reminders."""

from django.http import HttpRequest, HttpResponse
from django.views import View


class ReminderList(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("")
