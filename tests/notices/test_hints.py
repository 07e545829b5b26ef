"""A hint asks a worker to look at the outbox at once; without a broker nothing waits for it and nothing breaks."""

import time

import celery
import pytest
import redis

from patients.audit.actions import act
from patients.notices import actions, outbox
from patients.notices.models import Delivery
from tests.notices import people

pytestmark = pytest.mark.django_db
SHORT_SECONDS = 3


@pytest.fixture
def no_broker():
    conf = celery.current_app.conf
    known, conf.broker_url = conf.broker_url, "redis://127.0.0.1:1/0"
    yield
    conf.broker_url = known


def queued(settings) -> int:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        return client.llen("celery")


def tell_urgently() -> None:
    user = people.member(people.hub(), "nurse")
    with act(by="system:test"):
        actions.tell(kind="reminders_held", key="one", recipients=[user], urgent=True)


def test_an_urgent_notice_calls_a_worker_when_its_transaction_has_committed(
    settings, django_capture_on_commit_callbacks
):
    before = queued(settings)
    with django_capture_on_commit_callbacks(execute=True):
        tell_urgently()
        assert queued(settings) == before
    assert queued(settings) == before + 1


def test_without_a_broker_the_notice_stands_and_nobody_waits(no_broker, django_capture_on_commit_callbacks):
    begun = time.monotonic()
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        tell_urgently()
    assert len(callbacks) == 1
    assert time.monotonic() - begun < SHORT_SECONDS
    assert Delivery.objects.get().kind == "urgent"


def test_the_hint_itself_gives_up_soon(no_broker):
    begun = time.monotonic()
    outbox.publish()
    assert time.monotonic() - begun < SHORT_SECONDS
