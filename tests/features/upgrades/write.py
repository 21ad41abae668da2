"""Writes a fixture for the upgrade test: a ledger as one version of the gateway leaves it.

Starts that version's programs, sends requests that end in every way there is, kills the gateway with
rows still in the spool, and records what the same version reports of a copy. README.md beside this
file says how to run it. Needs Python 3.11 and, for PostgreSQL, `psql` and `pg_dump`.
"""

import argparse
import http.client
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import urllib.parse

MASTER = "sk-master-key-of-the-upgrade-fixtures"
SALT = "salt-key-of-the-upgrade-fixtures"
AZURE_KEY = "azure-key-of-the-upgrade-fixtures"
AZURE_PORT = 21418
GATEWAY_PORT = 21417
GROUP = "azure-model-router"
IN_FLIGHT = []

CONFIG = """\
model_list:
  - model_name: azure-model-router
    litellm_params:
      model: azure_ai/azure-model-router
      api_base: http://127.0.0.1:21418/openai/v1/
      api_key: os.environ/AZURE_KEY
  - model_name: zone
    litellm_params:
      model: azure_ai/azure-model-router
      api_base: http://127.0.0.1:21418/openai/v1/
      api_key: os.environ/AZURE_KEY
      deployment_type: data_zone_standard
      zone: eu
general_settings:
  master_key: os.environ/MASTER_KEY
"""
OVERLAY = {
    "format": "pricing-data/1", "currency": "USD", "unit": "per_1M_tokens",
    "models": [{"id": "nobody-knows-it", "prices": [{
        "for": {"deployment": "global_standard", "service_tier": "standard"},
        "from": "2020-01-01", "until": None,
        "tiers": [{"prompt_tokens_over": 0, "rates": {
            "input": "1", "cached_input": None, "cache_write": None, "output": "2"}}],
    }]}],
    "router": {"aliases": ["model-router"], "fees": []},
}


class Gateway:
    def __init__(self, options, folder, config=""):
        self.folder = folder
        database = f"  database_url: {options.database_url}\n" if options.database_url else ""
        (folder / "config.yaml").write_text(CONFIG + database + config)
        environment = {"PATH": os.environ["PATH"], "MASTER_KEY": MASTER, "AZURE_KEY": AZURE_KEY,
                       "FAREWAY_SALT_KEY": SALT, "RUST_LOG": "warn"}
        command = [options.gateway, "--config", folder / "config.yaml", "--port",
                   str(GATEWAY_PORT), "--workers", "2"]
        self.process = subprocess.Popen(command, env=environment)
        Gateway.last = self
        wait_for(GATEWAY_PORT, "/health/liveness")

    def send(self, method, path, body=None, key=MASTER, headers=()):
        connection = http.client.HTTPConnection("127.0.0.1", GATEWAY_PORT, timeout=60)
        text = None if body is None else json.dumps(body)
        all_headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json",
                       **dict(headers)}
        connection.request(method, path, text, all_headers)
        return connection, connection.getresponse()

    def manage(self, path, body):
        connection, response = self.send("POST", path, body)
        text = response.read()
        assert response.status == 200, (path, response.status, text)
        return json.loads(text)

    def read(self, path):
        connection, response = self.send("GET", path)
        text = response.read().decode()
        assert response.status == 200, (path, response.status, text)
        return text

    def chat(self, scenario, key=MASTER, leave=False, wait=True, **more):
        body = {"model": GROUP, "max_completion_tokens": 2000, **more, "messages": [
            {"role": "user", "content": f"Tell me of ships. [[scenario:{scenario}]]"}]}
        connection, response = self.send("POST", "/v1/chat/completions", body, key)
        if leave:
            response.read(600)
            connection.sock.close()
            response.close()
        elif wait:
            try:
                response.read()
            except (http.client.IncompleteRead, ConnectionError):
                pass
        else:
            response.read(200)
            # Kept open, or the client would have left.
            IN_FLIGHT.append((connection, response))
        return response.status

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait()


def wait_for(port, path):
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path)
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"nothing listens on port {port}")


def first_run(gateway):
    """Keys, teams, users, models, and requests of every kind."""
    manage = gateway.manage
    manage("/team/new", {"team_id": "blue", "team_alias": "Blue", "max_budget": 40,
                         "budget_duration": "30d", "rpm_limit": 5000})
    manage("/user/new", {"user_id": "ann", "user_email": "ann@example.com", "max_budget": 25.5,
                         "budget_duration": "7d", "auto_create_key": False})
    keys = {}
    for alias, fields in {
        "strict": {"max_budget": 12.25, "budget_duration": "30d", "team_id": "blue",
                   "user_id": "ann", "metadata": {"cost_center": 7}},
        "soft": {"max_budget": 0.5, "budget_mode": "soft", "budget_duration": "24h"},
        "endless": {"max_budget": 100, "team_id": "blue"},
        "free": {"models": [GROUP], "rpm_limit": 6000, "tpm_limit": 100000000},
        "spent": {"max_budget": 0.0000001, "budget_mode": "soft"},
        "blocked": {"max_budget": 3, "blocked": True},
        "admin": {"admin": True},
    }.items():
        keys[alias] = manage("/key/generate", {"key_alias": alias, **fields})["key"]
    azure = f"http://127.0.0.1:{AZURE_PORT}/openai/v1/"
    manage("/model/new", {"model_name": "added", "model_info": {"id": "added-1"},
                          "litellm_params": {"model": "azure_ai/azure-model-router",
                                             "api_base": azure, "api_key": AZURE_KEY}})
    manage("/model/new", {
        "model_name": "own-price", "model_info": {
            "id": "added-2", "input_cost_per_token": 0.000003, "output_cost_per_token": 0.000007},
        "litellm_params": {"model": "azure_ai/my-deployment", "api_base": azure,
                           "tenant_id": "tenant", "client_id": "client",
                           "client_secret": "secret-of-the-upgrade-fixtures"}})
    chat = gateway.chat
    for served in ["gpt-5-nano-2025-08-07", "gpt-4.1-mini-2025-04-14", "grok-4",
                   "gpt-5.6-luna-2026-07-09", "claude-sonnet-4-5", "DeepSeek-V3.2"]:
        for stream in [False, True]:
            chat(f"served={served}", keys["strict"], stream=stream)
    chat("served=gpt-5-mini-2026-02-03", keys["strict"])
    chat("served=gpt-4.1-2026-02-03", keys["endless"], stream=True)
    chat("no-usage,served=gpt-4.1-nano-2025-04-14", keys["soft"])
    chat("no-usage,served=gpt-5-2025-08-07", keys["endless"], stream=True)
    for key in ["strict", "endless", "free"]:
        chat("unknown-model=nobody-knows-it", keys[key], tags=["priced-later", key])
    chat("unknown-model=gpt-7-nova-2027-01-15", keys["strict"], stream=True)
    chat("contradiction", keys["strict"])
    chat("empty-model", keys["strict"])
    chat("service-tier=priority,served=gpt-4.1-2025-04-14", keys["free"])
    for scenario in ["content-filter-prompt", "rate-limited", "server-error", "unavailable-html",
                     "no-answer", "garbage", "cut", "stream-error-first"]:
        chat(scenario, keys["strict"], stream=scenario.startswith("stream"))
    chat("stream-error-late", keys["endless"], stream=True)
    chat("cut=5", keys["endless"], stream=True)
    chat("content-filter-answer", keys["endless"], stream=True)
    chat("slow-chunks=40,served=gpt-5-mini-2025-08-07", keys["strict"], leave=True, stream=True)
    for nth in range(12):
        chat("served=gpt-5-nano-2025-08-07", keys[["strict", "endless", "free"][nth % 3]],
             tags=[f"t{nth % 4}", "ünïcode"], litellm_session_id=f"conversation-{nth % 3}",
             user=f"end-user-{nth % 5}", litellm_metadata={"nth": nth, "wörd": "ja"})
    chat("normal", keys["soft"], model="zone")
    chat("normal", model="added")
    assert chat("normal", keys["spent"]) == 200
    assert chat("normal", keys["spent"]) == 429
    assert chat("normal", keys["blocked"]) == 401
    manage("/key/delete", {"key_aliases": ["free"]})
    gateway.send("POST", "/ui/api/session", {"key": MASTER},
                 headers={"Origin": f"http://127.0.0.1:{GATEWAY_PORT}"})[1].read()
    return keys


def second_run(gateway, keys):
    """Some of it is repriced, and some is in flight when the gateway is killed."""
    done = gateway.manage("/fareway/v1/requests/reprice",
                          {"dry_run": False, "tag": "priced-later"})
    assert done["changed"] == 3, done
    for key in ["strict", "endless"]:
        gateway.chat("slow-chunks=500,served=gpt-5-2025-08-07", keys[key], wait=False, stream=True)
    time.sleep(1)
    gateway.end(signal.SIGKILL)


def third_run(gateway, keys, lock):
    """What is written while the database takes nothing is only in the spool."""
    # What budgets need of the database they take now.
    for key in ["strict", "endless"]:
        assert gateway.chat("served=gpt-5-nano-2025-08-07", keys[key]) == 200
    time.sleep(1)
    unlock = lock()
    for nth in range(6):
        assert gateway.chat("served=gpt-4.1-nano-2025-04-14", keys["strict"], stream=nth % 2 == 0,
                            tags=["only-in-the-spool"]) == 200
    assert gateway.chat("unknown-model=gpt-7-nova-2027-01-15", keys["endless"],
                        tags=["only-in-the-spool"]) == 200
    gateway.chat("slow-chunks=500,served=gpt-5-2025-08-07", keys["endless"], wait=False,
                 stream=True, tags=["only-in-the-spool"])
    gateway.end(signal.SIGKILL)
    unlock()


def sqlite_lock(path):
    def lock():
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        return lambda: connection.close()
    return lock


def postgres_lock(url):
    def lock():
        held = subprocess.Popen(["psql", url, "-qAt"], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, text=True)
        held.stdin.write("BEGIN; LOCK TABLE entries IN EXCLUSIVE MODE; SELECT 'held';\n")
        held.stdin.flush()
        assert held.stdout.readline() == "held\n"

        def unlock():
            held.communicate("ROLLBACK;\n")
        return unlock
    return lock


def pages(gateway):
    """What the version says of its ledger, page by page."""
    found = {}

    def read(path):
        found[path] = json.loads(gateway.read(path))
        return found[path]
    ids = []
    page = read("/fareway/v1/requests?limit=100")
    ids += [row["id"] for row in page["requests"]]
    while page["next"]:
        page = read(f"/fareway/v1/requests?limit=100&before={page['next']}")
        ids += [row["id"] for row in page["requests"]]
    for request in ids:
        read(f"/fareway/v1/requests/{request}")
    for key in read("/key/list?return_full_object=true&size=100")["keys"]:
        read(f"/key/info?key={key['token'] if isinstance(key, dict) else key}")
    for path in ["/team/info?team_id=blue", "/user/info?user_id=ann", "/model/info",
                 "/fareway/v1/reports/p95"]:
        read(path)
    for by in ["served,day", "asked", "deployment", "key", "team", "user", "tag",
               "outcome,cost_status"]:
        read(f"/fareway/v1/reports/spend?by={by}")
    return found


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--gateway", required=True, help="the version's fareway-gateway")
    arguments.add_argument("--emulator", required=True, help="its fareway-emulator")
    arguments.add_argument("--database-url", help="an empty PostgreSQL database; without: SQLite")
    arguments.add_argument("--to", required=True, type=pathlib.Path, help="the fixture's folder")
    options = arguments.parse_args()
    azure = subprocess.Popen([options.emulator, "--port", str(AZURE_PORT), "--key", AZURE_KEY,
                              "--seed", "7", "--deployment", "my-deployment"],
                             stdout=subprocess.DEVNULL)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="fareway-fixture-"))
    try:
        wait_for(AZURE_PORT, "/")
        write(options, folder)
    finally:
        azure.kill()
        Gateway.last.process.kill()
        shutil.rmtree(folder)


def write(options, folder):
    database = folder / "fareway.db"
    url = options.database_url
    lock = postgres_lock(url) if url else sqlite_lock(database)
    gateway = Gateway(options, folder)
    keys = first_run(gateway)
    gateway.end()
    (folder / "ours.json").write_text(json.dumps(OVERLAY, indent=1) + "\n")
    overlay = "pricing:\n  overlay: ours.json\n"
    second_run(Gateway(options, folder, overlay), keys)
    third_run(Gateway(options, folder, overlay), keys, lock)

    to = options.to
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir(parents=True)
    if url:
        dump = subprocess.run(["pg_dump", "--inserts", "--no-owner", "--no-privileges",
                               "--no-comments", url], check=True, capture_output=True, text=True)
        # What newer versions of the tools write and older servers do not know.
        lines = [line for line in dump.stdout.splitlines()
                 if not line.startswith(("--", "\\", "SET transaction_timeout")) and line]
        (to / "dump.sql").write_text("\n".join(lines) + "\n")
    else:
        connection = sqlite3.connect(database)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        shutil.copy(database, to)
    shutil.copy(folder / "ours.json", to)
    (to / "config.yaml").write_text(CONFIG + overlay)
    for file in sorted(folder.glob("*spool*/**/*")):
        if file.is_file() and file.name != "lock":
            kept = to / file.relative_to(folder)
            kept.parent.mkdir(parents=True, exist_ok=True)
            content = file.read_bytes()
            if content.endswith(b"\0"):
                # A segment is allocated in one piece. A row may end with zeros, but not so many.
                content = content.rstrip(b"\0") + bytes(64)
            kept.write_bytes(content)

    gateway = Gateway(options, folder, overlay)
    time.sleep(2)
    told = {"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "keys": keys,
            "pages": pages(gateway)}
    gateway.end()
    lines = [f" {json.dumps(path)}: {json.dumps(page, ensure_ascii=False)}"
             for path, page in told.pop("pages").items()]
    head = json.dumps(told)[:-1]
    (to / "told.json").write_text(head + ', "pages": {\n' + ",\n".join(lines) + "\n}}\n")


if __name__ == "__main__":
    main()
