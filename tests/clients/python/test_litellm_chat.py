"""LiteLLM's SDK for Python as a client: `litellm_proxy/…` models, and its exception for each error."""

import litellm
import pytest
from conftest import GROUP, check_cost, run

MODEL = f"litellm_proxy/{GROUP}"
WITH_USAGE = {"include_usage": True}


@pytest.fixture
def options(url, key):
    return {"model": MODEL, "api_base": url, "api_key": key, "max_retries": 0, "timeout": 30}


@pytest.fixture
def ask(options):
    def ask(text="Hello!", **changes):
        messages = [{"role": "user", "content": text}]
        return litellm.completion(messages=messages, **{**options, **changes})

    return ask


def text(chunks):
    deltas = [choice.delta for chunk in chunks for choice in chunk.choices]
    return "".join(delta.content for delta in deltas if delta.content)


def test_an_answer_tells_who_served_it_and_what_it_cost(ask):
    answer = ask()
    assert answer.choices[0].message.content
    assert answer.model != MODEL, "it is the served model"
    total = check_cost(answer.usage)
    headers = answer._hidden_params["additional_headers"]
    served = headers["llm_provider-x-fareway-served-model"]
    assert answer.model == f"litellm_proxy/{served}"
    assert headers["llm_provider-x-fareway-cost-usd"] == format(total, "f").rstrip("0")


def test_a_stream_ends_with_usage_and_cost(ask):
    chunks = list(ask("Tell me a story.", stream=True, stream_options=WITH_USAGE))
    assert text(chunks)
    usage = chunks[-1].usage
    assert usage.prompt_tokens > 0 and usage.completion_tokens > 0 and usage.cost > 0
    built = litellm.stream_chunk_builder(chunks)
    assert built.choices[0].message.content == text(chunks)
    assert built.usage.total_tokens == usage.total_tokens


def test_the_asynchronous_functions(options):
    messages = [{"role": "user", "content": "Hello!"}]

    async def ask():
        whole = await litellm.acompletion(messages=messages, **options)
        stream = await litellm.acompletion(messages=messages, stream=True, **options)
        return whole, [chunk async for chunk in stream]

    whole, chunks = run(ask())
    check_cost(whole.usage)
    assert text(chunks)


def test_a_wrong_key(ask):
    with pytest.raises(litellm.AuthenticationError) as caught:
        ask(api_key="sk-wrong")
    assert caught.value.status_code == 401
    assert "sk-wrong" not in str(caught.value)


def test_an_unknown_model_group(ask):
    with pytest.raises(litellm.NotFoundError) as caught:
        ask(model="litellm_proxy/no-such-group")
    assert caught.value.status_code == 404
    assert "no-such-group" in caught.value.message


def test_a_model_group_that_a_key_may_not_ask_for(ask, new_key):
    # As one that does not exist.
    with pytest.raises(litellm.NotFoundError) as caught:
        ask(api_key=new_key(models=["another-group"]))
    assert caught.value.status_code == 404


def test_missing_messages(options):
    with pytest.raises(litellm.BadRequestError) as caught:
        litellm.completion(messages=[], **options)
    assert "messages" in str(caught.value)


@pytest.mark.parametrize("stream", [False, True])
def test_a_filtered_prompt(ask, stream):
    with pytest.raises(litellm.BadRequestError) as caught:
        ask("[[scenario:content-filter-prompt]] Hello!", stream=stream)
    assert caught.value.status_code == 400
    assert "content management policy" in str(caught.value)


def test_a_rate_limit_of_azures(ask):
    with pytest.raises(litellm.RateLimitError) as caught:
        ask("[[scenario:rate-limited=7]] Hello!")
    assert caught.value.response.headers["retry-after"] == "7"


def test_a_rate_limit_of_a_key(ask, new_key):
    key = new_key(rpm_limit=1)
    # A minute may begin in between.
    with pytest.raises(litellm.RateLimitError) as caught:
        for _ in range(3):
            ask(api_key=key)
    assert "1 requests per minute" in str(caught.value)
    headers = caught.value.response.headers
    assert 1 <= int(headers["retry-after"]) <= 60
    assert headers["x-ratelimit-limit-requests"] == "1"
    assert headers["x-ratelimit-remaining-requests"] == "0"


def test_a_budget_that_has_no_room(ask, new_key):
    with pytest.raises(litellm.RateLimitError) as caught:
        ask(api_key=new_key(max_budget=0.000001))
    assert caught.value.status_code == 429
    assert "$0 of $0.000001 are spent" in str(caught.value)
    assert caught.value.response.headers["x-should-retry"] == "false"


def test_a_broken_azure(ask):
    with pytest.raises(litellm.InternalServerError):
        ask("[[scenario:server-error]] Hello!")


def test_an_error_inside_a_stream(ask):
    with pytest.raises(litellm.ServiceUnavailableError) as caught:
        list(ask("[[scenario:stream-error-late]] Hello!", stream=True))
    assert "The server had an error while processing your request" in str(caught.value)
