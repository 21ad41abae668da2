/** Periods of usage reports. */
import { expect, it } from "vitest";
import { before, daysOf, periodOf, periodText, tooLong, zoneOf } from "./period";

const NOW = new Date("2026-11-25T23:59:00Z");
it("counts today among the days", () => {
  expect(periodOf({ range: "7d" }, NOW)).toEqual({
    from: "2026-11-19",
    to: "2026-11-25",
    tz: "UTC",
  });
  expect(daysOf(periodOf({ range: "7d" }, NOW)).length).toBe(7);
});
it("takes no days for days that are none", () => {
  expect(periodOf({ from: "x", to: "2026-11-25" }, NOW).from).toBe("2026-10-27");
  expect(periodOf({ from: "2026-11-26", to: "2026-11-25" }, NOW).from).toBe("2026-10-27");
});
it("goes right before", () => {
  expect(before({ from: "2026-03-01", to: "2026-03-07", tz: "Asia/Tokyo" }, NOW)).toEqual({
    from: "2026-02-22",
    to: "2026-02-28",
    tz: "Asia/Tokyo",
  });
});
it.each([
  // A finished period is compared as a whole, an unfinished one up to the same time.
  [
    "2026-11-19",
    "2026-11-25",
    "UTC",
    "2026-11-12",
    "2026-11-18T23:59",
    "12 Nov 2026 – 18 Nov 2026, 23:59",
  ],
  [
    "2026-11-19",
    "2026-11-25",
    "Asia/Kolkata",
    "2026-11-12",
    "2026-11-18",
    "12 Nov 2026 – 18 Nov 2026",
  ],
  [
    "2026-11-26",
    "2026-11-26",
    "Asia/Kolkata",
    "2026-11-25",
    "2026-11-25T05:29",
    "25 Nov 2026, 05:29",
  ],
  [
    "2026-11-24",
    "2026-11-27",
    "UTC",
    "2026-11-20",
    "2026-11-21T23:59",
    "20 Nov 2026 – 21 Nov 2026, 23:59",
  ],
])("compares %s to %s in %s with as much of the days before", (from, to, tz, first, end, words) => {
  const period = before({ from, to, tz }, NOW);
  expect(period).toEqual({ from: first, to: end, tz });
  expect(periodText(period)).toBe(words);
});
it("knows how many days can be told", () => {
  expect(tooLong({ from: "2025-11-25", to: "2026-11-25", tz: "Asia/Tokyo" })).toBe(false);
  expect(tooLong({ from: "2025-11-24", to: "2026-11-25", tz: "Asia/Tokyo" })).toBe(true);
  expect(tooLong({ from: "2016-11-26", to: "2026-11-26", tz: "UTC" })).toBe(false);
  // Ten years in UTC, and never millions of days.
  expect(tooLong({ from: "2016-11-25", to: "2026-11-26", tz: "UTC" })).toBe(true);
  expect(tooLong({ from: "0001-01-01", to: "2026-11-26", tz: "UTC" })).toBe(true);
});
it("knows that it is another day elsewhere", () => {
  expect(periodOf({ range: "7d", tz: "Asia/Kolkata" }, NOW)).toEqual({
    from: "2026-11-20",
    to: "2026-11-26",
    tz: "Asia/Kolkata",
  });
  expect(zoneOf({ tz: "Atlantis" })).toBe("UTC");
});
