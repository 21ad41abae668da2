// The OpenAI SDK for Node, streams: the same words, the usage, and its cost.

import assert from "node:assert/strict";
import { test } from "node:test";
import { GROUP, chat, checkCost, client } from "./fareway.mjs";

const WITH_USAGE = { include_usage: true };

async function all(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

function text(chunks) {
  return chunks.flatMap((chunk) => chunk.choices.map((choice) => choice.delta?.content ?? "")).join("");
}

test("a stream with usage ends with usage and cost", async () => {
  const chunks = await all(await chat("Tell me a story.", { stream: true, stream_options: WITH_USAGE }));
  assert.ok(text(chunks));
  const last = chunks.at(-1);
  assert.deepEqual(last.choices, []);
  checkCost(last.usage);
  assert.ok(last.model.startsWith(last.usage.cost_details.price_id.split("/")[0]));
});

test("a stream without usage shows none", async () => {
  const chunks = await all(await chat("Tell me a story.", { stream: true }));
  assert.ok(text(chunks));
  assert.ok(chunks.every((chunk) => chunk.usage == null));
});

test("the SDK's accumulated answer has the cost", async () => {
  const stream = client().chat.completions.stream({
    model: GROUP,
    messages: [{ role: "user", content: "Hello!" }],
    stream_options: WITH_USAGE,
  });
  const answer = await stream.finalChatCompletion();
  assert.ok(answer.choices[0].message.content);
  checkCost(answer.usage);
});

test("a reader may stop early", async () => {
  const stream = await chat("Tell me a long story.", { stream: true });
  for await (const chunk of stream) {
    assert.ok(chunk);
    break;
  }
  const answer = await chat("Hello!");
  assert.ok(answer.choices[0].message.content);
});

test("a stream byte by byte gives the same words", async () => {
  const prompt = "Grüße! [[scenario:chunking=1,served=gpt-4.1-mini-2025-04-14]]";
  const whole = await chat(prompt);
  const chunks = await all(await chat(prompt, { stream: true }));
  assert.equal(text(chunks), whole.choices[0].message.content);
});
