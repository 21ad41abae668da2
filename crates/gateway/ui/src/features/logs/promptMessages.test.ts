/** Stored prompts are shown as messages with roles, and nothing is lost. */
import { expect, it } from "vitest";
import { messagesIn } from "./promptMessages";

it("reads roles and texts", () => {
  expect(messagesIn('[{"role":"user","content":"<b>Hi</b>"}]')).toEqual([
    { role: "user", text: "<b>Hi</b>" },
  ]);
});
it("shows what is more than text as JSON", () => {
  expect(messagesIn('[{"role":"user","content":[{"type":"image_url"}]}]')[0]?.text).toContain(
    "image_url",
  );
});
it("shows a prompt that was cut as it is", () => {
  expect(messagesIn('[{"role":"us')).toEqual([{ role: "prompt", text: '[{"role":"us' }]);
});
