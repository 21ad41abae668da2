"""The OpenAI SDK for Python, whole answers: text, tools, pictures, headers, cost."""

import json
import urllib.request
from decimal import Decimal

import openai
import pytest
from conftest import GROUP, check_cost, run

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city, now",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
            "additionalProperties": False,
        },
    },
}

# A red dot of one pixel.
PICTURE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmM"
    "IQAAAABJRU5ErkJggg=="
)


def test_an_answer_says_which_model_served_and_what_it_cost(chat):
    answer = chat("What is the capital of France?")
    assert answer.object == "chat.completion"
    assert answer.choices[0].message.content
    assert answer.choices[0].finish_reason == "stop"
    assert answer.model and answer.model != GROUP
    assert answer.usage.total_tokens >= answer.usage.prompt_tokens + answer.usage.completion_tokens
    check_cost(answer.usage)
    assert answer.model.startswith(answer.usage.cost_details["price_id"].split("/")[0])


@pytest.mark.parametrize("base", ["", "/", "/v1", "/v1/", "/openai/v1", "/openai/v1/"])
def test_every_base_url_that_people_write(url, key, base):
    with openai.OpenAI(base_url=url + base, api_key=key, max_retries=0) as client:
        messages = [{"role": "user", "content": "Hello!"}]
        answer = client.chat.completions.create(model=GROUP, messages=messages)
    assert answer.choices[0].message.content


def test_the_asynchronous_client(url, key):
    async def ask():
        async with openai.AsyncOpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0) as client:
            messages = [{"role": "user", "content": "Hello!"}]
            return await client.chat.completions.create(model=GROUP, messages=messages)

    answer = run(ask())
    assert answer.choices[0].message.content
    check_cost(answer.usage)


def test_headers_tell_the_same_as_the_body(client):
    messages = [{"role": "user", "content": "Hello!"}]
    raw = client.chat.completions.with_raw_response.create(model=GROUP, messages=messages)
    answer = raw.parse()
    details = answer.usage.cost_details
    assert raw.headers["x-fareway-request-id"]
    assert raw.headers["x-fareway-served-model"] == answer.model
    assert raw.headers["x-fareway-cost-status"] == "exact"
    assert Decimal(raw.headers["x-fareway-cost-usd"]) == Decimal(details["total"])
    assert Decimal(raw.headers["x-fareway-routing-fee-usd"]) == Decimal(details["routing_fee"])


def test_the_receipt_can_be_read_afterwards(client, url, key):
    messages = [{"role": "user", "content": "Hello!"}]
    raw = client.chat.completions.with_raw_response.create(model=GROUP, messages=messages)
    answer = raw.parse()
    request_id = raw.headers["x-fareway-request-id"]
    request = urllib.request.Request(
        f"{url}/fareway/v1/requests/{request_id}", headers={"Authorization": f"Bearer {key}"}
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        receipt = json.load(response)
    assert receipt["id"] == request_id
    assert receipt["asked"] == GROUP
    assert receipt["served"] == answer.model
    assert receipt["cost"]["status"] == "exact"
    assert Decimal(receipt["cost"]["total"]) == Decimal(answer.usage.cost_details["total"])


def test_a_tool_is_called_and_its_result_answered(chat):
    question = {"role": "user", "content": "What is the weather in Paris?"}
    asking = chat(messages=[question], tools=[WEATHER])
    assert asking.choices[0].finish_reason == "tool_calls"
    [call] = asking.choices[0].message.tool_calls
    assert call.function.name == "get_weather"
    assert "city" in json.loads(call.function.arguments)
    check_cost(asking.usage)

    result = {"role": "tool", "tool_call_id": call.id, "content": '{"celsius": 21}'}
    messages = [question, asking.choices[0].message.model_dump(exclude_none=True), result]
    answer = chat(messages=messages, tools=[WEATHER])
    assert answer.choices[0].finish_reason == "stop"
    assert answer.choices[0].message.content
    check_cost(answer.usage)


def test_a_picture_is_sent_along(chat):
    parts = [
        {"type": "text", "text": "What is in this picture?"},
        {"type": "image_url", "image_url": {"url": PICTURE, "detail": "low"}},
    ]
    answer = chat(messages=[{"role": "user", "content": parts}])
    assert answer.choices[0].message.content
    check_cost(answer.usage)


def test_unknown_fields_reach_azure(chat, emulator_url):
    mark = "a-field-of-tomorrow"
    chat("Hello!", extra_body={"field_of_tomorrow": {"mark": mark, "n": 1.0}})
    with urllib.request.urlopen(f"{emulator_url}/__requests", timeout=10) as response:
        seen = json.load(response)
    [body] = [seen["body"] for seen in seen if mark in seen["body"]]
    assert json.loads(body)["field_of_tomorrow"] == {"mark": mark, "n": 1.0}


def test_several_answers(chat):
    answer = chat("Hello!", n=2)
    assert [choice.index for choice in answer.choices] == [0, 1]
    check_cost(answer.usage)


def test_a_model_without_a_price_is_never_free(chat):
    answer = chat("Hello! [[scenario:unknown-model]]")
    assert answer.model == "gpt-7-nova-2027-01-15"
    assert answer.usage.cost is None
    assert answer.usage.cost_details["status"] in {"unpriced", "partial"}


def test_the_list_of_models(client):
    assert GROUP in [model.id for model in client.models.list()]
