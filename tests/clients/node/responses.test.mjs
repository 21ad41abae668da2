// The OpenAI SDK for Node, Responses: whole, streamed and parsed, with their costs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { GROUP, checkCost, client } from "./fareway.mjs";

/** The usage under the names that chats have, for the check that is common to both. */
function counted(usage) {
  return { ...usage, prompt_tokens: usage.input_tokens };
}

test("an answer has its model and its cost", async () => {
  const answer = await client().responses.create({ model: GROUP, input: "Hello!" });
  assert.equal(answer.status, "completed");
  assert.ok(answer.output_text);
  assert.notEqual(answer.model, GROUP);
  checkCost(counted(answer.usage));
});

test("a stream ends with usage and cost", async () => {
  const events = [];
  const stream = await client().responses.create({ model: GROUP, input: "Tell me a story.", stream: true });
  for await (const event of stream) events.push(event);
  assert.equal(events[0].type, "response.created");
  const last = events.at(-1);
  assert.equal(last.type, "response.completed");
  checkCost(counted(last.response.usage));
});

test("the SDK's accumulated response has the cost", async () => {
  const stream = client().responses.stream({ model: GROUP, input: "Hello!" });
  const answer = await stream.finalResponse();
  assert.ok(answer.output_text);
  checkCost(counted(answer.usage));
});

test("a parsed answer", async () => {
  const schema = {
    type: "object",
    properties: { title: { type: "string" } },
    required: ["title"],
    additionalProperties: false,
  };
  const format = { type: "json_schema", name: "step", strict: true, schema };
  const answer = await client().responses.parse({ model: GROUP, input: "One step.", text: { format } });
  assert.equal(typeof JSON.parse(answer.output_text).title, "string");
  checkCost(counted(answer.usage));
});

test("a stream that is cut is an error", async () => {
  const stream = await client().responses.create({ model: GROUP, input: "[[scenario:cut=6]]", stream: true });
  await assert.rejects(async () => {
    for await (const event of stream) assert.ok(event);
  }, /incomplete/);
});

test("a refusal within a stream is raised as one", async () => {
  for (const form of ["failed", "flat", "nested"]) {
    const input = `[[scenario:stream-error-first,error-envelope=${form}]]`;
    const asking = client().responses.create({ model: GROUP, input, stream: true });
    await assert.rejects(asking, (error) => error.status === 429, form);
  }
});
