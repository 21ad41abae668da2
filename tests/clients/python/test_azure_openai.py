"""The AzureOpenAI class of the OpenAI SDK: deployment in the path, `api-key` header, api-version."""

import openai
import pytest
from conftest import GROUP, check_cost, run

VERSION = "2024-10-21"
MESSAGES = [{"role": "user", "content": "Hello!"}]


@pytest.fixture
def azure(url, key):
    with openai.AzureOpenAI(
        azure_endpoint=url, api_key=key, api_version=VERSION, max_retries=0
    ) as client:
        yield client


def test_an_answer_with_its_cost(azure):
    answer = azure.chat.completions.create(model=GROUP, messages=MESSAGES)
    assert answer.choices[0].message.content
    assert answer.model != GROUP
    check_cost(answer.usage)


def test_a_stream_with_its_cost(azure):
    stream = azure.chat.completions.create(
        model=GROUP, messages=MESSAGES, stream=True, stream_options={"include_usage": True}
    )
    check_cost(list(stream)[-1].usage)


def test_the_asynchronous_client(url, key):
    async def ask():
        async with openai.AsyncAzureOpenAI(
            azure_endpoint=url, api_key=key, api_version=VERSION, max_retries=0
        ) as client:
            return await client.chat.completions.create(model=GROUP, messages=MESSAGES)

    check_cost(run(ask()).usage)


def test_the_path_names_the_model_group(url, key):
    """With `azure_deployment` the SDK leaves the body's `model` to the caller: the path wins."""
    with openai.AzureOpenAI(
        azure_endpoint=url,
        azure_deployment=GROUP,
        api_key=key,
        api_version=VERSION,
        max_retries=0,
    ) as client:
        answer = client.chat.completions.create(model="anything", messages=MESSAGES)
    assert answer.choices[0].message.content


def test_an_unknown_model_group(azure):
    with pytest.raises(openai.NotFoundError):
        azure.chat.completions.create(model="no-such-group", messages=MESSAGES)


def test_a_wrong_key(url):
    with openai.AzureOpenAI(
        azure_endpoint=url, api_key="sk-wrong", api_version=VERSION, max_retries=0
    ) as client:
        with pytest.raises(openai.AuthenticationError):
            client.chat.completions.create(model=GROUP, messages=MESSAGES)
