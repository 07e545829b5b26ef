"""A demonstration's mail ends in files that a mail program opens."""

import email
import os
import stat
import subprocess
import sys

from django.core.mail import EmailMessage

from carpath.mail import EmlFiles


def test_each_message_is_a_private_file_of_its_own(settings, tmp_path):
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    messages = [EmailMessage(f"Promemoria è {n}", "Testo", "a@example.org", ["b@example.org"]) for n in (1, 2)]
    assert EmlFiles().send_messages(messages) == 2
    files = sorted((tmp_path / "mail").iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    read = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
    assert [message["Subject"] for message in read] == ["Promemoria è 1", "Promemoria è 2"]
    assert [message.get_content().strip() for message in read] == ["Testo", "Testo"]


def test_without_a_mail_server_files_go_into_the_data_folder(tmp_path):
    """An absolute folder stays absolute, wherever the app was started."""
    asked = "from carpath import settings; print(settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH)"
    how = {name: value for name, value in os.environ.items() if name != "EMAIL_URL"} | {"CARPATH_DATA": str(tmp_path)}
    said = subprocess.run([sys.executable, "-c", asked], env=how, capture_output=True, text=True, check=True).stdout
    assert said.split() == ["carpath.mail.EmlFiles", f"{tmp_path}/mail"]
