"""The OpenAI SDK for Python, Responses: whole, streamed and parsed, with their costs."""

import openai
import pytest
from conftest import GROUP, check_cost
from pydantic import BaseModel

WEATHER = {
    "type": "function",
    "name": "weather",
    "description": "The weather in a city",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
        "additionalProperties": False,
    },
    "strict": True,
}


class Step(BaseModel):
    title: str
    done: bool


def test_an_answer_has_its_model_and_its_cost(client):
    answer = client.responses.create(model=GROUP, input="Hello!", store=False)
    assert answer.status == "completed"
    assert answer.output_text
    assert answer.model != GROUP
    check_cost(answer.usage)


def test_a_stream_ends_with_usage_and_cost(client):
    events = list(client.responses.create(model=GROUP, input="Tell me a story.", stream=True))
    assert events[0].type == "response.created"
    assert [event.sequence_number for event in events] == list(range(len(events)))
    last = events[-1]
    assert last.type == "response.completed"
    said = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert said == last.response.output_text
    check_cost(last.response.usage)


def test_the_sdks_accumulated_response_has_the_cost(client):
    with client.responses.stream(model=GROUP, input="Hello!") as stream:
        for _ in stream:
            pass
        answer = stream.get_final_response()
    assert answer.output_text
    check_cost(answer.usage)


def test_a_parsed_answer(client):
    answer = client.responses.parse(model=GROUP, input="One step.", text_format=Step)
    assert isinstance(answer.output_parsed, Step)
    check_cost(answer.usage)


def test_a_tool_and_its_result(client):
    question = [{"role": "user", "content": "How is it in Oslo?"}]
    answer = client.responses.create(model=GROUP, input=question, tools=[WEATHER])
    call = next(item for item in answer.output if item.type == "function_call")
    result = {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}
    question += [item.model_dump(exclude_none=True) for item in answer.output] + [result]
    answer = client.responses.create(model=GROUP, input=question, tools=[WEATHER])
    assert answer.output_text
    check_cost(answer.usage)


def test_a_stream_that_is_cut_is_an_error(client):
    with pytest.raises(openai.APIError, match="incomplete"):
        list(client.responses.create(model=GROUP, input="[[scenario:cut=6]]", stream=True))


@pytest.mark.parametrize("form", ["failed", "flat", "nested"])
def test_a_refusal_within_a_stream_is_raised_as_one(client, form):
    prompt = f"[[scenario:stream-error-first,error-envelope={form}]]"
    with pytest.raises(openai.RateLimitError):
        client.responses.create(model=GROUP, input=prompt, stream=True)


def test_azures_client(url, key):
    with openai.AzureOpenAI(
        azure_endpoint=url, api_key=key, api_version="2025-04-01-preview", max_retries=0
    ) as client:
        answer = client.responses.create(model=GROUP, input="Hello!")
    check_cost(answer.usage)
