"""LangChain's AzureChatOpenAI, unmodified, with a virtual key: it sends `model: null`."""

import pytest
from conftest import GROUP
from langchain_openai import AzureChatOpenAI

# The second is older than the usage option and `max_completion_tokens`.
VERSIONS = ["2024-10-21", "2024-02-01"]


@pytest.fixture(params=VERSIONS)
def model(request, url, new_key):
    return AzureChatOpenAI(
        azure_endpoint=url,
        azure_deployment=GROUP,
        api_version=request.param,
        api_key=new_key(max_budget=5),
        max_retries=0,
        timeout=30,
    )


def test_an_answer(model):
    answer = model.invoke("Hello!")
    assert answer.content
    assert answer.response_metadata["model_name"] != GROUP
    assert answer.usage_metadata["output_tokens"] > 0


def test_a_stream(model):
    chunks = list(model.stream("Hello!"))
    assert "".join(chunk.text for chunk in chunks)


def test_tools(model):
    def weather(city: str) -> str:
        """The weather in a city, now."""
        return city

    answer = model.bind_tools([weather], tool_choice="weather").invoke("How is it in Oslo?")
    assert answer.tool_calls[0]["name"] == "weather"
