/** Sums and chart series of usage reports. */
import { expect, it } from "vitest";
import type { SpendRow } from "../../api/reports";
import { picodollars } from "../../lib/money";
import {
  average,
  byName,
  cachedPart,
  changeText,
  FEE,
  OTHERS,
  seriesOf,
  slicesOf,
  spentIn,
} from "./spend";

const row = (
  day: string,
  served: string,
  known: string,
  fee: string,
  unpriced = 0,
  cost: string | null = known,
) =>
  ({
    day,
    served,
    requests: 2,
    unpriced_requests: unpriced,
    prompt_tokens: 10,
    cached_tokens: 5,
    cache_write_tokens: 0,
    output_tokens: 1,
    cost_usd: cost,
    known_usd: known,
    routing_fee_usd: fee,
    charged_usd: known,
  }) as SpendRow;
it("gives the routing fee a slice of its own, and the small ones one together", () => {
  // The largest have slices, in whatever order they are given.
  const parts = ["a", "b", "c", "d", "e", "f", "g", "h", "i"].map((name) => ({
    name,
    part: name === "b" ? 0n : name === "i" ? 9n : 2n,
  }));
  expect(slicesOf(parts, 3n).map(({ name, part }) => [name, part])).toEqual([
    ["i", 9n],
    ["a", 2n],
    ["c", 2n],
    ["d", 2n],
    ["e", 2n],
    ["f", 2n],
    [OTHERS, 4n],
    [FEE, 3n],
  ]);
});
it("sums exactly and keeps the fee apart", () => {
  const rows = [
    row("2026-11-24", "a", "0.1", "0.01"),
    row("2026-11-25", "a", "0.2", "0.02"),
    row("2026-11-25", "b", "0.000000000001", "0"),
  ];
  expect(
    byName(rows, ({ served }) => served ?? null).map(({ name, known }) => [name, known]),
  ).toEqual([
    ["a", 300_000_000_000n],
    ["b", 1n],
  ]);
  const data = seriesOf(rows, ["2026-11-23", "2026-11-24", "2026-11-25"], ["a", "b", FEE]);
  expect(data).toEqual([
    { day: "2026-11-23", a: 0, b: 0, [FEE]: 0 },
    { day: "2026-11-24", a: 90e9, b: 0, [FEE]: 10e9 },
    { day: "2026-11-25", a: 180e9, b: 1, [FEE]: 20e9 },
  ]);
});
it("has no average where nothing is priced", () => {
  expect(average(spentIn("a", row("d", "a", "0.000003", "0", 2, null)))).toBeNull();
  expect(average(spentIn("a", row("d", "a", "0.000004", "0")))).toBe(picodollars(2_000_000n));
});
it("has no share of a sum of tokens that is more than can be held", () => {
  expect(cachedPart(spentIn("a", row("d", "a", "1", "0")))).toBe(50);
  const beyond = {
    ...row("d", "a", "1", "0"),
    prompt_tokens: 9223372036854775807,
    tokens_at_least: true,
  };
  expect(cachedPart(spentIn("a", beyond))).toBeNull();
  // The same for two rows with one name.
  expect(
    byName([row("d", "a", "1", "0"), beyond], ({ served }) => served ?? null).map(cachedPart),
  ).toEqual([null]);
});
it("leaves what is known of an unpriced request out of the average", () => {
  expect(average(spentIn("a", row("d", "a", "0.000009", "0.000005", 1, "0.000004")))).toBe(
    picodollars(4_000_000n),
  );
});
it.each([
  [5n, null, "nothing before"],
  [5n, 0n, "nothing before"],
  [100n, 100n, "unchanged"],
  [150n, 100n, "▲ 50% more"],
  [0n, 3n, "▼ 100% less"],
  // A small change is not zero: $10,000 and $9.99 more, or less.
  [1_000_999n, 1_000_000n, "▲ less than 0.1% more"],
  [999_001n, 1_000_000n, "▼ less than 0.1% less"],
  [1_001_000n, 1_000_000n, "▲ 0.1% more"],
])("compares %s with %s before", (now, then, said) => {
  expect(changeText(now, then)).toBe(said);
});
