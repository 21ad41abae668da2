"""Calls that Schemathesis generates from `/openapi.json`, as the operator and with a plain key.

Whatever they hold, the gateway neither fails nor answers what its document does not describe. The
seed is fixed and the number of calls bounded, so that two runs send the same.
"""

import os
import uuid

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi import checks

URL = os.environ["FAREWAY_URL"]
OPERATOR = {"Authorization": f"Bearer {os.environ['FAREWAY_KEY']}"}
EXAMPLES = int(os.environ.get("FAREWAY_EXAMPLES", "5"))

load_all_checks()
# Which fields go together, and which texts are a time, a length of time or a zone, is said in the
# document's words and not in its schema; some bodies are read more leniently than it promises.
NOT_IN_THE_SCHEMA = [checks.positive_data_acceptance, checks.negative_data_rejection]
# After some wrong keys from one address more of them are answered with 429, where this check wants 401:
# the end-to-end tests ask each page without a key and with a wrong one.
EXCLUDED = [*NOT_IN_THE_SCHEMA, checks.ignored_auth]
BOUNDED = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="session")
def plain_key():
    """A virtual key that may manage nothing."""
    alias = f"generated-{uuid.uuid4()}"
    answer = requests.post(
        f"{URL}/key/generate", json={"key_alias": alias}, headers=OPERATOR, timeout=30
    )
    answer.raise_for_status()
    return {"Authorization": f"Bearer {answer.json()['key']}"}


api = schemathesis.openapi.from_url(f"{URL}/openapi.json")


@api.parametrize()
@BOUNDED
def test_as_the_operator(case):
    case.call_and_validate(headers=OPERATOR, excluded_checks=EXCLUDED, timeout=30)


@api.parametrize()
@BOUNDED
def test_with_a_plain_key(case, plain_key):
    case.call_and_validate(headers=plain_key, excluded_checks=EXCLUDED, timeout=30)


def test_it_still_answers():
    """After all that: alive, ready, and the books can be read."""
    assert requests.get(f"{URL}/health/liveliness", timeout=30).status_code == 200
    assert requests.get(f"{URL}/health/readiness", timeout=30).status_code == 200
    logs = requests.get(f"{URL}/fareway/v1/requests", headers=OPERATOR, timeout=30)
    assert logs.status_code == 200, logs.text
