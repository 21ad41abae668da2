/** Validation of typed limits and rates, and exact conversion of rates. */
import { formatFull, parseUsd, picodollars } from "../../lib/money";

/** Why a rate cannot be taken; null where it can. */
export function rateError(text: string): string | null {
  if (text.trim() === "") return null;
  try {
    perToken(text);
    return null;
  } catch {
    return "Dollars with at most six decimals, such as 0.05";
  }
}

/** Why a limit cannot be taken; null where it can. */
export const limitError = (text: string): string | null =>
  /^\d{0,15}$/.test(text.trim()) ? null : "A whole number";

/** Dollars per million tokens, as dollars per token: exact, or thrown. */
export function perToken(text: string): string {
  const million = parseUsd(text.trim());
  if (million < 0n || million % 1_000_000n !== 0n)
    throw new RangeError("finer than a picodollar a token");
  return plain(picodollars(million / 1_000_000n));
}

/** A JSON number per token as dollars per million, by its digits. */
export function perMillion(perToken: number | null): string {
  if (perToken === null) return "";
  // Such a number has at most twelve decimals, all of which toFixed tells.
  return plain(picodollars(parseUsd(perToken.toFixed(12)) * 1_000_000n));
}

const plain = (amount: Parameters<typeof formatFull>[0]): string =>
  formatFull(amount).replace(/[$,]/g, "");
