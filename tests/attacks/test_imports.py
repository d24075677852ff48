"""Rights that somebody once got by a file. Each is the attack."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.moderators.models import Assignment
from accounts.register.models import OfficialAccount
from governance.access import Permission, can

pytestmark = pytest.mark.django_db


def bring_in(client, kind: str, text: str):
    page = client.post(
        reverse("import_upload", args=[kind]), {"file": SimpleUploadedFile("list.csv", text.encode())}, follow=True
    )
    client.post(page.request["PATH_INFO"], {"confirm": "", "keep_going": "on"})
    return client.get(page.request["PATH_INFO"])


def test_an_administrator_does_not_make_themselves_a_moderator(login, cast, account):
    """An administrator reads no posts and decides nothing; a list states roles as facts, which nobody then accepts."""
    text = f"platform,handle,moderators\nfacebook,{account.handle},{cast.admin.email}\n"
    bring_in(login(cast.admin), "accounts", text)
    assert not Assignment.objects.filter(person=cast.admin).exists()
    cast.admin._reach = None
    assert not can(cast.admin, Permission.SEE_POSTS, account)


def test_nor_on_an_account_that_the_file_brings_in(login, cast, body):
    text = (
        "platform,handle,unit,moderators,deputies\n"
        f"facebook,somebody,nordvik,{cast.admin.email};{cast.moderator.email},{cast.deputy.email}\n"
    )
    page = bring_in(login(cast.admin), "accounts", text)
    account = OfficialAccount.objects.get()
    assert set(account.assignments.values_list("person__email", flat=True)) == {cast.moderator.email, cast.deputy.email}
    assert "Nobody grants roles to themselves" in page.content.decode()


def test_the_section_still_brings_in_whom_a_list_names(login, cast, body):
    text = f"platform,handle,unit,moderators\nfacebook,somebody,nordvik,{cast.section.email}\n"
    bring_in(login(cast.section), "accounts", text)
    assert Assignment.objects.get().person == cast.section


@pytest.mark.parametrize("what", ["import_step", "import_progress", "import_report"])
def test_another_persons_upload_is_not_there(login, cast, body, what):
    text = "platform,handle,unit\nfacebook,somebody,nordvik\n"
    upload = {"file": SimpleUploadedFile("list.csv", text.encode())}
    page = login(cast.admin).post(reverse("import_upload", args=["accounts"]), upload, follow=True)
    pk = page.request["PATH_INFO"].split("/")[-2]
    client = login(cast.section)
    assert client.get(reverse(what, args=["accounts", pk])).status_code == 404
    assert client.get(reverse(what, args=["people", pk])).status_code in (403, 404)
    if what == "import_step":
        assert client.post(reverse(what, args=["accounts", pk]), {"confirm": "", "put_away": ""}).status_code == 404
    assert not OfficialAccount.objects.exists()
