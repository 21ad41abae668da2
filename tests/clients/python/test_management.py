"""The management API with plain HTTP: the life of keys, teams and users with documented bodies."""

import hashlib
import uuid

import openai
import pytest
import requests
from conftest import GROUP

MESSAGES = [{"role": "user", "content": "Hello!"}]


@pytest.fixture
def ask_as(url):
    def ask(key, **options):
        with openai.OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0, timeout=30) as client:
            return client.chat.completions.create(model=GROUP, messages=MESSAGES, **options)

    return ask


def test_the_life_of_a_key(manage, ask_as):
    alias = f"key-{uuid.uuid4()}"
    # As in LiteLLM's documentation, with what its clients send along.
    made = manage("/key/generate", {
        "models": [GROUP], "duration": "20m", "key_alias": alias, "max_budget": 10.5,
        "budget_duration": "30d", "rpm_limit": 100, "tpm_limit": 100000, "spend": 0,
        "max_parallel_requests": 10, "metadata": {"user": "ann@example.com"}, "aliases": {},
        "config": {}, "permissions": {}, "model_max_budget": {}, "team_id": None, "user_id": None,
        "guardrails": None, "blocked": False, "soft_budget": 5,
    })
    assert made["key"].startswith("sk-")
    assert made["expires"] and made["token"] and made["key_name"].endswith(made["key"][-4:])
    assert made["max_budget"] == 10.5
    assert made["ignored_fields"] == ["soft_budget"]
    assert ask_as(made["key"]).choices

    info = manage("/key/info", key=made["key"])
    assert info["info"]["key_alias"] == alias
    assert info["info"]["spend"] > 0
    page = manage("/key/list", key_alias=alias)
    assert (page["total_count"], page["current_page"], page["total_pages"]) == (1, 1, 1)
    assert page["keys"][0]["token"] == made["token"]
    hashes = manage("/key/list", key_alias=alias, return_full_object="false")["keys"]
    assert hashes == [made["token"]]
    assert manage("/key/list", key_hash=made["token"])["total_count"] == 1

    changed = manage("/key/update", {"key": made["key"], "models": ["other"], "max_budget": None})
    assert changed["models"] == ["other"] and changed["max_budget"] is None
    with pytest.raises(openai.NotFoundError):
        ask_as(made["key"])
    manage("/key/update", {"key": made["token"], "models": []})
    manage("/key/block", {"key": made["key"]})
    with pytest.raises(openai.AuthenticationError):
        ask_as(made["key"])
    manage("/key/unblock", {"key": made["key"]})
    again = manage(f"/key/{made['token']}/regenerate", {})
    with pytest.raises(openai.AuthenticationError):
        ask_as(made["key"])
    assert ask_as(again["key"]).choices
    assert manage("/key/delete", {"keys": [again["key"]]})["deleted_keys"] == [again["token"]]
    manage("/key/info", status=404, key=again["key"])


def test_teams_and_users(manage, ask_as):
    team, user = f"team-{uuid.uuid4()}", f"user-{uuid.uuid4()}"
    manage("/team/new", {
        "team_id": team, "team_alias": "Blue", "models": [GROUP], "max_budget": 50,
        "budget_duration": "7d", "tpm_limit": 100000, "rpm_limit": 100, "metadata": {"a": 1},
        "members_with_roles": [{"role": "admin", "user_id": "ann"}], "tags": ["blue"],
    })
    made = manage("/user/new", {
        "user_id": user, "user_email": "ann@example.com", "user_role": "internal_user",
        "teams": [team], "max_budget": 10, "auto_create_key": True, "send_invite_email": False,
    })
    assert made["teams"] == [team]
    assert made["ignored_fields"] == ["send_invite_email"]
    assert ask_as(made["key"]).choices
    assert manage("/user/info", user_id=user)["user_info"]["spend"] > 0
    assert manage("/v2/user/info", user_id=user)["teams"] == [team]
    manage("/team/member_add", {"team_id": team, "member": {"role": "user", "user_id": "bob"}})
    info = manage("/team/info", team_id=team)["team_info"]
    assert {member["user_id"] for member in info["members_with_roles"]} == {"ann", "bob", user}
    page = manage("/v2/team/list", team_id=team, page=1, page_size=10)
    assert [page[name] for name in ("total", "page", "page_size", "total_pages")] == [1, 1, 10, 1]
    assert page["teams"][0]["team_alias"] == "Blue"
    added = {"team_id": team, "member": {"role": "user", "user_email": "cid@example.com"}}
    [cid] = manage("/team/member_add", added)["updated_users"]
    named = {"team_id": team, "user_email": "CID@example.com"}
    assert manage("/team/member_update", {**named, "role": "admin"})["role"] == "admin"
    manage("/team/member_delete", named)
    deleted = manage("/user/delete", {"user_ids": [user, cid["user_id"]]})
    assert deleted["deleted_keys"] == [hashlib.sha256(made["key"].encode()).hexdigest()]
    manage("/team/delete", {"team_ids": [team]})
    manage("/team/info", status=404, team_id=team)


def test_a_budget_that_is_spent_is_a_rate_limit_error(ask_as, new_key):
    with pytest.raises(openai.RateLimitError) as caught:
        ask_as(new_key(max_budget=0))
    assert caught.value.type == "budget_exceeded"
    assert caught.value.code == "budget_exceeded"
    # A budget of LiteLLM's kind refuses once it is spent, and not before.
    soft = new_key(max_budget=0.000001, budget_mode="soft")
    assert ask_as(soft).choices
    with pytest.raises(openai.RateLimitError) as caught:
        ask_as(soft)
    assert caught.value.type == "budget_exceeded"


@pytest.mark.parametrize("field", [
    {"guardrails": ["pii"]}, {"model_max_budget": {GROUP: 1}}, {"allowed_routes": ["/chat"]},
    {"budget_id": "b"}, {"spend": 3}, {"no_such_field": 1},
])
def test_what_would_limit_a_key_and_cannot_is_refused(manage, field):
    error = manage("/key/generate", field, status=400)["error"]
    assert next(iter(field)) in error["message"]


def test_only_the_operator_manages(url, new_key):
    bearer = {"Authorization": f"Bearer {new_key()}"}
    answer = requests.post(f"{url}/key/generate", json={}, headers=bearer, timeout=30)
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "not_admin"
