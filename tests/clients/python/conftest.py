"""What every suite needs: where the gateway is, its key, and clients as a user would make them.

`cargo xtask test --clients` starts an emulator and a gateway and sets the variables read here.
"""

import asyncio
import os
from decimal import Decimal

import openai
import pytest
import requests

# LiteLLM's SDK would fetch its prices from the internet when it is imported.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

GROUP = "azure-model-router"


def _variable(name):
    value = os.environ.get(name)
    if not value:
        pytest.exit(f"{name} is not set: run `cargo xtask test --clients`", returncode=2)
    return value


@pytest.fixture(scope="session")
def url():
    """The gateway, without a slash at the end."""
    return _variable("FAREWAY_URL")


@pytest.fixture(scope="session")
def key():
    return _variable("FAREWAY_KEY")


@pytest.fixture(scope="session")
def emulator_url():
    """The emulated Azure behind the gateway."""
    return _variable("EMULATOR_URL")


@pytest.fixture
def client(url, key):
    """The OpenAI SDK; no retries, so that each test sees what the gateway said."""
    with openai.OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0, timeout=30) as client:
        yield client


@pytest.fixture
def chat(client):
    """One question to the model group, as the SDK sends it."""

    def ask(text="Hello!", **options):
        messages = options.pop("messages", [{"role": "user", "content": text}])
        return client.chat.completions.create(model=GROUP, messages=messages, **options)

    return ask


@pytest.fixture
def manage(url, key):
    """Asks a management page as the operator: what it answers, or its error."""

    def ask(path, body=None, status=200, **query):
        method = "GET" if body is None else "POST"
        headers = {"Authorization": f"Bearer {key}"}
        answer = requests.request(
            method, url + path, json=body, params=query, headers=headers, timeout=30
        )
        assert answer.status_code == status, answer.text
        return answer.json()

    return ask


@pytest.fixture
def new_key(manage):
    """Makes a virtual key with these fields."""
    return lambda **fields: manage("/key/generate", fields)["key"]


def run(coroutine):
    """Runs one asynchronous test body."""
    return asyncio.run(coroutine)


def check_cost(usage):
    """The cost in a usage object: exact parts that sum to the total, and the same as a number."""
    details = usage.cost_details
    assert details["status"] == "exact"
    assert details["currency"] == "USD"
    names = ["uncached_input", "cached_input", "cache_write", "output", "routing_fee"]
    parts = [Decimal(details[name]) for name in names if details.get(name) is not None]
    total = Decimal(details["total"])
    assert sum(parts) == total > 0
    # Responses count input, and chats a prompt.
    prompt = getattr(usage, "prompt_tokens", None) or usage.input_tokens
    assert Decimal(details["routing_fee"]) == prompt * Decimal("0.00000014")
    assert usage.cost == float(total)
    return total
