"""Who works where: invitations, roles, absences, and the administrator's pages."""

import re
from datetime import date, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from patients.audit import clock, drafts
from patients.audit.actions import act
from patients.audit.refusals import Conflict, Refused
from patients.centres import actions, working_days
from patients.centres.models import Centre, ClosedDay, Invitation, Membership, Role, User
from patients.notices.models import Delivery
from tests import world as worlds

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=worlds.make)]


@pytest.fixture
def world(prepared):
    return prepared


@pytest.fixture
def administrator(world):
    return world.client("centre_administrator", "hub")


def invite(world, role="nurse", email="new@hub.example", centre="hub"):
    return actions.invite(
        email=email,
        first_name="Nora",
        last_name="Nuova",
        centre=world.centres[centre],
        role=Role.objects.get(code=role),
        by=world.user("centre_administrator", "hub"),
    )


def key_of(address: str) -> str:
    return address.rstrip("/").rsplit("/", 1)[-1]


def page_token(answer) -> str:
    return re.search(r'name="token" value="([^"]+)"', answer.content.decode()).group(1)


# ── invitations ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_invitation_is_mailed_with_a_link_that_only_the_mail_holds(world, settings):
    settings.SITE_URL = "https://carpath.hospital.example"
    _, address = invite(world)
    mail = Delivery.objects.get()
    assert (mail.to, mail.subject) == ("new@hub.example", "Invito a CARPath")
    assert address.startswith("https://carpath.hospital.example/invitation/")
    assert address in mail.body
    assert key_of(address) not in str(Invitation.objects.values_list())


def test_an_invited_person_chooses_a_password_and_is_in(world):
    _, address = invite(world)
    path = f"/invitation/{key_of(address)}/"
    client = Client()
    assert client.get(path).status_code == 200
    typed = {"password": "tre gatti sul tetto", "password_again": "tre gatti sul tetto", "language": "en"}
    assert client.post(path, typed).status_code == 302
    user = User.objects.get(email="new@hub.example")
    assert (user.first_name, user.language, user.check_password("tre gatti sul tetto")) == ("Nora", "en", True)
    assert Membership.objects.get(user=user).role_id == "nurse"
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_link_opens_once(world):
    _, address = invite(world)
    actions.accept(key=key_of(address), password="tre gatti sul tetto", language="it")
    assert Client().get(f"/invitation/{key_of(address)}/").status_code == 410
    with pytest.raises(Refused):
        actions.accept(key=key_of(address), password="tre gatti sul tetto", language="it")


def test_a_withdrawn_an_old_and_a_wrong_link_open_nothing(world):
    withdrawn, address = invite(world)
    actions.withdraw(invitation=withdrawn, by=world.user("centre_administrator", "hub"))
    _, old = invite(world, email="old@hub.example")
    with act(by=worlds.BY):
        Invitation.objects.filter(email="old@hub.example").update(expires_at=clock.now() - timedelta(seconds=1))
    for key in (key_of(address), key_of(old), "wrong"):
        assert Client().get(f"/invitation/{key}/").status_code == 410


@pytest.mark.parametrize(
    ("password", "again", "field"),
    [
        ("short", "short", "password"),
        ("123456789012", "123456789012", "password"),
        ("tre gatti qui", "x", "password_again"),
    ],
)
def test_a_poor_password_gets_its_error_beside_its_field(world, password, again, field):
    _, address = invite(world)
    answer = Client().post(
        f"/invitation/{key_of(address)}/", {"password": password, "password_again": again, "language": "it"}
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not User.objects.filter(email="new@hub.example").exists()


def test_one_who_has_an_account_gets_the_role_at_once(world):
    with pytest.raises(Refused, match="role_held"):
        invite(world, email="NURSE@hub.example")
    assert invite(world, role="pharmacist", email="nurse@hub.example") == (None, None)
    assert Delivery.objects.count() == 0
    assert sorted(world.user("nurse", "hub").memberships.values_list("role_id", flat=True)) == ["nurse", "pharmacist"]


def test_a_hub_role_is_not_given_at_a_referral_centre(world):
    with pytest.raises(Refused, match="role_not_here"):
        invite(world, role="nurse", centre="spoke")


# ── roles ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_ended_role_opens_no_door_at_the_next_request(world):
    pathway = worlds.sent(world)
    client = world.client("hub_coordinator", "hub")
    address = reverse("timeline:pathway", args=[pathway.pk])
    assert client.get(address).status_code == 200
    membership = world.user("hub_coordinator", "hub").memberships.get()
    actions.end_role(membership=membership, by=world.user("centre_administrator", "hub"))
    assert client.get(address).status_code == 404


def test_a_deactivated_user_is_out_at_the_next_request(world):
    client = world.client("hub_coordinator", "hub")
    with act(by=worlds.BY):
        User.objects.filter(pk=world.user("hub_coordinator", "hub").pk).update(is_active=False)
    assert client.get("/components/").status_code == 302


def test_the_last_administrator_cannot_go(world, administrator):
    membership = world.user("centre_administrator", "hub").memberships.get()
    path = reverse("centres:end_role", args=[world.centres["hub"].pk, membership.pk])
    answer = administrator.post(path, {"token": page_token(administrator.get(path))})
    assert answer.status_code == 422
    assert Membership.objects.get(pk=membership.pk).ends_at is None


def test_an_administrator_ends_nobody_s_role_at_another_centre(world, administrator):
    other = world.user("nurse", "hub2").memberships.get()
    path = reverse("centres:end_role", args=[world.centres["hub"].pk, other.pk])
    assert administrator.get(path).status_code == 404


# ── pages ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_administrator_s_form_invites(world, administrator):
    path = reverse("centres:invite", args=[world.centres["hub"].pk])
    typed = {
        "email": "nuova@hub.example",
        "first_name": "Ada",
        "last_name": "Nuova",
        "role": "nurse",
        "language": "en",
        "token": page_token(administrator.get(path)),
    }
    assert administrator.post(path, typed).status_code == 302
    assert administrator.post(path, typed).status_code == 302  # a double click
    assert Invitation.objects.filter(email="nuova@hub.example").count() == 1
    assert Delivery.objects.get().subject == "Invitation to CARPath"


def test_a_form_of_one_centre_is_not_taken_at_another(world, administrator):
    token = page_token(administrator.get(reverse("centres:invite", args=[world.centres["hub"].pk])))
    other = world.client("centre_administrator", "hub2")
    path = reverse("centres:invite", args=[world.centres["hub2"].pk])
    typed = {"email": "x@hub.example", "first_name": "A", "last_name": "B", "role": "nurse", "language": "it"}
    assert other.post(path, typed | {"token": token}).status_code == 400
    assert Invitation.objects.count() == 0


def test_two_people_who_change_settings_see_both_versions(world, administrator):
    path = reverse("centres:settings", args=[world.centres["hub"].pk])
    first, second = page_token(administrator.get(path)), page_token(administrator.get(path))
    assert administrator.post(path, {"phone": "055 1", "town": "Pieve", "token": first}).status_code == 302
    answer = administrator.post(path, {"phone": "055 2", "town": "Valdarsa", "token": second})
    assert answer.status_code == 409
    assert [(one.stands, one.typed) for one in answer.context["conflict"]] == [
        ("055 1", "055 2"),
        ("Pieve", "Valdarsa"),
    ]
    assert answer.context["form"].data["phone"] == "055 2"
    assert Centre.objects.get(code="hub").phone == "055 1"
    again = page_token(answer)
    assert administrator.post(path, {"phone": "055 2", "town": "Valdarsa", "token": again}).status_code == 302
    assert Centre.objects.get(code="hub").phone == "055 2"


def test_change_settings_refuses_a_stale_version(world):
    centre = world.centres["hub"]
    with pytest.raises(Conflict):
        actions.change_settings(centre=centre, version=7, by=world.user("centre_administrator", "hub"), phone="1")


def test_what_was_typed_when_the_session_had_expired_comes_back_after_log_in(world, administrator):
    path = reverse("centres:settings", args=[world.centres["hub"].pk])
    token = page_token(administrator.get(path))
    administrator.logout()
    answer = administrator.post(path, {"phone": "055 typed", "token": token, "password": "secret"})
    assert (answer.status_code, answer["Location"]) == (302, f"/account/login/?next={path}")
    kept = drafts.find(world.user("centre_administrator", "hub"), path)
    assert dict(kept.lists()) == {"phone": ["055 typed"]}
    administrator.force_login(world.user("centre_administrator", "hub"))
    page = administrator.get(path)
    assert page.context["came_back"] is True
    assert 'value="055 typed"' in page.content.decode()
    stranger = world.client("centre_administrator", "hub2")
    assert stranger.get(path).status_code == 404
    assert administrator.post(path, {"phone": "055 typed", "token": page_token(page)}).status_code == 302
    assert drafts.find(world.user("centre_administrator", "hub"), path) is None


def test_a_form_nobody_signed_is_not_kept(world):
    Client().post(reverse("centres:settings", args=[world.centres["hub"].pk]), {"phone": "1", "token": "forged"})
    assert drafts.find(world.user("centre_administrator", "hub"), "/") is None


def test_absences_and_closed_days_by_form(world, administrator):
    centre = world.centres["hub"]
    path = reverse("centres:record_absence", args=[centre.pk])
    nurse, coordinator = world.user("nurse", "hub"), world.user("hub_coordinator", "hub")
    typed = {"user": nurse.pk, "first_day": "24/12/2030", "last_day": "23/12/2030", "deputy": nurse.pk}
    wrong = administrator.post(path, typed | {"token": page_token(administrator.get(path))})
    assert wrong.status_code == 422
    assert list(wrong.context["form"].errors) == ["last_day"]
    typed |= {"last_day": "31/12/2030", "deputy": coordinator.pk, "token": page_token(wrong)}
    assert administrator.post(path, typed).status_code == 302
    absence = nurse.absences.get()
    assert (absence.first_day, absence.last_day, absence.deputy) == (
        date(2030, 12, 24),
        date(2030, 12, 31),
        coordinator,
    )
    path = reverse("centres:close_day", args=[centre.pk])
    day = {"day": "24/06/2030", "name": "San Giovanni"}
    assert administrator.post(path, day | {"token": page_token(administrator.get(path))}).status_code == 302
    twice = administrator.post(path, day | {"token": page_token(administrator.get(path))})
    assert (twice.status_code, ClosedDay.objects.count()) == (422, 1)
    page = administrator.get(reverse("centres:centre", args=[centre.pk])).content.decode()
    assert "San Giovanni" in page
    assert "24/12/2030" in page


# ── accounts ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_nobody_signs_up(world):
    Client().post("/account/signup/", {"email": "x@y.example", "password1": "tre gatti sul tetto"})
    assert not User.objects.filter(email="x@y.example").exists()


def test_a_password_reset_goes_through_the_outbox_to_site_url_alone(world, settings):
    settings.SITE_URL = "https://carpath.hospital.example"
    user = world.user("nurse", "hub")
    with act(by=worlds.BY):
        from allauth.account.models import EmailAddress

        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    Client(headers={"host": "localhost"}).post("/account/password/reset/", {"email": user.email})
    mail = Delivery.objects.get()
    link = re.search(r"https?://\S+", mail.body).group(0)
    assert link.startswith("https://carpath.hospital.example/account/password/reset/key/")
    assert "localhost" not in mail.body
    client = Client()
    form = client.get(link.removeprefix("https://carpath.hospital.example"), follow=True)
    done = client.post(
        form.request["PATH_INFO"], {"password1": "tre gatti sul tetto", "password2": "tre gatti sul tetto"}
    )
    assert done.status_code == 302
    user.refresh_from_db()
    assert user.check_password("tre gatti sul tetto")


def test_use_keeps_a_session_and_is_written_once_a_minute(world):
    client = world.client("nurse", "hub")
    client.get("/")
    key = client.session.session_key

    def ends_at():
        return Session.objects.get(pk=key).expire_date

    session = client.session
    session["seen_at"] -= 61
    session.save()
    Session.objects.filter(pk=key).update(expire_date=clock.now() + timedelta(seconds=30))
    client.get("/")
    assert ends_at() > clock.now() + timedelta(minutes=14)
    Session.objects.filter(pk=key).update(expire_date=clock.now() + timedelta(minutes=14))
    soon = ends_at()
    client.get("/")
    assert ends_at() == soon
    Session.objects.filter(pk=key).update(expire_date=clock.now() - timedelta(seconds=1))
    assert client.get("/").status_code == 302


def test_a_session_ends_twelve_hours_after_log_in(world):
    client = world.client("nurse", "hub")
    client.get("/components/")
    session = client.session
    session["began_at"] -= 12 * 3600 + 1
    session.save()
    assert client.get("/components/").status_code == 302


def test_a_compulsory_second_factor_lets_nobody_past_its_set_up(world, settings):
    settings.SECOND_FACTOR_COMPULSORY = True
    client = world.client("nurse", "hub")
    answer = client.get("/components/")
    assert (answer.status_code, answer["Location"]) == (302, "/account/2fa/totp/activate/")


# ── working days ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 4, 2), 1, date(2026, 4, 3)),  # Good Friday is a working day in Italy
        (date(2026, 4, 3), 1, date(2026, 4, 7)),  # over Easter and Easter Monday
        (date(2026, 12, 24), 1, date(2026, 12, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 4)),
        (date(2026, 6, 23), 1, date(2026, 6, 25)),  # the patron's day is closed at this centre alone
        (date(2026, 6, 23), 0, date(2026, 6, 23)),
    ],
)
def test_working_days_skip_weekends_holidays_and_closed_days(world, day, count, expected):
    actions.close_day(
        centre=world.centres["hub"],
        day=date(2026, 6, 24),
        name="patron",
        by=world.user("centre_administrator", "hub"),
    )
    assert working_days.after(day, count, Centre.objects.get(code="hub")) == expected
