"""Claude Code as npm has it: a task with several calls of tools, each request of it in the ledger."""

import json
import os
import subprocess
import time
from decimal import Decimal
from pathlib import Path

import pytest

CLAUDE = "claude-sonnet-5"
PROGRAM = Path(__file__).parent.parent / "claude-code/node_modules/.bin/claude"


@pytest.fixture
def claude(url, new_key, tmp_path):
    """Runs one task in an empty folder, with a key of its own and no account."""

    def run(prompt, calls):
        key = new_key()
        work, home = tmp_path / "work", tmp_path / "home"
        work.mkdir()
        home.mkdir()
        variables = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "ANTHROPIC_BASE_URL": url,
            "ANTHROPIC_AUTH_TOKEN": key,
            "ANTHROPIC_MODEL": CLAUDE,
            "ANTHROPIC_DEFAULT_HAIKU_MODEL": CLAUDE,
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "DISABLE_AUTOUPDATER": "1",
        }
        # The emulator's model makes these calls, one after the other.
        text = f"{prompt} [[calls:{json.dumps(calls)}]]"
        options = ["--allowedTools", "Bash,Write", "--output-format", "json"]
        done = subprocess.run(
            [PROGRAM, "-p", text, *options],
            cwd=work,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout), work, key

    return run


def entries(manage, key):
    """The requests of a key, once all are settled."""
    key_id = manage("/key/info", key=key)["info"]["token"]
    for _ in range(100):
        found = manage("/fareway/v1/requests", key=key_id)["requests"]
        if found and all(one["outcome"] != "open" for one in found):
            return found
        time.sleep(0.1)
    raise AssertionError("the requests were never settled")


def test_a_task_with_several_calls_of_tools(claude, manage, tmp_path):
    # The tool takes absolute paths only.
    file = str(tmp_path / "work/b.txt")
    calls = [
        {"name": "Bash", "input": {"command": "echo hello > a.txt", "description": "Write"}},
        {"name": "Write", "input": {"file_path": file, "content": "by a tool"}},
        {"name": "Bash", "input": {"command": "cat a.txt", "description": "Read"}},
    ]
    answer, work, key = claude("Write two files.", calls)
    assert answer["subtype"] == "success" and not answer["is_error"]
    assert answer["num_turns"] == len(calls) + 1
    assert (work / "a.txt").read_text() == "hello\n"
    assert (work / "b.txt").read_text() == "by a tool"
    found = entries(manage, key)
    assert len(found) >= len(calls) + 1
    assert {(one["asked"], one["outcome"], one["cost_status"]) for one in found} == {
        (CLAUDE, "completed", "exact")
    }
    # What it reckons itself, at the list price, is what the ledger has.
    total = sum(Decimal(one["cost"]) for one in found)
    assert float(total) == pytest.approx(answer["total_cost_usd"])
