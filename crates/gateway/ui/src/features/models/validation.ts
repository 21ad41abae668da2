/** Validation of typed limits and rates, and exact conversion of rates. */
import { formatFull, parseUsd, picodollars } from "../../lib/money";

/** The error of an invalid rate; null if it is valid. */
export function rateError(text: string): string | null {
  if (text.trim() === "") return null;
  try {
    perToken(text);
    return null;
  } catch {
    return "Enter dollars with at most six decimals, such as 0.05";
  }
}

/** The error of an invalid limit; null if it is valid. */
export const limitError = (text: string): string | null =>
  /^\d{0,15}$/.test(text.trim()) ? null : "Enter a whole number";

/** Converts dollars per million tokens to dollars per token; throws if that is not exact. */
export function perToken(text: string): string {
  const million = parseUsd(text.trim());
  if (million < 0n || million % 1_000_000n !== 0n)
    throw new RangeError("finer than a picodollar a token");
  return plain(picodollars(million / 1_000_000n));
}

/** Converts a JSON number per token to dollars per million tokens, by its digits. */
export function perMillion(perToken: number | null): string {
  if (perToken === null) return "";
  // Such a number has at most twelve decimals, which toFixed writes in full.
  return plain(picodollars(parseUsd(perToken.toFixed(12)) * 1_000_000n));
}

const plain = (amount: Parameters<typeof formatFull>[0]): string =>
  formatFull(amount).replace(/[$,]/g, "");
