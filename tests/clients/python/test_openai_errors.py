"""The OpenAI SDK for Python: each thing that can go wrong is the SDK's own exception for it."""

import openai
import pytest
from conftest import GROUP

MESSAGES = [{"role": "user", "content": "Hello!"}]


def test_a_wrong_key(url):
    with openai.OpenAI(base_url=f"{url}/v1", api_key="sk-wrong", max_retries=0) as client:
        with pytest.raises(openai.AuthenticationError) as caught:
            client.chat.completions.create(model=GROUP, messages=MESSAGES)
    assert caught.value.status_code == 401
    assert "sk-wrong" not in str(caught.value)


def test_an_unknown_model_group(client):
    with pytest.raises(openai.NotFoundError) as caught:
        client.chat.completions.create(model="no-such-group", messages=MESSAGES)
    assert caught.value.code == "model_not_found"
    assert "no-such-group" in caught.value.message


@pytest.mark.parametrize("stream", [False, True])
def test_a_filtered_prompt(chat, stream):
    with pytest.raises(openai.BadRequestError) as caught:
        chat("[[scenario:content-filter-prompt]] Hello!", stream=stream)
    assert caught.value.code == "content_filter"
    assert caught.value.param == "prompt"


def test_a_filtered_answer(chat):
    answer = chat("[[scenario:content-filter-answer]] Hello!")
    assert answer.choices[0].finish_reason == "content_filter"
    assert answer.usage.cost > 0


@pytest.mark.parametrize("messages", [[], None])
def test_missing_messages(client, messages):
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model=GROUP, messages=messages)
    assert caught.value.param == "messages"


@pytest.mark.parametrize("stream", [False, True])
def test_a_rate_limit_says_when_to_come_back(chat, stream):
    with pytest.raises(openai.RateLimitError) as caught:
        chat("[[scenario:rate-limited=7]] Hello!", stream=stream)
    assert caught.value.response.headers["retry-after"] == "7"


@pytest.mark.parametrize("stream", [False, True])
def test_the_sdk_comes_back_by_itself(client, stream):
    patient = client.with_options(max_retries=5)
    prompt = f"[[scenario:rate-limited-times=5]] Hello, again, {'in pieces' if stream else 'whole'}!"
    raw = patient.chat.completions.with_raw_response.create(
        model=GROUP, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    assert raw.retries_taken > 0
    answer = raw.parse()
    if stream:
        assert list(answer)
    else:
        assert answer.choices[0].message.content


@pytest.mark.parametrize("scenario", ["server-error", "unavailable", "unavailable-html"])
def test_a_broken_azure(chat, scenario):
    with pytest.raises(openai.InternalServerError) as caught:
        chat(f"[[scenario:{scenario}]] Hello!")
    assert caught.value.body, "the error has OpenAI's shape, whatever Azure said"


@pytest.mark.parametrize("scenario", ["stream-error", "stream-error-late"])
def test_an_error_inside_a_stream(chat, scenario):
    with pytest.raises(openai.APIError) as caught:
        list(chat(f"[[scenario:{scenario}]] Hello!", stream=True))
    assert caught.value.message


def test_a_connection_cut_inside_a_stream_is_no_quiet_end(chat):
    with pytest.raises(openai.APIError):
        list(chat("[[scenario:cut=5]] Tell me a story.", stream=True))


@pytest.mark.parametrize("stream", [False, True])
def test_no_answer_at_all(chat, stream):
    with pytest.raises(openai.InternalServerError):
        chat("[[scenario:no-answer]] Hello!", stream=stream)


def test_the_gateway_is_still_there(chat):
    assert chat("Hello!").choices[0].message.content
