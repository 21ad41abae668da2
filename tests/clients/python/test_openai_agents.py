"""The OpenAI Agents SDK, unmodified: it speaks the Responses API. A run with a tool, and a handoff."""

import openai
import pytest
from agents import (
    Agent,
    OpenAIResponsesModel,
    RunConfig,
    Runner,
    function_tool,
    set_tracing_disabled,
)
from conftest import GROUP, run

set_tracing_disabled(True)


@pytest.fixture
def model(url, new_key):
    """A model of the gateway's, with a key of its own."""
    client = openai.AsyncOpenAI(base_url=f"{url}/v1", api_key=new_key(max_budget=5), max_retries=0)
    return OpenAIResponsesModel(GROUP, client)


@function_tool
def weather(city: str) -> str:
    """The weather in a city, now."""
    return f"sunny in {city}"


def test_a_run_with_a_tool(model):
    agent = Agent(name="Forecaster", instructions="Use the tool.", model=model, tools=[weather])

    async def ask():
        return await Runner.run(agent, "How is it in Oslo?", run_config=RunConfig())

    result = run(ask())
    assert result.final_output
    kinds = [item.type for item in result.new_items]
    assert "tool_call_item" in kinds and "tool_call_output_item" in kinds
    assert result.context_wrapper.usage.requests == 2
    assert all(answer.usage.input_tokens > 0 for answer in result.raw_responses)


def test_a_handoff(model):
    french = Agent(name="French", instructions="Answer in French.", model=model)
    triage = Agent(name="Triage", instructions="Hand over.", model=model, handoffs=[french])

    async def ask():
        return await Runner.run(triage, "Bonjour!")

    result = run(ask())
    assert result.last_agent is french
    assert result.final_output


def test_a_streamed_run(model):
    agent = Agent(name="Teller", model=model)

    async def ask():
        result = Runner.run_streamed(agent, "Tell me a story.")
        kinds = [event.type async for event in result.stream_events()]
        return result, kinds

    result, kinds = run(ask())
    assert result.final_output
    assert "raw_response_event" in kinds
