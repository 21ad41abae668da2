"""LiteLLM's spend pages: what was asked is in them, with what it cost."""

import datetime
from decimal import Decimal

import openai
import pytest
from conftest import GROUP
from litellm.proxy.client import Client

MESSAGES = [{"role": "user", "content": "Hello!"}]


@pytest.fixture
def proxy(url, key):
    return Client(base_url=url, api_key=key)


@pytest.fixture
def days():
    """From yesterday to tomorrow: midnight may pass in between."""
    today = datetime.datetime.now(datetime.timezone.utc).date()
    day = datetime.timedelta(days=1)
    return {"start_date": str(today - day), "end_date": str(today + day)}


@pytest.fixture
def asked(url, manage):
    """One request of a key of its own: the key's hash, the request's id, and its cost."""
    made = manage("/key/generate", {})
    with openai.OpenAI(base_url=f"{url}/v1", api_key=made["key"], max_retries=0) as client:
        raw = client.chat.completions.with_raw_response.create(model=GROUP, messages=MESSAGES)
    cost = Decimal(raw.headers["x-fareway-cost-usd"])
    return made["token"], raw.headers["x-fareway-request-id"], float(cost), raw.parse()


def test_a_request_is_in_the_logs(proxy, asked, days):
    token, request_id, cost, answer = asked
    [row] = proxy.http.request("GET", "/spend/logs", params={"request_id": request_id})
    assert row["request_id"] == request_id
    assert row["api_key"] == token
    assert row["spend"] == cost
    assert row["model"] == answer.model
    assert row["model_group"] == GROUP
    assert row["total_tokens"] == answer.usage.total_tokens

    query = {**days, "api_key": token, "page": 1, "page_size": 10}
    page = proxy.http.request("GET", "/spend/logs/v2", params=query)
    assert (page["total"], page["page"], page["page_size"], page["total_pages"]) == (1, 1, 10, 1)
    assert page["data"][0]["request_id"] == request_id


def test_days_sum_up(proxy, asked, days):
    token, _, cost, answer = asked
    query = {**days, "api_key": token}
    activity = proxy.http.request("GET", "/user/daily/activity", params=query)
    [day] = activity["results"]
    assert day["metrics"]["spend"] == cost
    assert day["metrics"]["api_requests"] == 1
    assert day["metrics"]["total_tokens"] == answer.usage.total_tokens
    assert activity["metadata"]["total_spend"] == cost
    assert isinstance(proxy.http.request("GET", "/global/spend/report", params=days), list)


def test_a_cost_is_told_before_it_arises(proxy):
    question = {"model": GROUP, "input_tokens": 1000, "output_tokens": 100}
    estimate = proxy.http.request("POST", "/cost/estimate", json=question)
    # Nobody knows which model will serve, and the routing fee alone is $0.00014: none is free.
    assert estimate["cost_per_request"] is None
    assert Decimal(str(estimate["routing_fee_per_request"])) == Decimal("0.00014")
    cheapest, dearest = (estimate["range"][end] for end in ("cheapest", "dearest"))
    assert 0.00014 < float(cheapest["cost_per_request"]) < float(dearest["cost_per_request"])
    body = {"model": GROUP, "messages": MESSAGES}
    assert "cost" in proxy.http.request("POST", "/spend/calculate", json=body)
