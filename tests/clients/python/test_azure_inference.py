"""Azure's own inference SDK for Python, unmodified, against the gateway."""

import json

import pytest
from azure.ai.inference import ChatCompletionsClient
from azure.ai.inference.aio import ChatCompletionsClient as AsyncChatCompletionsClient
from azure.ai.inference.models import (
    AssistantMessage,
    ChatCompletionsToolDefinition,
    FunctionDefinition,
    ImageContentItem,
    ImageUrl,
    JsonSchemaFormat,
    SystemMessage,
    TextContentItem,
    ToolMessage,
    UserMessage,
)
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceNotFoundError,
)
from conftest import GROUP, run
from test_openai_chat import PICTURE, WEATHER
from test_openai_structured import SCHEMA

HELLO = [SystemMessage("Be brief."), UserMessage("Hello!")]


@pytest.fixture
def azure(url, key):
    with ChatCompletionsClient(url, AzureKeyCredential(key), model=GROUP, retry_total=0) as client:
        yield client


def check_cost(usage):
    """This SDK keeps unknown fields, and gives them by name."""
    assert usage["cost"] > 0
    assert usage["cost_details"]["status"] == "exact"


def test_an_answer_with_its_cost(azure):
    answer = azure.complete(messages=HELLO, temperature=0.5)
    assert answer.choices[0].message.content
    assert answer.model != GROUP
    check_cost(answer.usage)


@pytest.mark.parametrize("path", ["/v1", "/openai/v1", f"/openai/deployments/{GROUP}"])
def test_every_endpoint_that_people_write(url, key, path):
    with ChatCompletionsClient(url + path, AzureKeyCredential(key), retry_total=0) as client:
        answer = client.complete(messages=HELLO, model=GROUP)
    assert answer.choices[0].message.content


def test_a_stream(azure):
    updates = list(azure.complete(messages=HELLO, stream=True))
    parts = [choice.delta.content for update in updates for choice in update.choices]
    assert "".join(part for part in parts if part)


def test_a_stream_with_usage(azure):
    options = {"stream_options": {"include_usage": True}}
    updates = list(azure.complete(messages=HELLO, stream=True, model_extras=options))
    [usage] = [update.usage for update in updates if update.usage]
    check_cost(usage)


def test_the_asynchronous_client(url, key):
    async def ask():
        async with AsyncChatCompletionsClient(url, AzureKeyCredential(key), model=GROUP) as client:
            return await client.complete(messages=HELLO)

    check_cost(run(ask()).usage)


def test_a_tool_is_called_and_its_result_answered(azure):
    function = WEATHER["function"]
    tools = [
        ChatCompletionsToolDefinition(
            function=FunctionDefinition(
                name=function["name"],
                description=function["description"],
                parameters=function["parameters"],
            )
        )
    ]
    question = UserMessage("What is the weather in Paris?")
    asking = azure.complete(messages=[question], tools=tools)
    [call] = asking.choices[0].message.tool_calls
    assert "city" in json.loads(call.function.arguments)

    result = ToolMessage(content='{"celsius": 21}', tool_call_id=call.id)
    called = AssistantMessage(tool_calls=[call])
    answer = azure.complete(messages=[question, called, result], tools=tools)
    assert answer.choices[0].message.content


def test_a_picture_is_sent_along(azure):
    picture = ImageContentItem(image_url=ImageUrl(url=PICTURE))
    content = [TextContentItem(text="What is in this picture?"), picture]
    assert azure.complete(messages=[UserMessage(content=content)]).choices[0].message.content


def test_a_json_schema_is_kept(azure):
    wanted = JsonSchemaFormat(name=SCHEMA["name"], schema=SCHEMA["schema"], strict=True)
    answer = azure.complete(messages=HELLO, response_format=wanted)
    assert {"title", "year"} <= json.loads(answer.choices[0].message.content).keys()


def test_a_wrong_key(url):
    with ChatCompletionsClient(url, AzureKeyCredential("sk-wrong"), model=GROUP) as client:
        with pytest.raises(ClientAuthenticationError) as caught:
            client.complete(messages=HELLO)
    assert caught.value.status_code == 401


def test_an_unknown_model_group(azure):
    with pytest.raises(ResourceNotFoundError) as caught:
        azure.complete(messages=HELLO, model="no-such-group")
    assert caught.value.error.code == "model_not_found"


def test_a_filtered_prompt(azure):
    with pytest.raises(HttpResponseError) as caught:
        azure.complete(messages=[UserMessage("[[scenario:content-filter-prompt]] Hello!")])
    assert caught.value.status_code == 400
    assert caught.value.error.code == "content_filter"


@pytest.fixture
def on_models(url, new_key):
    """At `…/models`, as a Foundry resource has it, with a virtual key."""
    key = AzureKeyCredential(new_key(max_budget=5))
    with ChatCompletionsClient(f"{url}/models", key, model=GROUP, retry_total=0) as client:
        yield client


def test_the_models_endpoint_answers_as_well(on_models):
    check_cost(on_models.complete(messages=HELLO).usage)
    chunks = list(on_models.complete(messages=HELLO, stream=True))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
