"""Old encodings are named, sound Vietnamese is left alone."""

import pytest

from ddci.encodings import name_encoding, name_misread


@pytest.mark.parametrize(
    "text",
    [
        "Huyện Văn Lãng",
        "Sở Kế hoạch và Đầu tư",
        "Đắk Lắk",
        "Krông Pắc",
        "Café René",
        "giữ gìn, quyết định, khoảng, ngoằn ngoèo",
        "plain ascii",
        "Ö",
        "Öresund, Đà Nẵng",
        "",
    ],
)
def test_sound_text_has_no_other_encoding(text):
    assert name_encoding(text.encode()) is None
    assert name_misread(text) is None


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("unit,name\n1,Sở".encode("utf-16"), "UTF-16"),
        ("unit,name\n1,Sở".encode("utf-16-le"), "UTF-16"),
        ("unit,name\n1,Sở".encode("utf-32"), "UTF-32"),
        ("Hà Giang, Cà Mau".encode("latin-1"), "Latin-1 (Windows-1252)"),
        (b"Huy\xea\xf2n Chi L\xe3ng, Ha\xcc N\xf4\xf2i", "Windows-1258"),
        ("Uû ban nh©n d©n thµnh phè L¹ng S¬n".encode("cp1252"), "TCVN3 (ABC)"),
        ("Thaønh phoá Laïng Sôn, huyeän Vaên Laõng".encode("cp1252"), "VNI"),
    ],
)
def test_bytes_that_are_not_utf8_are_named(data, name):
    assert name_encoding(data) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Chæ soá naêng löïc caïnh tranh", "VNI"),
        ("ChØ sè n¨ng lùc c¹nh tranh", "TCVN3 (ABC)"),
        ("Huyá»‡n Chi LÄƒng", "UTF-8 → CP1252"),
    ],
)
def test_an_old_font_hidden_in_valid_utf8_is_named(text, name):
    assert name_encoding(text.encode()) == name
