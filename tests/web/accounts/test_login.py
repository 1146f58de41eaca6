"""Logging in and out: passwords, lock-out, second factor, sessions."""

import base64
import json
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from axes.models import AccessAttempt
from django.conf import settings as site
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from ddci_web.accounts import services
from ddci_web.accounts.models import CodeFailure, Role
from tests.web.people import PASSWORD, logged_in, make_member, make_unit

pytestmark = pytest.mark.django_db
LOGIN = "/tai-khoan/dang-nhap/"


@pytest.fixture(autouse=True)
def nobody_tried_before():
    cache.clear()  # allauth counts requests of a minute there


@pytest.fixture
def officer():
    return make_member(Role.UNIT_OFFICER, email="hoa@example.vn")


def log_in(client, email="hoa@example.vn", password=PASSWORD, **headers):
    return client.post(LOGIN, {"login": email, "password": password}, **headers)


def is_logged_in(client):
    return client.get("/tai-khoan/").status_code == 200


def secret_of(member):
    return Authenticator.objects.get(user=member, type="totp").data["secret"]


def code_now(member):
    secret = decrypt(secret_of(member))
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_a_member_logs_in_and_comes_to_their_own_rooms(client, officer):
    response = log_in(client)

    assert response["Location"] == reverse("workspace:home")
    assert is_logged_in(client)


def test_people_of_the_province_come_to_the_organisers_rooms(client):
    make_member(Role.VIEWER, email="hoa@example.vn")

    assert log_in(client)["Location"] == reverse("organiser:home")


def test_a_member_without_a_role_comes_to_their_account(client):
    make_member(email="hoa@example.vn")

    assert log_in(client)["Location"] == reverse("account_home")


def test_capitals_and_spaces_in_the_address_do_not_matter(client, officer):
    log_in(client, email=" HOA@Example.VN ")

    assert is_logged_in(client)


def test_a_wrong_password_keeps_the_address_and_says_what_to_do(client, officer):
    page = log_in(client, password="sai").content.decode()

    assert "hoa@example.vn" in page
    assert "đặt lại mật khẩu" in page
    assert 'href="#id_' in page or "Còn" in page


def test_an_unknown_address_gets_the_same_answer_as_a_wrong_password(client, officer):
    wrong, unknown = log_in(client, password="sai"), log_in(client, email="ai@example.vn", password="sai")

    assert _without_tokens(wrong).replace("hoa@", "ai@") == _without_tokens(unknown)


def _without_tokens(response):
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())


def test_the_session_changes_its_key_at_log_in_and_the_old_one_is_dead(client, officer):
    client.get(LOGIN)
    client.session["x"] = 1
    session = client.session
    session["x"] = 1
    session.save()
    client.cookies[site.SESSION_COOKIE_NAME] = session.session_key

    log_in(client)

    assert client.session.session_key != session.session_key
    stale = Client()
    stale.cookies[site.SESSION_COOKIE_NAME] = session.session_key
    assert not is_logged_in(stale)


def test_logging_out_ends_the_session_for_good(client, officer):
    log_in(client)
    key = client.cookies[site.SESSION_COOKIE_NAME].value

    client.post("/tai-khoan/dang-xuat/")

    stale = Client()
    stale.cookies[site.SESSION_COOKIE_NAME] = key
    assert not is_logged_in(client)
    assert not is_logged_in(stale)


def test_logging_out_needs_a_post(client, officer):
    log_in(client)

    client.get("/tai-khoan/dang-xuat/")

    assert is_logged_in(client)


def test_whoever_is_deactivated_is_out_with_the_next_request_and_cannot_come_back(client, officer):
    organiser = make_member(Role.ORGANISER)
    log_in(client)

    services.deactivate(member=officer, by=organiser)

    assert not is_logged_in(client)
    log_in(client)
    assert not is_logged_in(client)


def test_changing_the_password_logs_other_devices_out_and_writes_a_letter(client, officer):
    other = Client()
    log_in(client)
    log_in(other)

    new = "năm từ khác hẳn nhau"
    client.post("/tai-khoan/mat-khau/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert is_logged_in(client)
    assert not is_logged_in(other)
    assert "Mật khẩu của bạn vừa được đổi" in mail.outbox[-1].body


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("ngắn", "ít nhất 12 ký tự"),
        ("846193750284", "chỉ gồm chữ số"),
        ("password1234", "rất dễ đoán"),
        ("hoa@example.vn", "quá giống tên"),
    ],
)
def test_a_weak_password_is_refused_in_words_that_help(client, officer, password, words):
    log_in(client)

    page = client.post("/tai-khoan/mat-khau/", {"oldpassword": PASSWORD, "password1": password, "password2": password})

    assert words in page.content.decode()


def test_the_rules_are_told_before_anything_is_wrong(client, officer):
    log_in(client)

    page = client.get("/tai-khoan/mat-khau/").content.decode()

    assert "ít nhất 12 ký tự" in page
    assert "không chỉ gồm chữ số" in page


# Lock-out ---------------------------------------------------------------------------------------------------------------
def fail(client, times, **kwargs):
    for _ in range(times):
        response = log_in(client, password="sai", **kwargs)
    return response


def test_after_five_wrong_passwords_the_page_says_when_to_try_again(client, officer):
    response = fail(client, 5)

    assert response.status_code == 429
    assert re.search(r"tạm dừng đến <b><time datetime=.*\d\d/\d\d/\d{4}\s\d\d:\d\d", response.content.decode())


def test_a_closed_log_in_refuses_the_right_password_too(client, officer):
    fail(client, 5)

    assert log_in(client).status_code == 429
    assert not is_logged_in(client)


def test_a_made_up_address_opens_no_second_series_of_guesses(client, officer):
    for number in range(5):
        response = fail(client, 1, headers={"X-Forwarded-For": f"10.0.0.{number}"})

    assert response.status_code == 429


def test_behind_ones_own_proxy_a_stranger_does_not_close_the_door_for_its_owner(client, officer, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    fail(client, 5, headers={"X-Forwarded-For": "6.6.6.6"})

    assert log_in(client, headers={"X-Forwarded-For": "1.2.3.4"}).status_code == 302


def test_capitals_do_not_open_a_second_series_of_guesses(client, officer):
    fail(client, 3)

    assert fail(client, 2, email="Hoa@Example.vn").status_code == 429


def test_the_log_in_closes_for_the_person_at_this_address_only(client, officer):
    make_member(Role.UNIT_OFFICER, email="lan@example.vn")
    fail(client, 5)

    assert log_in(client, email="lan@example.vn").status_code == 302
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert log_in(elsewhere).status_code == 302


def test_a_successful_log_in_forgets_the_failures(client, officer):
    fail(client, 4)
    log_in(client)
    client.post("/tai-khoan/dang-xuat/")

    assert fail(client, 4).status_code == 200


def test_the_log_in_opens_again_after_the_pause(client, officer):
    fail(client, 5)
    AccessAttempt.objects.update(attempt_time="2020-01-01T00:00Z")

    assert log_in(client).status_code == 302


@pytest.mark.parametrize("headers", [{"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}, {"HTTP_ACCEPT": "application/json"}])
def test_scripts_are_locked_out_as_well(client, officer, headers):
    response = fail(client, 5, **headers)

    assert response.status_code == 429
    assert log_in(client, **headers).status_code == 429
    assert not is_logged_in(client)


def test_a_json_body_does_not_get_around_the_lock_out(client, officer):
    fail(client, 5)

    client.post(LOGIN, json.dumps({"login": officer.email, "password": PASSWORD}), content_type="application/json")

    assert not is_logged_in(client)


def test_wrong_passwords_are_not_written_down(client, officer):
    fail(client, 1)

    assert "sai" not in AccessAttempt.objects.get().post_data.split("password")[-1]


def test_repeating_the_password_inside_counts_too(client):
    make_member(Role.ORGANISER, email="hoa@example.vn", with_mfa=False)
    log_in(client)
    session = client.session
    session["account_authentication_methods"] = []
    session.save()

    for _ in range(5):
        response = client.post("/tai-khoan/xac-nhan-lai/", {"password": "sai"})

    assert response.status_code == 429


# Second factor ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def organiser():
    return make_member(Role.ORGANISER, email="hoa@example.vn")


def test_the_password_alone_does_not_let_an_organiser_in(client, organiser):
    response = log_in(client)

    assert response["Location"] == reverse("mfa_authenticate")
    assert not is_logged_in(client)


def test_the_right_code_does(client, organiser):
    log_in(client)

    response = client.post("/tai-khoan/xac-thuc/ma/", {"code": code_now(organiser)})

    assert response["Location"] == reverse("organiser:home")
    assert is_logged_in(client)


def test_a_recovery_code_works_once(client, organiser):
    (code, *_) = RecoveryCodes.activate(organiser).get_unused_codes()
    log_in(client)
    client.post("/tai-khoan/xac-thuc/ma/", {"code": code})
    assert is_logged_in(client)
    client.post("/tai-khoan/dang-xuat/")

    log_in(client)
    client.post("/tai-khoan/xac-thuc/ma/", {"code": code})

    assert not is_logged_in(client)


def test_five_wrong_codes_close_the_second_step_from_everywhere(client, organiser):
    log_in(client)
    for _ in range(5):
        client.post("/tai-khoan/xac-thuc/ma/", {"code": "000000"})
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    log_in(elsewhere)

    page = elsewhere.post("/tai-khoan/xac-thuc/ma/", {"code": code_now(organiser)}).content.decode()

    assert "Xin thử lại sau" in page
    assert not is_logged_in(elsewhere)


def test_wrong_codes_are_forgotten_after_the_pause_and_after_a_right_one(client, organiser):
    log_in(client)
    for _ in range(5):
        client.post("/tai-khoan/xac-thuc/ma/", {"code": "000000"})
    CodeFailure.objects.update(at="2020-01-01T00:00Z")

    client.post("/tai-khoan/xac-thuc/ma/", {"code": code_now(organiser)})

    assert is_logged_in(client)
    assert not CodeFailure.objects.exists()


def test_setting_up_the_second_factor_right_after_log_in_does_not_ask_for_the_password_again(client):
    organiser = make_member(Role.ORGANISER, email="hoa@example.vn", with_mfa=False)
    log_in(client)
    page = client.get("/tai-khoan/xac-thuc/thiet-lap/")
    secret = page.context["form"].secret

    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    response = client.post("/tai-khoan/xac-thuc/thiet-lap/", {"code": code})

    assert response["Location"] == reverse("mfa_view_recovery_codes")
    assert Authenticator.objects.filter(user=organiser, type="totp").exists()
    assert len(client.get(response["Location"]).context["unused_codes"]) == 10


def test_the_picture_to_scan_brings_its_own_white_ground_for_dark_pages(client, officer):
    log_in(client)

    source = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', client.get("/tai-khoan/xac-thuc/thiet-lap/").text)

    assert b'<rect fill="white" x="0" y="0" width="100%" height="100%"' in base64.b64decode(source.group(1))


def test_a_wrong_code_at_set_up_keeps_the_same_secret(client):
    make_member(Role.ORGANISER, email="hoa@example.vn", with_mfa=False)
    log_in(client)
    secret = client.get("/tai-khoan/xac-thuc/thiet-lap/").context["form"].secret

    response = client.post("/tai-khoan/xac-thuc/thiet-lap/", {"code": "000000"})

    assert response.context["form"].secret == secret
    assert "Mã chưa đúng" in response.content.decode()


def test_removing_the_second_factor_later_asks_who_it_is(client, organiser):
    client = logged_in(organiser)

    response = client.get("/tai-khoan/xac-thuc/go-bo/")

    assert response["Location"].startswith(reverse("account_reauthenticate"))


def test_secrets_of_the_second_factor_lie_encrypted(settings):
    settings.MFA_ADAPTER = "ddci_web.accounts.adapter.MFAAdapter"
    member = make_member(Role.UNIT_OFFICER, organisation=make_unit(), with_mfa=False)

    TOTP.activate(member, "JBSWY3DPEHPK3PXP")

    assert "JBSWY3DPEHPK3PXP" not in secret_of(member)
    assert TOTP(Authenticator.objects.get()).validate_code(code_now(member))


# Forgotten password -----------------------------------------------------------------------------------------------------
def test_a_forgotten_password_is_set_anew_through_the_letter_once(client, officer):
    client.post("/tai-khoan/mat-khau/dat-lai/", {"email": "Hoa@Example.vn"})
    link = re.search(r"https?://\S+", mail.outbox[0].body).group()
    new = "năm từ khác hẳn nhau"

    page = client.get(link, follow=True)
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})

    assert log_in(client, password=new).status_code == 302
    assert "Liên kết không còn dùng được" in Client().get(link, follow=True).content.decode()


def test_a_stranger_gets_no_letter_and_the_page_says_the_same(client, officer):
    known = client.post("/tai-khoan/mat-khau/dat-lai/", {"email": officer.email})
    unknown = client.post("/tai-khoan/mat-khau/dat-lai/", {"email": "ai@example.vn"})

    assert known["Location"] == unknown["Location"]
    assert [letter.to for letter in mail.outbox] == [[officer.email]]


def test_nobody_opens_an_account_by_themselves(client):
    page = client.get("/tai-khoan/dang-ky/").content.decode()
    client.post("/tai-khoan/dang-ky/", {"email": "ai@example.vn", "password1": PASSWORD, "password2": PASSWORD})

    assert "theo lời mời" in page
    assert not type(make_member()).objects.filter(email="ai@example.vn").exists()


def test_too_many_requests_are_answered_in_vietnamese(client, officer):
    for _ in range(40):
        response = client.post("/tai-khoan/mat-khau/dat-lai/", {"email": officer.email})

    assert response.status_code == 429
    assert "Hãy đợi" in response.content.decode()
