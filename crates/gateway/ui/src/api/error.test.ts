/** Error messages come from the gateway, whatever the shape of its response. */
import { expect, it } from "vitest";
import { apiError, messageOf, unwrap } from "./error";

it("reads OpenAI's shape", () => {
  const error = apiError(429, { error: { message: "Too many.", code: "rate_limit_exceeded" } });
  expect([error.message, error.status, error.code]).toEqual([
    "Too many.",
    429,
    "rate_limit_exceeded",
  ]);
});
it.each([null, "x", {}, { error: {} }, { error: { message: 1 } }])("makes do with %j", (body) => {
  expect(apiError(502, body).message).toBe("The gateway returned status 502.");
});
it("tells when nobody answers", () => {
  expect(messageOf(new TypeError("x"))).toMatch(/cannot be reached/);
});
it("throws what was refused", async () => {
  const refused = {
    error: { error: { message: "No." } },
    response: new Response(null, { status: 403 }),
  };
  await expect(unwrap(Promise.resolve(refused))).rejects.toThrow("No.");
});
