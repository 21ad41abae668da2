"""The OpenAI SDK for Python: answers in a given form."""

import json

from conftest import GROUP, check_cost
from pydantic import BaseModel


class Invitation(BaseModel):
    title: str
    guests: list[str]
    adults_only: bool


SCHEMA = {
    "name": "invitation",
    "strict": True,
    "schema": {
        "type": "object",
        "properties": {"title": {"type": "string"}, "year": {"type": "integer"}},
        "required": ["title", "year"],
        "additionalProperties": False,
    },
}

MESSAGES = [{"role": "user", "content": "Invite Ada and Grace to a party."}]


def test_a_json_schema_is_kept(chat):
    answer = chat(messages=MESSAGES, response_format={"type": "json_schema", "json_schema": SCHEMA})
    invitation = json.loads(answer.choices[0].message.content)
    assert isinstance(invitation["title"], str)
    assert isinstance(invitation["year"], int)
    check_cost(answer.usage)


def test_any_json_object(chat):
    answer = chat(messages=MESSAGES, response_format={"type": "json_object"})
    assert isinstance(json.loads(answer.choices[0].message.content), dict)


def test_parse_gives_the_callers_own_type(client):
    answer = client.chat.completions.parse(
        model=GROUP, messages=MESSAGES, response_format=Invitation
    )
    assert isinstance(answer.choices[0].message.parsed, Invitation)
    check_cost(answer.usage)


def test_parse_while_streaming(client):
    with client.chat.completions.stream(
        model=GROUP, messages=MESSAGES, response_format=Invitation
    ) as stream:
        kinds = {event.type for event in stream}
        answer = stream.get_final_completion()
    assert "content.delta" in kinds and "content.done" in kinds
    assert isinstance(answer.choices[0].message.parsed, Invitation)
