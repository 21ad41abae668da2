"""LiteLLM's own client of its management API, and its command, against this gateway."""

import json
import uuid

import pytest
import requests
from click.testing import CliRunner
from conftest import GROUP
from litellm.proxy.client import Client, UsersManagementClient
from litellm.proxy.client.cli import cli
from litellm.proxy.client.exceptions import NotFoundError, UnauthorizedError
from litellm.proxy.client.health import HealthManagementClient

MESSAGES = [{"role": "user", "content": "Hello!"}]


@pytest.fixture
def proxy(url, key):
    return Client(base_url=url, api_key=key)


@pytest.fixture
def lite(url, key, tmp_path):
    """LiteLLM's command, in this process: it takes seconds to load. It keeps things at home."""

    def run(*arguments):
        variables = {"LITELLM_PROXY_URL": url, "LITELLM_PROXY_API_KEY": key,
                     "HOME": str(tmp_path), "COLUMNS": "300"}
        done = CliRunner().invoke(cli, arguments, env=variables)
        assert done.exit_code == 0, done.output
        return done.stdout

    return run


def test_keys(proxy, url):
    alias = f"key-{uuid.uuid4()}"
    made = proxy.keys.generate(models=[GROUP], aliases={}, spend=0, duration="24h",
                               key_alias=alias, config={})
    listed = proxy.keys.list(page=1, size=10, key_alias=alias, return_full_object=True,
                             include_team_keys=True)
    assert [one["token"] for one in listed["keys"]] == [made["token"]]
    assert proxy.keys.list(key_hash=made["token"], return_full_object=False)["keys"] == [
        made["token"]
    ]
    assert proxy.keys.info(made["key"])["info"]["key_alias"] == alias
    proxy.keys.update(key=made["key"], key_alias=f"{alias}-2", models=[], duration="1h")
    assert proxy.keys.info(made["token"])["info"]["key_alias"] == f"{alias}-2"
    holder = Client(base_url=url, api_key=made["key"])
    assert holder.chat.completions(model=GROUP, messages=MESSAGES)["choices"]
    chunks = list(holder.chat.completions_stream(model=GROUP, messages=MESSAGES, user="ann"))
    assert chunks[-1]["choices"] or chunks[-1]["usage"]
    assert proxy.keys.delete(keys=[made["key"]])["deleted_keys"] == [made["token"]]
    with pytest.raises(requests.exceptions.HTTPError) as caught:
        proxy.keys.delete(key_aliases=[f"{alias}-3"], keys=[made["key"]])
    assert caught.value.response.status_code == 404
    with pytest.raises(UnauthorizedError):
        holder.models.list()


def test_models_and_readiness(proxy, url, key):
    assert GROUP in [model["id"] for model in proxy.models.list()]
    ready = HealthManagementClient(base_url=url, api_key=key).get_readiness()
    assert ready["status"] == "healthy"
    assert proxy.http.request("GET", "/health/liveliness") == "I'm alive!"


def test_users_and_teams(proxy, url, key):
    team = proxy.http.request("POST", "/team/new", json={"team_alias": "Green"})["team_id"]
    users = UsersManagementClient(url, key)
    made = users.create_user({"user_email": "ann@example.com", "user_role": "internal_user",
                              "user_alias": "Ann", "teams": [team], "max_budget": 10.0})
    user = made["user_id"]
    assert users.get_user(user)["user_info"]["user_alias"] == "Ann"
    assert users.get_user_v2(user)["teams"] == [team]
    assert user in [one["user_id"] for one in users.list_users()]
    [found] = users.list_users({"user_ids": user, "page": 1, "page_size": 1})
    assert (found["user_id"], found["key_count"]) == (user, 1)
    assert [one["team_id"] for one in proxy.teams.list(user_id=user)] == [team]
    page = proxy.teams.list_v2(user_id=user, sort_by="team_id", sort_order="desc")
    assert page["total"] == 1 and page["teams"][0]["team_id"] == team
    assert proxy.teams.get_available() == []
    # The holder of a key sees their own user and team, and nobody else's.
    holder = Client(base_url=url, api_key=made["key"])
    assert UsersManagementClient(url, made["key"]).get_user()["user_id"] == user
    info = holder.http.request("GET", "/team/info", params={"team_id": team})
    assert info["team_info"]["team_alias"] == "Green"
    with pytest.raises(requests.exceptions.HTTPError) as caught:
        UsersManagementClient(url, made["key"]).get_user("somebody-else")
    assert caught.value.response.status_code == 403
    changed = {"team_id": team, "team_alias": "Dark green"}
    changed = proxy.http.request("POST", "/team/update", json=changed)
    assert changed["data"]["team_alias"] == "Dark green"
    # Keys go with their user and with their team.
    of_team = proxy.keys.generate(team_id=team, user_id=f"user-{uuid.uuid4()}")
    users.delete_user([user])
    with pytest.raises(UnauthorizedError):
        holder.models.list()
    with pytest.raises(NotFoundError):
        users.get_user(user)
    proxy.http.request("POST", "/team/delete", json={"team_ids": [team]})
    with pytest.raises(UnauthorizedError):
        Client(base_url=url, api_key=of_team["key"]).models.list()
    users.delete_user([of_team["user_id"]])


def test_the_command(lite):
    alias = f"key-{uuid.uuid4()}"
    made = json.loads(lite("keys", "generate", "--models", GROUP, "--key-alias", alias,
                           "--duration", "1h"))
    assert made["key"].startswith("sk-")
    assert alias in lite("keys", "list")
    listed = json.loads(lite("keys", "list", "--key-alias", alias, "--format", "json"))
    assert listed["total_count"] == 1
    lite("keys", "delete", "--keys", made["key"])
    made = json.loads(lite("users", "create", "--email", "bob@example.com", "--max-budget", "3"))
    assert made["user_id"] in lite("users", "list")
    lite("teams", "list")
    assert GROUP in lite("models", "list")
