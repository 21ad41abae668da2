"""The OpenAI SDK for Python, streams: the same words, the usage, and its cost."""

import json

import openai
import pytest
from conftest import GROUP, check_cost, run
from test_openai_chat import WEATHER

WITH_USAGE = {"include_usage": True}


def text(chunks):
    """The words of a stream; Azure's own events have choices without a delta."""
    deltas = [choice.delta for chunk in chunks for choice in chunk.choices]
    return "".join(delta.content for delta in deltas if delta and delta.content)


def test_a_stream_with_usage_ends_with_usage_and_cost(chat):
    chunks = list(chat("Tell me a story.", stream=True, stream_options=WITH_USAGE))
    assert text(chunks)
    *others, last = chunks
    assert last.choices == []
    assert all(chunk.usage is None for chunk in others)
    check_cost(last.usage)
    served = {chunk.model for chunk in chunks if chunk.model}
    assert served == {last.model}
    assert last.model.startswith(last.usage.cost_details["price_id"].split("/")[0])
    assert GROUP not in served


def test_a_stream_without_usage_shows_none(chat):
    chunks = list(chat("Tell me a story.", stream=True))
    assert text(chunks)
    assert all(chunk.usage is None for chunk in chunks)
    finished = [choice.finish_reason for chunk in chunks for choice in chunk.choices]
    assert finished[-1] == "stop"
    # Only the prompt's filter results come without a choice, and first.
    assert all(chunk.choices for chunk in chunks[1:])


def test_a_stream_tells_its_request_id_and_leaves_a_receipt(client, url, key):
    messages = [{"role": "user", "content": "Hello!"}]
    with client.chat.completions.with_streaming_response.create(
        model=GROUP, messages=messages, stream=True
    ) as response:
        request_id = response.headers["x-fareway-request-id"]
        lines = [line for line in response.iter_lines() if line]
    assert lines[-1] == "data: [DONE]"
    receipt = client.with_options(base_url=url).get(
        f"/fareway/v1/requests/{request_id}", cast_to=object
    )
    assert receipt["cost"]["status"] == "exact"
    assert receipt["served"] == json.loads(lines[-2].removeprefix("data: "))["model"]


def test_the_asynchronous_client(url, key):
    async def ask():
        async with openai.AsyncOpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0) as client:
            stream = await client.chat.completions.create(
                model=GROUP,
                messages=[{"role": "user", "content": "Hello!"}],
                stream=True,
                stream_options=WITH_USAGE,
            )
            return [chunk async for chunk in stream]

    chunks = run(ask())
    assert text(chunks)
    check_cost(chunks[-1].usage)


def test_a_tool_call_comes_in_pieces(client):
    with client.chat.completions.stream(
        model=GROUP,
        messages=[{"role": "user", "content": "What is the weather in Paris?"}],
        tools=[WEATHER],
        stream_options=WITH_USAGE,
    ) as stream:
        for _event in stream:
            pass
        answer = stream.get_final_completion()
    [call] = answer.choices[0].message.tool_calls
    assert call.function.name == "get_weather"
    assert "city" in json.loads(call.function.arguments)
    check_cost(answer.usage)


def test_a_reader_may_stop_early(chat):
    with chat("Tell me a long story.", stream=True) as stream:
        assert next(iter(stream))
    assert chat("Hello!").choices[0].message.content


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_words_are_whole_however_the_bytes_arrive(chat, size):
    scenario = f"[[scenario:chunking={size},served=gpt-4.1-mini-2025-04-14]]"
    chunks = list(chat(f"Grüße! {scenario}", stream=True, stream_options=WITH_USAGE))
    whole = chat(f"Grüße! {scenario}")
    assert text(chunks) == whole.choices[0].message.content
    assert chunks[-1].model == whole.model


@pytest.mark.parametrize("scenario", ["async-filter", "filter-failed", "no-obfuscation"])
def test_azures_extra_events_do_no_harm(chat, scenario):
    prompt = f"Hello! [[scenario:{scenario}]]"
    chunks = list(chat(prompt, stream=True, stream_options=WITH_USAGE))
    assert text(chunks)
    [usage] = [chunk.usage for chunk in chunks if chunk.usage]
    check_cost(usage)
