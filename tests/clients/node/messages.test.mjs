// The Anthropic SDK for TypeScript: messages whole and streamed, tools, counts and errors.

import assert from "node:assert/strict";
import { test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import { key, url } from "./fareway.mjs";

const CLAUDE = "claude-sonnet-5";

const claude = (options = {}) =>
  new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0, timeout: 30_000, ...options });

const WEATHER = {
  name: "weather",
  description: "The weather in a city",
  input_schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};

function asking(text, options = {}) {
  const messages = [{ role: "user", content: text }];
  return { model: CLAUDE, max_tokens: 500, messages, ...options };
}

/** The cost is exact, and the same as text and as a number. */
function checkCost(usage) {
  assert.equal(usage.cost_details.status, "exact");
  assert.ok(usage.cost > 0);
  assert.equal(usage.cost, Number(usage.cost_details.total));
}

test("an answer has its model and its cost", async () => {
  const answer = await claude().messages.create(asking("Hello!"));
  assert.ok(answer.content[0].text);
  assert.match(answer.model, /^claude-/);
  checkCost(answer.usage);
});

test("a stream has its text, and its cost in the last report", async () => {
  const events = [];
  const stream = await claude().messages.create(asking("Tell me a story.", { stream: true }));
  for await (const event of stream) events.push(event);
  assert.equal(events.at(-1).type, "message_stop");
  checkCost(events.findLast((event) => event.type === "message_delta").usage);
  const answer = await claude().messages.stream(asking("Tell me a story.")).finalMessage();
  assert.equal(answer.stop_reason, "end_turn");
  assert.ok(answer.content[0].text);
});

test("a tool and its result", async () => {
  const options = { tools: [WEATHER] };
  const answer = await claude().messages.stream(asking("How is it in Oslo?", options)).finalMessage();
  const call = answer.content.find((block) => block.type === "tool_use");
  assert.equal(typeof call.input.city, "string");
  const messages = [
    { role: "user", content: "How is it in Oslo?" },
    { role: "assistant", content: answer.content },
    { role: "user", content: [{ type: "tool_result", tool_use_id: call.id, content: "sunny" }] },
  ];
  const said = await claude().messages.create(asking("", { ...options, messages }));
  assert.equal(said.content[0].type, "text");
  checkCost(said.usage);
});

test("tokens are counted", async () => {
  const { model, messages } = asking("Hello!");
  const count = await claude().messages.countTokens({ model, messages });
  assert.ok(count.input_tokens > 0);
});

test("errors are the SDK's own", async () => {
  const refused = (client, request) => client.messages.create(request).then(assert.fail, (error) => error);
  const unknown = await refused(claude(), asking("Hello!", { model: "nobody" }));
  assert.ok(unknown instanceof Anthropic.NotFoundError);
  assert.equal(unknown.error.error.type, "not_found_error");
  const wrong = await refused(claude({ apiKey: "sk-wrong" }), asking("Hello!"));
  assert.ok(wrong instanceof Anthropic.AuthenticationError);
  const overloaded = await refused(claude(), asking("[[scenario:stream-error]]", { stream: true }));
  assert.equal(overloaded.status, 529);
  const bearer = claude({ apiKey: null, authToken: key });
  assert.ok((await bearer.messages.create(asking("Hello!"))).content);
});

test("a stream that is cut is an error", async () => {
  const stream = await claude().messages.create(asking("[[scenario:cut=6]]", { stream: true }));
  await assert.rejects(async () => {
    for await (const event of stream) assert.ok(event);
  }, /incomplete/);
});
