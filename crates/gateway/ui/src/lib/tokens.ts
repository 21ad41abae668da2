/** Token counts as text. */

const grouped = new Intl.NumberFormat("en-US");

/** All digits, grouped: "12,345". */
export function formatTokens(count: number): string {
  return grouped.format(count);
}

/** Short form for charts and narrow columns: "950", "12.3k", "4.56M". */
export function formatTokensShort(count: number): string {
  const units = [
    [1e9, "B"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const;
  for (const [size, name] of units) {
    if (count >= size) return `${cut(count / size)}${name}`;
  }
  return String(count);
}

/** The cached share of the prompt in whole percent; null without a prompt. */
export function cachedShare(cached: number, prompt: number): number | null {
  if (prompt === 0) return null;
  const share = Math.round((100 * cached) / prompt);
  // 0 and 100 are returned only where they are exact.
  return cached > 0 && cached < prompt ? Math.min(99, Math.max(1, share)) : share;
}

/** Three digits, truncated rather than rounded, so that 999,999 is not "1000k". */
function cut(value: number): string {
  const decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const scale = 10 ** decimals;
  return String(Math.floor(value * scale) / scale);
}
