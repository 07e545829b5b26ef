"""The hub shares the daily grid with the referring centre, and takes it back."""

import re

import pytest
from django.urls import reverse

from tests import course

pytestmark = pytest.mark.django_db


def test_the_hub_shares_the_daily_grid_and_takes_it_back():
    treated = course.Course().infused()
    referrer = treated.world.client("referral_haematologist", "spoke")
    coordinator = treated.world.client("hub_coordinator", "hub")
    sheet = reverse("toxicity:sheet", args=[treated.pathway.pk])
    page = reverse("pathway:share", args=[treated.pathway.pk])
    refused = referrer.get(sheet)
    assert refused.status_code == 403
    assert reverse("timeline:pathway", args=[treated.pathway.pk]) in refused.content.decode()
    for said, status in (("yes", 200), ("no", 403)):
        form = coordinator.get(page)
        token = re.search(r'name="token" value="([^"]+)"', form.content.decode()).group(1)
        assert coordinator.post(page, {"shared": said, "token": token}).status_code == 302
        assert referrer.get(sheet).status_code == status
        assert coordinator.get(page).context["form"].initial == {"shared": said}
