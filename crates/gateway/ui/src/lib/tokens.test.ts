/** Token counts are grouped, shortened and shared honestly. */
import { expect, it } from "vitest";
import { cachedShare, formatTokens, formatTokensShort } from "./tokens";

it("groups digits", () => {
  expect(formatTokens(1_234_567)).toBe("1,234,567");
});
it.each([
  [0, "0"],
  [950, "950"],
  [1_000, "1k"],
  [12_345, "12.3k"],
  [999_999, "999k"],
  [4_567_000, "4.56M"],
])("shortens %d", (count, shown) => {
  expect(formatTokensShort(count)).toBe(shown);
});
it("says all or nothing of the cache only when it is so", () => {
  expect(cachedShare(0, 0)).toBeNull();
  expect(cachedShare(1, 10_000)).toBe(1);
  expect(cachedShare(9_999, 10_000)).toBe(99);
  expect(cachedShare(10, 10)).toBe(100);
});
