/** Money keeps every digit, and a positive amount is never shown as zero. */
import { describe, expect, it } from "vitest";
import {
  formatFull,
  formatShort,
  formatShortCut,
  parseUsd,
  percentOf,
  picodollars,
  sum,
} from "./money";

const short = (text: string) => formatShort(parseUsd(text));

/** Amounts of all sizes, the same ones in every run. */
function* amounts(): Generator<bigint> {
  let seed = 20n;
  for (let round = 0; round < 5_000; round += 1) {
    seed = (seed * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n;
    yield (seed % 10n ** BigInt(1 + (round % 19))) * (round % 7 === 0 ? -1n : 1n);
  }
}

describe("parsing", () => {
  it.each([
    ["0.00057312", 573_120_000n],
    ["12345.67", 12_345_670_000_000_000n],
    ["-1", -(10n ** 12n)],
    ["0.000000000001", 1n],
    ["1.0000000000000", 10n ** 12n],
  ])("reads %s", (text, count) => {
    expect(parseUsd(text)).toBe(count);
  });
  it.each(["", "1e-7", "$1", ".5", "1.", "NaN", "1,000", "0.0000000000001", " 1"])(
    "refuses %j",
    (text) => {
      expect(() => parseUsd(text)).toThrow(RangeError);
    },
  );
  it("keeps what formatFull writes", () => {
    for (const count of amounts()) {
      const text = formatFull(picodollars(count)).replaceAll(/[$,]/g, "").replace("−", "-");
      expect(parseUsd(text)).toBe(count);
    }
  });
});

describe("short form", () => {
  it.each([
    ["0.000000561", "$0.000000561"],
    ["0.00043", "$0.00043"],
    ["12345.67", "$12,345.67"],
    ["0", "$0.00"],
    ["0.5", "$0.50"],
    ["0.1234", "$0.123"],
    ["0.00057312", "$0.000573"],
    ["0.9996", "$1.00"],
    ["1.005", "$1.01"],
    ["0.000000000001", "$0.000000000001"],
    ["1234567.891", "$1,234,567.89"],
    ["-0.00057312", "−$0.000573"],
  ])("of %s is %s", (text, shown) => {
    expect(short(text)).toBe(shown);
  });

  it("is never zero nor scientific for something, and within half a percent", () => {
    for (const count of amounts()) {
      const shown = formatShort(picodollars(count));
      expect(shown).toMatch(/^−?\$\d{1,3}(,\d{3})*\.\d{2,12}$/);
      const back = parseUsd(shown.replaceAll(/[$,]/g, "").replace("−", "-"));
      const off = back > count ? back - count : count - back;
      expect(off * 200n <= (count < 0n ? -count : count)).toBe(true);
    }
  });
});

it("never tells more of what is left than there is", () => {
  expect(
    ["3.9999", "0.99996", "0.0005739", "4", "0"].map((text) => formatShortCut(parseUsd(text))),
  ).toEqual(["$3.99", "$0.999", "$0.000573", "$4.00", "$0.00"]);
  for (const count of amounts()) {
    if (count <= 0n) continue;
    const back = parseUsd(formatShortCut(picodollars(count)).replaceAll(/[$,]/g, ""));
    expect(back > 0n && back <= count).toBe(true);
  }
});

it("sums and shares exactly", () => {
  expect(sum([parseUsd("0.1"), parseUsd("0.2")])).toBe(parseUsd("0.3"));
  expect(percentOf(1n, 3n)).toBe(33.33);
  expect(percentOf(1n, 0n)).toBeNull();
});
