"""LangChain's ChatOpenAI with `use_responses_api`, unmodified."""

import pytest
from conftest import GROUP
from langchain_openai import ChatOpenAI


@pytest.fixture
def model(url, new_key):
    return ChatOpenAI(
        model=GROUP,
        base_url=f"{url}/v1",
        api_key=new_key(max_budget=5),
        use_responses_api=True,
        max_retries=0,
        timeout=30,
    )


def test_an_answer(model):
    answer = model.invoke("Hello!")
    assert answer.text
    assert answer.response_metadata["model_name"] != GROUP
    assert answer.usage_metadata["output_tokens"] > 0


def test_a_stream(model):
    chunks = list(model.stream("Hello!"))
    assert "".join(chunk.text for chunk in chunks)
    counts = [chunk.usage_metadata for chunk in chunks if chunk.usage_metadata]
    assert counts[-1]["output_tokens"] > 0


def test_tools(model):
    def weather(city: str) -> str:
        """The weather in a city, now."""
        return city

    answer = model.bind_tools([weather], tool_choice="weather").invoke("How is it in Oslo?")
    assert answer.tool_calls[0]["name"] == "weather"
