/** A limit of zero is a limit. */
import { expect, it } from "vitest";
import { limitsOf } from "./limits";

it("tells limits short and in full", () => {
  expect(limitsOf({ rpm_limit: 6000, tpm_limit: 1_000_000, max_parallel_requests: 4 })).toEqual({
    short: "6k req · 1M tok · 4 at a time",
    full: "6,000 requests a minute, 1,000,000 tokens a minute, 4 requests at a time",
  });
  expect(limitsOf({ rpm_limit: 0, tpm_limit: null, max_parallel_requests: null })).toEqual({
    short: "0 req",
    full: "0 requests a minute",
  });
  expect(limitsOf({ rpm_limit: null, tpm_limit: null, max_parallel_requests: null }).full).toBe("");
});
