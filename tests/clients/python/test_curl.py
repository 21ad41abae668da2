"""curl, as LiteLLM documents it for Azure Model Router, and what the bytes look like."""

import json
import subprocess

BODY = """{
    "model": "azure-model-router",
    "messages": [{"role": "user", "content": "Hello!"}]
  }"""
JSON = ["-H", "Content-Type: application/json"]


def curl(*arguments):
    command = ["curl", "--silent", "--show-error", "--max-time", "30", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_the_documented_request(url, key):
    """curl -X POST http://localhost:4000/chat/completions … -H "Authorization: Bearer sk-1234"."""
    authorization = ["-H", f"Authorization: Bearer {key}"]
    answer = curl("-X", "POST", f"{url}/chat/completions", *JSON, *authorization, "-d", BODY)
    answer = json.loads(answer)
    assert answer["choices"][0]["message"]["content"]
    assert answer["usage"]["cost"] > 0


def test_the_api_key_header_works_too(url, key):
    answer = curl(f"{url}/v1/chat/completions", *JSON, "-H", f"api-key: {key}", "-d", BODY)
    assert json.loads(answer)["choices"][0]["message"]["content"]


def test_a_stream_is_data_lines_up_to_done(url, key):
    body = BODY.replace('"messages"', '"stream": true, "messages"')
    answer = curl("-N", f"{url}/v1/chat/completions", *JSON, "-H", f"api-key: {key}", "-d", body)
    lines = [line for line in answer.split("\n") if line]
    assert all(line.startswith("data: ") for line in lines)
    assert lines[-1] == "data: [DONE]"
    assert answer.endswith("data: [DONE]\n\n")


def test_no_key_gives_an_error_in_openais_shape(url):
    answer = curl("-w", "\n%{http_code}", f"{url}/v1/chat/completions", *JSON, "-d", BODY)
    body, status = answer.rsplit("\n", 1)
    assert status == "401"
    assert json.loads(body)["error"]["message"]


def test_a_body_that_is_no_json_is_refused(url, key):
    answer = curl(
        "-w", "\n%{http_code}", f"{url}/v1/chat/completions",
        *JSON, "-H", f"api-key: {key}", "-d", '{"model": ',
    )  # fmt: skip
    body, status = answer.rsplit("\n", 1)
    assert status == "400"
    assert json.loads(body)["error"]["message"]


def test_health_needs_no_key(url):
    for path in ("liveliness", "readiness"):
        assert curl("-w", "\n%{http_code}", f"{url}/health/{path}").endswith("\n200")
