/** Exact money: dollars as whole picodollars (1e-12 USD) in a BigInt, never a `Number`. */

declare const unit: unique symbol;
/** Whole picodollars. */
export type Picodollars = bigint & { readonly [unit]: "picodollars" };

const DIGITS = 12;
const ONE = 10n ** 12n;
const SHAPE = /^(-?)(\d+)(?:\.(\d+))?$/;

/** An amount from a count of picodollars. */
export function picodollars(count: bigint): Picodollars {
  return count as Picodollars;
}

/** Parses decimal dollars such as "0.00057312". Throws on anything else: money is never guessed. */
export function parseUsd(text: string): Picodollars {
  const [, sign, whole = "", fraction = ""] = SHAPE.exec(text) ?? [];
  if (sign === undefined) throw new RangeError("not an amount of money");
  if (/[1-9]/.test(fraction.slice(DIGITS))) throw new RangeError("finer than a picodollar");
  const size = BigInt(whole + fraction.slice(0, DIGITS).padEnd(DIGITS, "0"));
  return picodollars(sign === "-" ? -size : size);
}

/** All digits, at least cents: "$12,345.67", "$0.00057312". */
export function formatFull(amount: Picodollars): string {
  return write(amount, DIGITS);
}

/**
 * For tables: cents from one dollar up, three significant digits below, so that it never shows $0.
 */
export function formatShort(amount: Picodollars): string {
  const decimals = decimalsOf(amount);
  return write(round(amount, decimals), decimals);
}

/** The same, truncated: a remaining amount is never shown as more than there is. */
export function formatShortCut(amount: Picodollars): string {
  return write(amount, decimalsOf(amount));
}

function decimalsOf(amount: Picodollars): number {
  const size = amount < 0n ? -amount : amount;
  if (size === 0n || size >= ONE) return 2;
  const leadingZeros = DIGITS - size.toString().length;
  return Math.min(DIGITS, leadingZeros + 3);
}

/** The sum of amounts; zero for none. */
export function sum(amounts: Iterable<Picodollars>): Picodollars {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return picodollars(total);
}

/** The share of `part` in `whole` in percent, for bars and labels only; null if `whole` is zero. */
export function percentOf(part: bigint, whole: bigint): number | null {
  return whole === 0n ? null : Number((part * 10_000n) / whole) / 100;
}

/** Rounds half away from zero to this many decimals, for display only. */
function round(amount: bigint, decimals: number): bigint {
  const step = 10n ** BigInt(DIGITS - decimals);
  const size = amount < 0n ? -amount : amount;
  const rounded = ((size + step / 2n) / step) * step;
  return amount < 0n ? -rounded : rounded;
}

function write(amount: bigint, decimals: number): string {
  const size = amount < 0n ? -amount : amount;
  const whole = (size / ONE).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  const fraction = (size % ONE).toString().padStart(DIGITS, "0").slice(0, decimals);
  const shown = fraction.replace(/0+$/, "").padEnd(2, "0");
  return `${amount < 0n ? "−" : ""}$${whole}.${shown}`;
}
