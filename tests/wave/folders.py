"""A small wave folder for tests: two groups, three units, a hard and three survey indicators, four respondents."""

from __future__ import annotations

from pathlib import Path

from ddci.errors import Fault, InputError
from ddci.wave.load import load_wave

FRAMEWORK = """
[framework]
code = "nho-2024"
vi = "Bộ chỉ số nhỏ"
year = 2024
min_n = 1

[[unit_group]]
code = "xa"
vi = "Xã"

[[unit_group]]
code = "so"
vi = "Sở"

[[sub_index]]
code = "A"
vi = "Chi phí"

[[indicator]]
code = "A1"
parent = "A"
vi = "Tỷ lệ hài lòng"
kind = "survey"
method = "share"
questions = ["Q1"]
positive = ["4", "5"]
unit = "share"
direction = 1

[[indicator]]
code = "A2"
parent = "A"
vi = "Số ngày chờ"
kind = "survey"
method = "mean"
questions = ["Q2"]
unit = "days"
direction = -1

[[indicator]]
code = "A3"
parent = "A"
vi = "Đã dùng dịch vụ"
kind = "survey"
method = "share"
questions = ["Q3"]
positive = ["a"]
unit = "share"
direction = 1

[[indicator]]
code = "A4"
parent = "A"
vi = "Hồ sơ đúng hạn"
kind = "hard"
method = "value"
unit = "share"
direction = 1
"""

QUESTIONNAIRE = """
[[page]]
code = "P1"
vi = "Trang một"

[[scale]]
code = "muc"
options = [
  {code = "1", vi = "Rất kém"}, {code = "2", vi = "Kém"}, {code = "3", vi = "Trung bình"},
  {code = "4", vi = "Tốt"}, {code = "5", vi = "Rất tốt"}, {code = "9", vi = "Không biết", role = "dont_know"},
]

[[question]]
code = "Q1"
page = "P1"
vi = "Ông/bà đánh giá thế nào?"
type = "scale"
scale = "muc"

[[question]]
code = "Q2"
page = "P1"
vi = "Mất mấy ngày?"
type = "number"
min = 0
max = 365
asked_if = "Q1 in (4, 5)"

[[question]]
code = "Q3"
page = "P1"
vi = "Đã dùng dịch vụ nào?"
type = "multi"
options = [{code = "a", vi = "Đất đai"}, {code = "b", vi = "Thuế"}, {code = "c", vi = "Xây dựng"}]

[[question]]
code = "Q4"
page = "P1"
vi = "Ý kiến khác"
type = "text"
"""

WAVE = """
[wave]
code = "nho-2024"
year = 2024
framework = "../../frameworks/nho/2024"
units = "units.csv"
values = "values.csv"
responses = "responses.csv"
strata = "strata.csv"
published = "published.csv"
seed = 7
replicates = 10
"""

TABLES = {
    "units.csv": "code,name,group\n01,Xã Chi Lăng,xa\n02,Xã Hữu Lũng,xa\nS1,Sở Tài chính,so\n",
    "values.csv": "unit,indicator,value,se,n\n01,A4,0.90,0.01,40\n02,A4,0.875,,\nS1,A4,1,,\n",
    "responses.csv": (
        "respondent,unit,stratum,survey_weight,Q1,Q2,Q3,Q4\n"
        "r1,01,nho,1.5,4,3,a b,\n"
        "r1,S1,nho,1.5,5,2.5,c,Nhanh hơn trước\n"
        "r2,02,nho,2,3,,,\n"
        "r3,02,lon,1,9,,b,\n"
        "r4,01,lon,1,,,a,\n"
    ),
    "strata.csv": "stratum,population\nnho,100\nlon,20\n",
    "published.csv": "unit,code,score,rank,n_units\n01,index,71.50,1,2\n02,A,6.3,2,2\n",
}


def make_wave(root: Path, name: str = "nho-2024", wave: str = WAVE, **tables: str | bytes) -> Path:
    """A wave folder below ``root/examples``; a keyword ``units="…"`` replaces the content of units.csv."""
    framework = root / "frameworks" / "nho" / "2024"
    framework.mkdir(parents=True, exist_ok=True)
    (framework / "framework.toml").write_text(FRAMEWORK, encoding="utf-8")
    (framework / "questionnaire.toml").write_text(QUESTIONNAIRE, encoding="utf-8")
    folder = root / "examples" / name
    folder.mkdir(parents=True)
    (folder / "wave.toml").write_text(wave, encoding="utf-8")
    for file, content in TABLES.items():
        given = tables.get(file.removesuffix(".csv"), content)
        (folder / file).write_bytes(given if isinstance(given, bytes) else given.encode())
    return folder


def faults_of(folder: Path, **options: bool) -> tuple[Fault, ...]:
    """The faults with which a wave folder is refused; none when it is sound."""
    try:
        load_wave(folder, **options)
    except InputError as error:
        return error.faults
    return ()


def codes_of(folder: Path, **options: bool) -> list[str]:
    return [fault.code for fault in faults_of(folder, **options)]
