/** Times are formatted the way people say them. */
import { expect, it } from "vitest";
import { formatAbsolute, formatDuration, formatRelative } from "./time";

const now = new Date("2026-11-25T12:00:00Z");
it.each([
  ["2026-11-25T11:59:55Z", "just now"],
  ["2026-11-25T11:59:15Z", "45 s ago"],
  ["2026-11-25T11:00:01Z", "59 min ago"],
  ["2026-11-25T09:00:00Z", "3 h ago"],
  ["2026-11-24T11:00:00Z", "1 day ago"],
  ["2026-11-25T15:00:00Z", "in 3 h"],
])("%s is %s", (at, shown) => {
  expect(formatRelative(new Date(at), now)).toBe(shown);
});
it.each([
  [0.2, "<1 ms"],
  [840, "840 ms"],
  [999.7, "1.00 s"],
  [1_240, "1.24 s"],
  [9_996, "10.0 s"],
  [59_960, "1 min 0 s"],
  [125_000, "2 min 5 s"],
])("%d ms is %s", (duration, shown) => {
  expect(formatDuration(duration)).toBe(shown);
});
it("is absolute on demand", () => {
  expect(formatAbsolute(now, "UTC")).toBe("25 Nov 2026, 12:00:00.000 UTC");
});
