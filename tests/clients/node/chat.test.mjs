// The OpenAI SDK for Node, whole answers: text, tools, pictures, given forms, headers, cost.

import assert from "node:assert/strict";
import { test } from "node:test";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";
import { AzureOpenAI } from "openai";
import { GROUP, chat, checkCost, client, key, url } from "./fareway.mjs";

const WEATHER = {
  type: "function",
  function: {
    name: "get_weather",
    description: "The weather in a city, now",
    parameters: {
      type: "object",
      properties: { city: { type: "string" } },
      required: ["city"],
      additionalProperties: false,
    },
  },
};

// A red dot of one pixel.
const PICTURE =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmM" +
  "IQAAAABJRU5ErkJggg==";

const HELLO = [{ role: "user", content: "Hello!" }];

test("an answer says which model served and what it cost", async () => {
  const answer = await chat("What is the capital of France?");
  assert.ok(answer.choices[0].message.content);
  assert.notEqual(answer.model, GROUP);
  assert.ok(answer.model.startsWith(answer.usage.cost_details.price_id.split("/")[0]));
  checkCost(answer.usage);
});

test("headers tell the same as the body", async () => {
  const asked = client().chat.completions.create({ model: GROUP, messages: HELLO });
  const { data, response } = await asked.withResponse();
  const details = data.usage.cost_details;
  assert.ok(response.headers.get("x-fareway-request-id"));
  assert.equal(response.headers.get("x-fareway-served-model"), data.model);
  assert.equal(response.headers.get("x-fareway-cost-status"), "exact");
  assert.equal(response.headers.get("x-fareway-cost-usd"), details.total);
  assert.equal(response.headers.get("x-fareway-routing-fee-usd"), details.routing_fee);
});

for (const base of ["", "/v1", "/v1/", "/openai/v1/"]) {
  test(`the base URL may end in "${base}"`, async () => {
    const answer = await client({ baseURL: url + base }).chat.completions.create({
      model: GROUP,
      messages: HELLO,
    });
    assert.ok(answer.choices[0].message.content);
  });
}

test("the AzureOpenAI class", async () => {
  const azure = new AzureOpenAI({ endpoint: url, apiKey: key, apiVersion: "2024-10-21", maxRetries: 0 });
  const answer = await azure.chat.completions.create({ model: GROUP, messages: HELLO });
  assert.ok(answer.choices[0].message.content);
  checkCost(answer.usage);
});

test("a tool is called and its result answered", async () => {
  const question = { role: "user", content: "What is the weather in Paris?" };
  const asking = await chat("", { messages: [question], tools: [WEATHER] });
  assert.equal(asking.choices[0].finish_reason, "tool_calls");
  const [call] = asking.choices[0].message.tool_calls;
  assert.equal(call.function.name, "get_weather");
  assert.ok("city" in JSON.parse(call.function.arguments));
  checkCost(asking.usage);

  const result = { role: "tool", tool_call_id: call.id, content: '{"celsius": 21}' };
  const messages = [question, asking.choices[0].message, result];
  const answer = await chat("", { messages, tools: [WEATHER] });
  assert.ok(answer.choices[0].message.content);
  checkCost(answer.usage);
});

test("the SDK's own loop runs tools to the end", async () => {
  let asked = 0;
  const weather = (_arguments) => {
    asked += 1;
    return '{"celsius": 21}';
  };
  const run = client().chat.completions.runTools({
    model: GROUP,
    messages: [{ role: "user", content: "What is the weather in Paris?" }],
    tools: [{ type: "function", function: { ...WEATHER.function, function: weather, parse: JSON.parse } }],
  });
  assert.ok(await run.finalContent());
  assert.equal(asked, 1);
});

test("a picture is sent along", async () => {
  const content = [
    { type: "text", text: "What is in this picture?" },
    { type: "image_url", image_url: { url: PICTURE } },
  ];
  const answer = await chat("", { messages: [{ role: "user", content }] });
  assert.ok(answer.choices[0].message.content);
  checkCost(answer.usage);
});

test("an answer in the caller's own form", async () => {
  const Invitation = z.object({ title: z.string(), guests: z.array(z.string()), adults: z.boolean() });
  const answer = await client().chat.completions.parse({
    model: GROUP,
    messages: [{ role: "user", content: "Invite Ada and Grace to a party." }],
    response_format: zodResponseFormat(Invitation, "invitation"),
  });
  assert.equal(typeof answer.choices[0].message.parsed.title, "string");
  checkCost(answer.usage);
});

test("the list of models", async () => {
  const ids = [];
  for await (const model of client().models.list()) ids.push(model.id);
  assert.ok(ids.includes(GROUP));
});

test("Azure's client asks with an empty model and a virtual key", async () => {
  const made = await fetch(`${url}/key/generate`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ max_budget: 5 }),
  });
  const { key: virtual } = await made.json();
  const azure = new AzureOpenAI({
    endpoint: url, deployment: GROUP, apiKey: virtual, apiVersion: "2024-10-21", maxRetries: 0,
  });
  checkCost((await azure.chat.completions.create({ model: "", messages: HELLO })).usage);
  const stream = await azure.chat.completions.create({ model: "", messages: HELLO, stream: true });
  let text = "";
  for await (const chunk of stream) text += chunk.choices[0]?.delta?.content ?? "";
  assert.ok(text);
});
