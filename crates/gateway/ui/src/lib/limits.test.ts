/** A limit of zero is a limit. */
import { expect, it } from "vitest";
import { limitsOf } from "./limits";

it("tells limits short and in full", () => {
  expect(limitsOf({ rpm_limit: 6000, tpm_limit: 1_000_000, max_parallel_requests: 4 })).toEqual({
    short: "6k req · 1M tok · 4 concurrent",
    full: "6,000 requests per minute, 1,000,000 tokens per minute, 4 concurrent requests",
  });
  expect(limitsOf({ rpm_limit: 0, tpm_limit: null, max_parallel_requests: null })).toEqual({
    short: "0 req",
    full: "0 requests per minute",
  });
  expect(limitsOf({ rpm_limit: null, tpm_limit: null, max_parallel_requests: null }).full).toBe("");
});
