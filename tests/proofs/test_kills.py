"""The small version of `script/prove kills`: three kills of each part over 200 urgent reminders."""

from tests.proofs import kills


def test_three_kills_of_each_part_lose_no_mail_and_tell_everybody_once(tmp_path):
    figures = kills.prove(tmp_path / "data", reminders=200, kills=3, lease=5, tick=1, pause=1.0, drain=120)
    assert kills.faults(figures) == []
    assert (figures["reminders"], figures["told_exactly_once"]) == (200, 200)
    assert (figures["mails_distinct"], figures["mails_lost"]) == (200, 0)
    assert figures["kills"] == {"worker": 3, "valkey": 3, "postgresql": 3}
