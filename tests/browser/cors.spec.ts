/** A page of another origin calls the API with a key, once its origin is configured. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, it } from "vitest";
import { environment } from "./environment";
import { KEY } from "./servers";

/** A page of another origin, since the gateway is at 127.0.0.1. */
async function page(): Promise<{ origin: string; close: () => void }> {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<title>App</title>");
  });
  await new Promise<void>((done) => {
    server.listen(0, "127.0.0.1", done);
  });
  return {
    origin: `http://localhost:${String((server.address() as AddressInfo).port)}`,
    close: () => {
      server.close();
    },
  };
}

const [listed, other] = [await page(), await page()];
const env = environment({ settings: `  cors_origins: [${listed.origin}]\n` });
afterAll(() => {
  listed.close();
  other.close();
});

/**
 * Sends a request from within the page: returns its status and a header, or the browser's error.
 */
const chat = (from: string) =>
  env.browser.page.goto(from).then(() =>
    env.browser.page.evaluate(
      async ([url, key]) => {
        try {
          const answer = await fetch(`${url}/v1/chat/completions`, {
            method: "POST",
            headers: {
              authorization: `Bearer ${key}`,
              "content-type": "application/json",
              "x-stainless-lang": "js",
            },
            body: JSON.stringify({
              model: "azure-model-router",
              messages: [{ role: "user", content: "Hi" }],
            }),
          });
          const { model } = (await answer.json()) as { model: string };
          return { status: answer.status, model, id: answer.headers.get("x-fareway-request-id") };
        } catch (error) {
          return String(error);
        }
      },
      [env.servers.url, KEY] as const,
    ),
  );

it("answers a page whose origin is listed", async () => {
  expect(await chat(listed.origin)).toEqual({
    status: 200,
    model: expect.stringMatching(/./) as unknown,
    id: expect.stringMatching(/./) as unknown,
  });
});

it("sends no CORS headers to other origins, so that the browser refuses", async () => {
  expect(await chat(other.origin)).toContain("Failed to fetch");
});
