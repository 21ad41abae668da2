/** Events are parsed however they are split, and only parameters that are set are sent. */
import { expect, it } from "vitest";
import { bodyOf, dataOf } from "./chat";

const text = 'data: {"a":"é"}\n\n: comment\n\ndata: two\r\n\r\ndata:3\r\rdata: [DONE]\n\n';

it.each([1, 2, 3, 7, 1000])("reads events in pieces of %i bytes", async (size) => {
  const bytes = new TextEncoder().encode(text);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let place = 0; place < bytes.length; place += size)
        controller.enqueue(bytes.slice(place, place + size));
      controller.close();
    },
  });
  const found: string[] = [];
  for await (const data of dataOf(body)) found.push(data);
  expect(found).toEqual(['{"a":"é"}', "two", "3", "[DONE]"]);
});

it("leaves out what is not set", () => {
  const messages = [{ role: "user" as const, content: "hi" }];
  expect(
    bodyOf({
      group: "g",
      messages,
      parameters: { temperature: "", maxTokens: "", effort: "", stream: false },
    }),
  ).toEqual({ model: "g", messages });
  expect(
    bodyOf({
      group: "g",
      messages,
      parameters: { temperature: "0", maxTokens: "5", effort: "low", stream: true },
    }),
  ).toEqual({
    model: "g",
    messages,
    temperature: 0,
    max_completion_tokens: 5,
    reasoning_effort: "low",
    stream: true,
    stream_options: { include_usage: true },
  });
});
