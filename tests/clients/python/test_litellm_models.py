"""LiteLLM's own client: models that are added, used, changed and taken away while the gateway runs."""

import time
import uuid

import openai
import pytest
from conftest import GROUP
from litellm.proxy.client import Client
from litellm.proxy.client.exceptions import NotFoundError

MESSAGES = [{"role": "user", "content": "Hello!"}]
AZURE_KEY = "pretend-azure-key"


@pytest.fixture
def proxy(url, key):
    return Client(base_url=url, api_key=key)


@pytest.fixture
def params(emulator_url):
    return {
        "model": "azure_ai/azure-model-router",
        "api_base": f"{emulator_url}/openai/v1/",
        "api_key": AZURE_KEY,
    }


def ask(url, key, model):
    """Every worker knows of a change within a second."""
    with openai.OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0, timeout=30) as client:
        return client.chat.completions.create(model=model, messages=MESSAGES)


def test_the_life_of_a_model(proxy, params, url, key):
    name = f"router-{uuid.uuid4()}"
    made = proxy.models.new(name, params, {"description": "made by a test"})
    assert made["model_name"] == name
    model_id = made["model_id"]
    time.sleep(1.1)
    assert ask(url, key, name).choices
    assert name in [model["id"] for model in proxy.models.list()]

    found = proxy.models.get(model_id=model_id)
    assert found["model_name"] == name
    assert found["litellm_params"]["model"] == params["model"]
    assert found["model_info"]["db_model"] is True
    assert AZURE_KEY not in str(proxy.models.info())
    assert proxy.models.get(model_name=name)["model_info"]["id"] == model_id

    changed = {"model": "azure_ai/model_router/azure-model-router"}
    proxy.models.update(model_id, changed, {"id": model_id})
    time.sleep(1.1)
    assert proxy.models.get(model_id=model_id)["litellm_params"]["model"] == changed["model"]
    assert ask(url, key, name).choices, "what was not changed is as it was"

    assert model_id in proxy.models.delete(model_id)["message"]
    time.sleep(1.1)
    with pytest.raises(openai.NotFoundError):
        ask(url, key, name)
    with pytest.raises(NotFoundError):
        proxy.models.delete(model_id)
    with pytest.raises(NotFoundError):
        proxy.models.get(model_id=model_id)


def test_a_model_of_the_configuration(proxy):
    found = proxy.models.get(model_name=GROUP)
    assert found["model_info"]["db_model"] is False
    assert "api_key" not in found["litellm_params"] or AZURE_KEY not in str(found)
    groups = {group["model_group"] for group in proxy.model_groups.info()}
    assert GROUP in groups


def test_a_connection_is_tried(proxy, params):
    good = proxy.http.request("POST", "/health/test_connection", json={"litellm_params": params})
    assert good["status"] == "success", good
    wrong = {**params, "api_key": "wrong"}
    bad = proxy.http.request("POST", "/health/test_connection", json={"litellm_params": wrong})
    assert bad["status"] == "error"
    assert AZURE_KEY not in str(bad)
