"""Addresses of public pages; all of them also below /en/."""

from django.urls import path

from ddci_web.portal import doors  # noqa: F401  registers the wave converter
from ddci_web.portal.views import (
    about,
    compare,
    downloads,
    feeds,
    home,
    maps,
    method,
    nodes,
    ranking,
    reliability,
    search,
    units,
    weights,
)

app_name = "portal"
WAVE = "ket-qua/<wave:wave>/"
urlpatterns = [
    path("", home.home, name="home"),
    path("chuong-trinh/<slug:programme>/", home.programme, name="programme"),
    path("chuong-trinh/<slug:programme>/qua-cac-nam/", compare.years, name="years"),
    path("chuong-trinh/<slug:programme>/cong-bo/", home.publications, name="publications"),
    path(WAVE, home.wave, name="wave"),
    path(f"{WAVE}xep-hang/", ranking.ranking, name="ranking"),
    path(f"{WAVE}don-vi/", units.units, name="units"),
    path(f"{WAVE}don-vi/<str:unit>/", units.unit, name="unit"),
    path(f"{WAVE}chi-so/", nodes.sub_indices, name="sub_indices"),
    path(f"{WAVE}chi-so/<str:code>/", nodes.sub_index, name="sub_index"),
    path(f"{WAVE}chi-tieu/", nodes.indicators, name="indicators"),
    path(f"{WAVE}chi-tieu/<str:code>/", nodes.indicator, name="indicator"),
    path(f"{WAVE}so-sanh/", compare.units, name="compare"),
    path(f"{WAVE}trong-so/", weights.weights, name="weights"),
    path(f"{WAVE}do-tin-cay/", reliability.stability, name="stability"),
    path(f"{WAVE}do-nhay/", reliability.sensitivity, name="sensitivity"),
    path(f"{WAVE}ban-do/", maps.tiles, name="map"),
    path(f"{WAVE}phuong-phap/", method.method, name="method"),
    path(f"{WAVE}phieu-hoi/", method.questionnaire, name="questionnaire"),
    path(f"{WAVE}du-lieu/", downloads.downloads, name="downloads"),
    path(f"{WAVE}tep/<path:name>", downloads.file, name="file"),
    path(f"{WAVE}hinh/<str:name>.<str:ending>", downloads.figure_file, name="figure_file"),
    path("tim/", search.search, name="search"),
    path("nguyen-tac/", method.principles, name="principles"),
    path("gioi-thieu/", about.about, name="about"),
    path("tro-nang/", about.accessibility, name="accessibility"),
    path("giay-phep/", about.licence, name="licence"),
    path("rss/", feeds.PublicationFeed(), name="feed"),
]
