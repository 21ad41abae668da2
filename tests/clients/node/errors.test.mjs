// The OpenAI SDK for Node: each thing that can go wrong is the SDK's own error for it.

import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import { GROUP, chat, client } from "./fareway.mjs";

const HELLO = [{ role: "user", content: "Hello!" }];

async function drain(stream) {
  for await (const chunk of await stream) assert.ok(chunk);
}

test("a wrong key", async () => {
  const asked = client({ apiKey: "sk-wrong" }).chat.completions.create({ model: GROUP, messages: HELLO });
  await assert.rejects(asked, OpenAI.AuthenticationError);
});

test("an unknown model group", async () => {
  const asked = client().chat.completions.create({ model: "no-such-group", messages: HELLO });
  await assert.rejects(asked, (error) => {
    assert.ok(error instanceof OpenAI.NotFoundError);
    assert.equal(error.code, "model_not_found");
    return true;
  });
});

test("a filtered prompt", async () => {
  await assert.rejects(chat("[[scenario:content-filter-prompt]] Hello!"), (error) => {
    assert.ok(error instanceof OpenAI.BadRequestError);
    assert.equal(error.code, "content_filter");
    return true;
  });
});

test("a rate limit says when to come back", async () => {
  await assert.rejects(chat("[[scenario:rate-limited=7]] Hello!"), (error) => {
    assert.ok(error instanceof OpenAI.RateLimitError);
    assert.equal(error.headers.get("retry-after"), "7");
    return true;
  });
});

test("the SDK comes back by itself", async () => {
  const content = "[[scenario:rate-limited-times=5]] Hello from Node!";
  const answer = await client({ maxRetries: 5 }).chat.completions.create({
    model: GROUP,
    messages: [{ role: "user", content }],
  });
  assert.ok(answer.choices[0].message.content);
});

for (const scenario of ["server-error", "unavailable", "unavailable-html"]) {
  test(`a broken Azure: ${scenario}`, async () => {
    await assert.rejects(chat(`[[scenario:${scenario}]] Hello!`), OpenAI.InternalServerError);
  });
}

for (const scenario of ["stream-error", "stream-error-late", "cut=5"]) {
  test(`a stream that breaks: ${scenario}`, async () => {
    await assert.rejects(drain(chat(`[[scenario:${scenario}]] Hello!`, { stream: true })), OpenAI.APIError);
  });
}
