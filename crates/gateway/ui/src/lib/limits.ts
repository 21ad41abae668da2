/** What a key, team or deployment may be asked for, in words. */
import { formatTokens, formatTokensShort } from "./tokens";

export interface Limits {
  rpm_limit: number | null;
  tpm_limit: number | null;
  max_parallel_requests: number | null;
}

const WORDS = [
  ["rpm_limit", "req", "requests a minute"],
  ["tpm_limit", "tok", "tokens a minute"],
  ["max_parallel_requests", "at a time", "requests at a time"],
] as const;

/** "6k req · 1M tok · 4 at a time", and the same in full; nothing where there is no limit. */
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
