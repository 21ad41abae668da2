"""The Anthropic SDK for Python: messages whole and streamed, tools, prompt caching, counts, errors."""

from decimal import Decimal

import anthropic
import pytest

CLAUDE = "claude-sonnet-5"
WEATHER = {
    "name": "weather",
    "description": "The weather in a city",
    "input_schema": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
    },
}


@pytest.fixture
def claude(url, key):
    """The SDK as a user makes it; no retries, so that each test sees what the gateway said."""
    with anthropic.Anthropic(base_url=url, api_key=key, max_retries=0, timeout=30) as client:
        yield client


def asking(text="Hello!", **options):
    messages = options.pop("messages", [{"role": "user", "content": text}])
    return {"model": CLAUDE, "max_tokens": 500, "messages": messages, **options}


def check(usage):
    """Exact parts that sum to the total."""
    details = usage.cost_details
    assert details["status"] == "exact"
    names = ["uncached_input", "cached_input", "cache_write", "output", "routing_fee"]
    parts = [Decimal(details[name]) for name in names]
    assert sum(parts) == Decimal(details["total"]) > 0
    assert usage.cost == float(details["total"])
    return Decimal(details["total"])


def test_an_answer_has_its_model_and_its_cost(claude):
    answer = claude.messages.create(**asking())
    assert answer.content[0].text
    assert answer.model.startswith("claude-")
    check(answer.usage)


def test_the_cost_is_in_headers_too(claude):
    raw = claude.messages.with_raw_response.create(**asking())
    assert Decimal(raw.headers["x-fareway-cost-usd"]) == check(raw.parse().usage)


def test_a_stream_has_its_text_and_its_cost(claude):
    with claude.messages.stream(**asking("Tell me a story.")) as stream:
        text = "".join(stream.text_stream)
        answer = stream.get_final_message()
    assert text == answer.content[0].text
    assert answer.stop_reason == "end_turn"
    # The SDK keeps of the last report only the counts that it knows; the cost is in the event.
    events = list(claude.messages.create(**asking("Tell me a story."), stream=True))
    last = [event for event in events if event.type == "message_delta"][-1]
    assert last.usage.cost_details["status"] == "exact"
    assert events[-1].type == "message_stop"


def test_a_tool_and_its_result(claude):
    question = [{"role": "user", "content": "How is it in Oslo?"}]
    answer = claude.messages.create(**asking(messages=question, tools=[WEATHER]))
    assert answer.stop_reason == "tool_use"
    call = next(block for block in answer.content if block.type == "tool_use")
    result = {"type": "tool_result", "tool_use_id": call.id, "content": "sunny"}
    question += [
        {"role": "assistant", "content": answer.content},
        {"role": "user", "content": [result]},
    ]
    with claude.messages.stream(**asking(messages=question, tools=[WEATHER])) as stream:
        answer = stream.get_final_message()
    assert answer.content[0].text


def test_a_streamed_call_of_a_tool(claude):
    with claude.messages.stream(**asking("How is it in Rome?", tools=[WEATHER])) as stream:
        answer = stream.get_final_message()
    call = next(block for block in answer.content if block.type == "tool_use")
    assert isinstance(call.input["city"], str)


def test_thinking(claude):
    thinking = {"type": "enabled", "budget_tokens": 1024}
    answer = claude.messages.create(**asking("Why?", thinking=thinking))
    assert [block.type for block in answer.content] == ["thinking", "text"]
    assert answer.usage.output_tokens_details.thinking_tokens > 0
    check(answer.usage)


def test_prompt_caching(claude):
    cached = {"type": "text", "text": "python " * 3000, "cache_control": {"type": "ephemeral"}}
    first = claude.messages.create(**asking("One", system=[cached]))
    written = first.usage.cache_creation_input_tokens
    assert written > 1024
    check(first.usage)
    again = claude.messages.create(**asking("One", system=[cached]))
    assert again.usage.cache_read_input_tokens == written
    assert check(again.usage) < check(first.usage)


def test_tokens_are_counted(claude):
    count = claude.messages.count_tokens(
        model=CLAUDE, messages=[{"role": "user", "content": "Hello!"}]
    )
    assert count.input_tokens > 0


def test_errors_are_the_sdks_own(claude, url, key, new_key):
    def raised(kind, client=claude, **options):
        with pytest.raises(kind) as caught:
            client.messages.create(**asking(**options))
        return caught.value

    def with_key(shown):
        return anthropic.Anthropic(base_url=url, api_key=shown, max_retries=0)

    unknown = raised(anthropic.NotFoundError, model="nobody")
    assert unknown.type == "not_found_error"
    assert "`nobody` does not exist" in unknown.body["error"]["message"]
    wrong = raised(anthropic.AuthenticationError, with_key("sk-wrong"))
    assert wrong.body["error"]["code"] == "invalid_api_key"
    poor = with_key(new_key(max_budget=0.0000001))
    refused = raised(anthropic.RateLimitError, poor)
    assert refused.body["error"]["code"] == "budget_exceeded"
    late = raised(anthropic.APIStatusError, stream=True, text="[[scenario:stream-error]]")
    assert late.status_code == 529
    bearer = anthropic.Anthropic(base_url=url, auth_token=key, api_key=None, max_retries=0)
    assert bearer.messages.create(**asking()).content


def test_a_stream_that_is_cut_is_an_error(claude):
    with pytest.raises(anthropic.APIStatusError, match="incomplete"):
        for event in claude.messages.create(**asking("[[scenario:cut=6]]"), stream=True):
            assert event


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_litellms_sdk(url, key):
    import litellm

    options = {"model": f"anthropic/{CLAUDE}", "api_base": url, "api_key": key, "max_tokens": 500}
    messages = [{"role": "user", "content": "Hello!"}]
    answer = litellm.completion(messages=messages, **options)
    assert answer.choices[0].message.content
    chunks = litellm.completion(messages=messages, stream=True, **options)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
