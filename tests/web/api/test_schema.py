"""schemathesis calls every operation of the OpenAPI document with data made from it and finds no fault in the answers."""

from __future__ import annotations

import pytest
import schemathesis
from django.core.cache import cache
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ddci_web.api.endpoints import api
from ddci_web.wsgi import application

pytestmark = pytest.mark.django_db

schema = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/api/v1/"))
schema.app = application
CHECKS = (
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
WAVES = ("pci-2015", "pci-2016", "pci-2016@1", "lang-son-2025", "pci-1999")


@pytest.fixture(autouse=True)
def _published(publications):
    """Something to read, and no caller refused for haste."""
    cache.clear()


@schema.parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_described(case):
    cache.clear()
    case.call_and_validate(checks=CHECKS)


@schema.parametrize()
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.parametrize("wave", WAVES)
def test_answers_about_waves_that_exist_are_as_described(case, wave):
    cache.clear()
    if "wave" in case.path_parameters:
        case.path_parameters["wave"] = wave
    case.call_and_validate(checks=CHECKS)
