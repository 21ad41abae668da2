/** Budgets are never parsed as floats. */
import { expect, it } from "vitest";
import { parseExact, withoutExponent } from "./exactJson";

it("keeps every digit of money, and leaves other numbers alone", () => {
  expect(
    parseExact(
      '{"spend":12345.678901234567,"held":0.000000000001,"left":-1e-3,"max_budget":null,"rpm_limit":6000}',
    ),
  ).toEqual({
    spend: "12345.678901234567",
    held: "0.000000000001",
    left: "-0.001",
    max_budget: null,
    rpm_limit: 6000,
  });
});
it.each([
  ["5e-8", "0.00000005"],
  ["1.25E2", "125"],
  ["1.5e0", "1.5"],
  ["-1e-3", "-0.001"],
  ["0", "0"],
])("writes %s as %s", (given, written) => {
  expect(withoutExponent(given)).toBe(written);
});
