"""The OpenAI Agents SDK, unmodified: it speaks the Responses API. A run with a tool, and a handoff."""

import openai
import pytest
from agents import (
    Agent,
    OpenAIResponsesModel,
    Runner,
    function_tool,
    set_tracing_disabled,
)
from conftest import GROUP, run

set_tracing_disabled(True)


@pytest.fixture
def ask(url, new_key):
    """Runs what is made with a model of the gateway's, with a key of its own."""

    async def asking(body):
        key = new_key(max_budget=5)
        async with openai.AsyncOpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0) as client:
            return await body(OpenAIResponsesModel(GROUP, client))

    return lambda body: run(asking(body))


@function_tool
def weather(city: str) -> str:
    """The weather in a city, now."""
    return f"sunny in {city}"


def test_a_run_with_a_tool(ask):
    async def body(model):
        agent = Agent(name="Forecaster", instructions="Use the tool.", model=model, tools=[weather])
        return await Runner.run(agent, "How is it in Oslo?")

    result = ask(body)
    assert result.final_output
    kinds = [item.type for item in result.new_items]
    assert "tool_call_item" in kinds and "tool_call_output_item" in kinds
    assert result.context_wrapper.usage.requests == 2
    assert all(answer.usage.input_tokens > 0 for answer in result.raw_responses)


def test_a_handoff(ask):
    async def body(model):
        french = Agent(name="French", instructions="Answer in French.", model=model)
        triage = Agent(name="Triage", instructions="Hand over.", model=model, handoffs=[french])
        return await Runner.run(triage, "Bonjour!")

    result = ask(body)
    assert result.last_agent.name == "French"
    assert result.final_output


def test_a_streamed_run(ask):
    async def body(model):
        result = Runner.run_streamed(Agent(name="Teller", model=model), "Tell me a story.")
        return result, [event.type async for event in result.stream_events()]

    result, kinds = ask(body)
    assert result.final_output
    assert "raw_response_event" in kinds
