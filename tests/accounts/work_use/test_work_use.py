"""Networks used for work (B21), told to the own leader and to nobody else; sites by staff and pupils (B22)."""

import pytest
from django.urls import reverse

from accounts.work_use.models import Site, WorkUse, add_site, declare, leaders_of
from governance.audit.models import AuditEvent
from governance.notices.models import Notice

SENT = {"network": "Discord", "profile": "own", "purpose": "The chess club"}
SITE = {"title": "Newspaper", "url": "https://avis.example/", "made_by": "pupils", "purpose": "News by pupils"}


def url(name, *args):
    return reverse(f"accounts:{name}", args=args)


@pytest.mark.django_db
def test_declaring_tells_the_own_leader_once(login, cast):
    client = login(cast.employee)
    for network in ("Discord", "discord"):
        assert client.post(url("work_use"), SENT | {"network": network}).status_code == 302
    assert WorkUse.objects.count() == 1
    [notice] = Notice.objects.filter(event="work_use_declared")
    assert (notice.person, notice.path) == (cast.principal, url("work_use_of_unit", "nordvik"))
    assert "Discord" not in str(AuditEvent.objects.filter(event__startswith="work_use").values())


@pytest.mark.django_db
def test_only_the_leader_reads_what_is_declared(login, cast, now):
    declare(cast.employee, **SENT, now=now)
    address = url("work_use_of_unit", "nordvik")
    assert "Discord" in login(cast.principal).get(address).content.decode()
    for other in (cast.leader, cast.stranger, cast.chief, cast.section, cast.admin):
        assert login(other).get(address).status_code in (403, 404)
        assert "Discord" not in login(other).get(url("work_use")).content.decode()
    assert login(cast.employee).get(address).status_code == 403
    assert "Discord" in login(cast.employee).get(url("work_use")).content.decode()


@pytest.mark.django_db
def test_the_page_says_who_reads_it(login, cast):
    page = login(cast.employee).get(url("work_use")).content.decode()
    assert "your leader and the leaders above see it" in page
    assert "Reidun Rektor" in page


@pytest.mark.django_db
def test_a_leader_above_reads_on_but_not_about_oneself(login, cast, body, now):
    cast.employee.unit = body.klubb
    cast.employee.save(update_fields=["unit"])
    assert leaders_of(cast.employee, now) == [cast.principal]
    declare(cast.principal, **SENT, now=now)
    declare(cast.employee, **SENT | {"network": "Twitch"}, now=now)
    page = login(cast.principal).get(url("work_use_of_unit", "nordvik")).content.decode()
    assert "Twitch" in page
    assert "Discord" not in page


@pytest.mark.django_db
def test_without_a_leader_the_person_is_told_so(login, cast):
    client = login(cast.section)
    assert "nobody is registered as your leader" in client.post(url("work_use"), SENT, follow=True).content.decode()
    assert WorkUse.objects.exists()


@pytest.mark.django_db
def test_taking_it_back_twice_is_harmless_and_only_ones_own(login, cast, now):
    declare(cast.employee, **SENT, now=now)
    use = WorkUse.objects.get()
    assert login(cast.principal).post(url("work_use_end", use.pk)).status_code == 404
    client = login(cast.employee)
    for _time in range(2):
        assert client.post(url("work_use_end", use.pk)).status_code == 302
    assert AuditEvent.objects.filter(event="work_use.ended").count() == 1
    assert declare(cast.employee, **SENT, now=now)[1]


@pytest.mark.django_db
@pytest.mark.parametrize("missing", SENT)
def test_a_declaration_that_lacks_something_keeps_the_rest(login, cast, missing):
    answer = login(cast.employee).post(url("work_use"), SENT | {missing: ""})
    assert answer.status_code == 422
    assert all(value in answer.content.decode() for name, value in SENT.items() if name != missing)
    assert not WorkUse.objects.exists()


@pytest.mark.django_db
def test_staff_add_sites_and_the_leader_decides_who_sees_them(login, cast, client, body):
    employee = login(cast.employee)
    for _time in range(2):
        assert employee.post(url("site_new", "nordvik"), SITE | {"is_public": "on"}).status_code == 302
    site = Site.objects.get()
    assert not site.is_public
    assert login(cast.stranger).get(url("site_new", "nordvik")).status_code == 404
    client.logout()
    assert "Newspaper" not in client.get(url("sites", "nordvik")).content.decode()
    principal = login(cast.principal)
    for _time in range(2):
        principal.post(url("site_public", site.pk), {"public": "yes"})
    assert AuditEvent.objects.filter(event="site.shown").count() == 1
    client.logout()
    page = client.get(url("sites", "nordvik")).content.decode()
    assert "Newspaper" in page
    assert "Eli" not in page


@pytest.mark.django_db
def test_a_site_is_removed_once_and_may_be_added_again(login, cast, body, now):
    assert add_site(body.nordvik, by=cast.employee, now=now, is_public=False, **SITE)
    site = Site.objects.get()
    assert login(cast.leader).post(url("site_remove", site.pk)).status_code == 403
    principal = login(cast.principal)
    for _time in range(2):
        principal.post(url("site_remove", site.pk))
    assert AuditEvent.objects.filter(event="site.removed").count() == 1
    assert add_site(body.nordvik, by=cast.employee, now=now, is_public=False, **SITE)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://a.example/", "no address", ""])
def test_only_web_addresses_are_taken(login, cast, address):
    answer = login(cast.principal).post(url("site_new", "nordvik"), SITE | {"url": address})
    assert answer.status_code == 422
    assert "News by pupils" in answer.content.decode()
    assert not Site.objects.exists()
