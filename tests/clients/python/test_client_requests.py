"""Requests of programs that are no libraries, in their exact shapes, with a virtual key: how Roo Code and
Cline list models, and what Open WebUI sends."""

import json

import pytest
import requests
from conftest import GROUP


@pytest.fixture
def virtual(new_key):
    return new_key(max_budget=5, models=[GROUP])


def test_roo_code_lists_models(url, virtual):
    """`getLiteLLMModels`: entries without `litellm_params.model` would be left out."""
    headers = {
        "Content-Type": "application/json",
        "HTTP-Referer": "https://github.com/RooVetGit/Roo-Cline",
        "X-Title": "Roo Code",
        "User-Agent": "RooCode/3.50.0",
        "Authorization": f"Bearer {virtual}",
    }
    answer = requests.get(f"{url}/v1/model/info", headers=headers, timeout=5)
    assert answer.status_code == 200, answer.text
    models = {model["model_name"]: model for model in answer.json()["data"]}
    assert list(models) == [GROUP]
    assert models[GROUP]["litellm_params"]["model"]
    info = models[GROUP]["model_info"]
    assert info["max_output_tokens"] > 0 and info["max_input_tokens"] > 0
    assert info["supports_vision"] is True


@pytest.mark.parametrize("header", ["x-litellm-api-key", "Authorization"])
def test_cline_lists_models(url, virtual, header):
    """`fetchLiteLlmModelsInfo`: the second header where the first is refused."""
    shown = virtual if header.startswith("x-") else f"Bearer {virtual}"
    headers = {"accept": "application/json", header: shown}
    answer = requests.get(f"{url}/v1/model/info", headers=headers, timeout=5)
    assert [model["model_name"] for model in answer.json()["data"]] == [GROUP]


def test_cline_asks(url, virtual):
    body = {
        "model": GROUP,
        "messages": [
            {"role": "system", "content": "You are Cline."},
            {"role": "user", "content": [{"type": "text", "text": "Hello!"}]},
        ],
        "temperature": 1,
        "stream": True,
        "drop_params": True,
        "stream_options": {"include_usage": True},
        "litellm_session_id": "cline-01J",
    }
    lines = streamed(f"{url}/chat/completions", {"Authorization": f"Bearer {virtual}"}, body)
    assert lines[-1] == "[DONE]"
    assert json.loads(lines[-2])["usage"]["completion_tokens"] > 0


def test_open_webui_lists_models_and_asks(url, virtual):
    user = {
        "X-OpenWebUI-User-Name": "Ann%20Lee",
        "X-OpenWebUI-User-Id": "5f0c",
        "X-OpenWebUI-User-Email": "ann@example.com",
        "X-OpenWebUI-User-Role": "user",
    }
    headers = {"Authorization": f"Bearer {virtual}", **user}
    listed = requests.get(f"{url}/v1/models", headers=headers, timeout=10)
    assert [model["id"] for model in listed.json()["data"]] == [GROUP]
    headers = {"Content-Type": "application/json", **headers, "X-OpenWebUI-Chat-Id": "chat-1"}
    body = {
        "stream": True,
        "model": GROUP,
        "messages": [{"role": "user", "content": "Hello!"}],
    }
    lines = streamed(f"{url}/v1/chat/completions", headers, body)
    assert lines[-1] == "[DONE]"
    assert any(json.loads(line)["choices"] for line in lines[:-1])
    # The title of a chat is asked for without a stream.
    title = {**body, "stream": False, "max_completion_tokens": 1000}
    answer = requests.post(
        f"{url}/v1/chat/completions", headers=headers, data=json.dumps(title), timeout=30
    )
    assert answer.json()["choices"][0]["message"]["content"]


def test_an_answers_id_finds_its_entry(url, virtual):
    headers = {"Authorization": f"Bearer {virtual}"}
    body = {"model": GROUP, "messages": [{"role": "user", "content": "Hello!"}]}
    answer = requests.post(f"{url}/v1/chat/completions", headers=headers, json=body, timeout=30)
    found = requests.get(
        f"{url}/spend/logs",
        params={"request_id": answer.json()["id"]},
        headers=headers,
        timeout=10,
    ).json()
    assert [log["request_id"] for log in found] == [answer.headers["x-fareway-request-id"]]


def streamed(url, headers, body):
    """The data of each event of a stream."""
    answer = requests.post(url, headers=headers, json=body, stream=True, timeout=30)
    assert answer.status_code == 200, answer.text
    lines = [line.decode() for line in answer.iter_lines() if line]
    return [line.removeprefix("data: ") for line in lines if line.startswith("data: ")]
