/** Rate limits of a key, team or deployment as text. */
import { formatTokens, formatTokensShort } from "./tokens";

export interface Limits {
  rpm_limit: number | null;
  tpm_limit: number | null;
  max_parallel_requests: number | null;
}

const WORDS = [
  ["rpm_limit", "req", "requests per minute"],
  ["tpm_limit", "tok", "tokens per minute"],
  ["max_parallel_requests", "concurrent", "concurrent requests"],
] as const;

/** "6k req · 1M tok · 4 concurrent", and the same in full; nothing where there is no limit. */
export function limitsOf(limits: Limits): { short: string; full: string } {
  const set = WORDS.flatMap(([name, brief, words]) => {
    const limit = limits[name];
    return limit === null ? [] : [{ limit, brief, words }];
  });
  return {
    short: set.map(({ limit, brief }) => `${formatTokensShort(limit)} ${brief}`).join(" · "),
    full: set.map(({ limit, words }) => `${formatTokens(limit)} ${words}`).join(", "),
  };
}
