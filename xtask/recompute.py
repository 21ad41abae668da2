"""A second reading of the price sources: recomputes every cost vector from them and compares.

`cargo xtask pricing --recompute` runs it, and so does `cargo xtask pricing --check`. It is a script,
because xtask links `pricing-schema`, whose reading of the files it must not share: a slip there, or
in `cost-model`, would otherwise pass its own test. Python's `decimal` and `fractions` are exact, and
the tests of the client SDKs need Python anyway. It needs nothing but the standard library.

    python3 xtask/recompute.py SOURCES_DIRECTORY VECTORS...
"""

import datetime
import json
import pathlib
import re
import sys
from decimal import Decimal
from fractions import Fraction

MILLION = 1_000_000
PREFIX = re.compile(r"^(azure_ai|azure|model_router|model-router|openai|anthropic|xai|deepseek)/")


class Refused(Exception):
    """Why a vector has no cost: its code, and the model's name where only its price is missing."""

    def __init__(self, code, model=None):
        super().__init__(code)
        self.expected = {"error": code} | ({"canonical_model": model} if model else {})


def dollars(text):
    if not isinstance(text, str):
        raise TypeError(f"money is a string, found {text!r}")
    return Fraction(Decimal(text))


def plain(amount):
    """A fraction as a decimal number without zeros at its end; all sums here have one."""
    for digits in range(0, 25):
        scaled = amount * 10**digits
        if scaled.denominator == 1:
            text = str(scaled.numerator).rjust(digits + 1, "0")
            return f"{text[:-digits]}.{text[-digits:]}" if digits else text
    raise ArithmeticError(f"{amount} is no decimal number")


def load(folder):
    """All models, with the name of each under which it can be found, and the routing fees."""
    models, names, fees = [], {}, []
    for path in sorted(pathlib.Path(folder).glob("*.json")):
        file = json.loads(path.read_text(encoding="utf-8"))
        fees += file.get("router", {}).get("fees", [])
        for model in file.get("models", []):
            models.append(model)
            for name in [model["id"], *model["match"]["snapshots"], *model["match"]["aliases"]]:
                if names.setdefault(name.lower(), model) is not model:
                    raise ValueError(f"`{name}` names two models")
    return names, fees


def find(names, asked):
    if asked.lower() in names:
        return names[asked.lower()], "exact"
    bare = asked.strip()
    while PREFIX.match(bare.lower()):
        bare = bare[PREFIX.match(bare.lower()).end() :]
    if bare.lower() in names:
        return names[bare.lower()], "normalised"
    base = re.sub(r"-20\d\d-?\d\d-?\d\d$", "", bare).lower()
    model = names.get(base)
    if base != bare.lower() and model and model["match"]["unlisted_snapshots"] == "inherit":
        return model, "snapshot_suffix_stripped"
    raise Refused("unknown_model")


def holds(entry, day):
    """Whether an interval, its first day in and its last out, has the day in it."""
    date = datetime.date.fromisoformat
    begins = entry["from"] is None or date(entry["from"]) <= day
    return begins and (entry["until"] is None or day < date(entry["until"]))


def price(model, vector, day):
    """The one price for the deployment, the region's own before that of its zone."""
    scope = vector["scope"]
    zone = None if scope in ("commercial", "regions") else scope
    cloud = "us_gov" if zone == "us_gov" else "public"
    found = []
    for entry in model["prices"]:
        sold, regions = entry["for"], entry["for"].get("regions", [])
        if (
            sold["deployment"] == vector["deployment_type"]
            and sold.get("zone") == zone
            and sold.get("cloud", "public") == cloud
            and sold["service_tier"] == vector["service_tier"]
            and (not regions or vector.get("region") in regions)
            and holds(entry, day)
        ):
            found.append((len(regions) > 0, entry))
    own = [entry for in_region, entry in found if in_region]
    candidates = own or [entry for _, entry in found]
    if len(candidates) > 1:
        raise ValueError(f"{len(candidates)} prices of {model['id']} hold on {day}")
    if not candidates:
        raise Refused("no_price", model["id"])
    return candidates[0]


def fee(fees, vector, day):
    if not vector["router_fee"]:
        return Fraction(0)
    sku = vector["deployment_type"]
    for entry in fees:
        if entry["deployment"] in (None, sku) and holds(entry, day):
            return dollars(entry["per_1m_prompt_tokens"])
    raise Refused("no_fee")


def cost(names, fees, vector):
    usage, day = vector["usage"], datetime.date.fromisoformat(vector["date"])
    prompt, cached = usage["prompt_tokens"], usage["cached_tokens"]
    written, hour = usage["cache_write_tokens"], usage["cache_write_1h_tokens"]
    uncached = prompt - cached - written - hour
    if uncached < 0:
        raise Refused("invalid_usage")
    model, match = find(names, vector["model"])
    tiers = [
        tier
        for tier in price(model, vector, day)["tiers"]
        if tier["prompt_tokens_over"] == 0 or prompt > tier["prompt_tokens_over"]
    ]
    tier = max(tiers, key=lambda tier: tier["prompt_tokens_over"])
    rates = tier["rates"]
    if rates is None:
        raise Refused("no_price", model["id"])
    each = {"input": dollars(rates["input"]), "output": dollars(rates["output"])}
    for name, instead in (("cached_input", "input"), ("cache_write", "input")):
        each[name] = each[instead] if rates.get(name) is None else dollars(rates[name])
    long_write = rates.get("cache_write_1h")
    each_hour = each["cache_write"] if long_write is None else dollars(long_write)
    parts = {
        "uncached_input": each["input"] * uncached,
        "cached_input": each["cached_input"] * cached,
        "cache_write": each["cache_write"] * written + each_hour * hour,
        # What is reasoned is in `completion_tokens`; what is not in it, Azure does not bill.
        "output": each["output"] * usage["completion_tokens"],
        "router_fee": fee(fees, vector, day) * prompt,
    }
    amounts = {name: part / MILLION for name, part in parts.items()}
    amounts["total"] = sum(amounts.values())
    return {
        "canonical_model": model["id"],
        "match": match,
        "context": "long" if tier["prompt_tokens_over"] else "short",
        "unit_prices": {name: plain(each[name]) for name in
                        ("input", "cached_input", "cache_write", "output")},
        **{name: plain(amount) for name, amount in amounts.items()},
    }


def main(folder, *files):
    names, fees = load(folder)
    count, wrong = 0, []
    for path in files:
        for vector in json.loads(pathlib.Path(path).read_text(encoding="utf-8"))["vectors"]:
            count += 1
            try:
                found = cost(names, fees, vector)
            except Refused as refused:
                found = refused.expected
            if found != vector["expected"]:
                wrong.append(f"{path}: vector {vector['id']}: expected {vector['expected']}, "
                             f"recomputed {found}")
    if not count:
        wrong.append("no vector was found")
    print("\n".join([*wrong, f"{count - len(wrong)} of {count} cost vectors recomputed alike"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
