"""The colour scheme: kept in a cookie, without JavaScript, and never a way to another site."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db
PAGE = "/giao-dien/thanh-phan/"


def choose(client, theme, back=PAGE):
    return client.post(reverse("ui:theme"), {"theme": theme, "back": back})


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_choice_is_kept_and_marks_the_page(client, theme):
    answer = choose(client, theme)
    page = client.get(PAGE).content.decode()

    assert (answer.status_code, answer.url) == (302, PAGE)
    assert f'<html lang="vi" data-theme="{theme}">' in page
    assert f'name="color-scheme" content="{theme}"' in page
    assert f'value="{theme}" aria-pressed="true"' in page


def test_without_a_choice_the_page_follows_the_system(client):
    page = client.get(PAGE).content.decode()

    assert '<html lang="vi">' in page
    assert 'value="auto" aria-pressed="true"' in page


def test_auto_takes_a_choice_back(client):
    choose(client, "dark")
    choose(client, "auto")

    assert '<html lang="vi">' in client.get(PAGE).content.decode()


def test_an_unknown_scheme_is_auto(client):
    choose(client, '"><script>')

    assert client.cookies["theme"].value == "auto"


def test_an_invented_cookie_changes_nothing(client):
    client.cookies["theme"] = "neon"

    assert '<html lang="vi">' in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    "back", ["https://example.org/", "//example.org/", "/\\example.org", "javascript:alert(1)", "", "x"]
)
def test_the_way_back_stays_on_this_site(client, back):
    assert choose(client, "dark", back).url == "/"


def test_the_way_back_keeps_the_question_of_the_address(client):
    assert choose(client, "dark", "/xep-hang/?nhom=a&sap=n").url == "/xep-hang/?nhom=a&sap=n"


def test_the_switch_works_where_no_token_can_be_sent():
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)

    assert choose(strict, "dark").status_code == 302


def test_looking_at_the_switch_s_address_is_not_choosing(client):
    assert client.get(reverse("ui:theme")).status_code == 405
