// What every suite needs: where the gateway is, its key, and a client as a user would make it.
// `cargo xtask test --clients` starts an emulator and a gateway and sets the variables read here.

import assert from "node:assert/strict";
import OpenAI from "openai";

export const GROUP = "azure-model-router";

export const url = variable("FAREWAY_URL");
export const key = variable("FAREWAY_KEY");

/** The SDK; no retries, so that each test sees what the gateway said. */
export function client(options = {}) {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0, timeout: 30_000, ...options });
}

/** One question to the model group, as the SDK sends it. */
export function chat(text, options = {}) {
  const messages = options.messages ?? [{ role: "user", content: text }];
  return client().chat.completions.create({ ...options, model: GROUP, messages });
}

/** The cost in a usage object: exact parts that sum to the total, and the same as a number. */
export function checkCost(usage) {
  const details = usage.cost_details;
  assert.equal(details.status, "exact");
  assert.equal(details.currency, "USD");
  const names = ["uncached_input", "cached_input", "cache_write", "output", "routing_fee"];
  const parts = names.map((name) => picodollars(details[name] ?? "0"));
  const total = parts.reduce((sum, part) => sum + part, 0n);
  assert.equal(total, picodollars(details.total));
  assert.ok(total > 0n);
  assert.equal(picodollars(details.routing_fee), BigInt(usage.prompt_tokens) * 140_000n);
  assert.equal(usage.cost, Number(details.total));
}

/** A decimal text as whole picodollars (1e-12), without a float on the way. */
function picodollars(text) {
  const [whole, decimals = ""] = text.split(".");
  assert.ok(decimals.length <= 12, `${text} is finer than a picodollar`);
  return BigInt(whole + decimals.padEnd(12, "0"));
}

function variable(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run \`cargo xtask test --clients\``);
  return value;
}
