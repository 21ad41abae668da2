/**
 * Rows of a spend report, summed for tables and charts. Money stays exact; only bars are numbers.
 */
import type { SpendRow, SpendSums } from "../../api/reports";
import { parseUsd, picodollars, type Picodollars } from "../../lib/money";
import { cachedShare } from "../../lib/tokens";

export interface Spent {
  name: string | null;
  requests: number;
  unpriced: number;
  prompt: number;
  cached: number;
  output: number;
  /** Whether a sum of tokens overflowed: the counts are then lower bounds. */
  beyond: boolean;
  /** The known cost of all requests. */
  known: Picodollars;
  /** The cost of the requests with a complete price. */
  whole: Picodollars;
  /** The routing fees within the known cost. */
  fee: Picodollars;
}

export const spentIn = (name: string | null, sums: SpendSums | SpendRow): Spent => ({
  name,
  requests: sums.requests,
  unpriced: sums.unpriced_requests,
  prompt: sums.prompt_tokens,
  cached: sums.cached_tokens,
  output: sums.output_tokens,
  beyond: sums.tokens_at_least === true,
  known: parseUsd(sums.known_usd),
  whole: sums.cost_usd === null ? picodollars(0n) : parseUsd(sums.cost_usd),
  fee: parseUsd(sums.routing_fee_usd),
});

/** One row per name, most expensive first. */
export function byName(
  rows: readonly SpendRow[],
  nameOf: (row: SpendRow) => string | null,
): Spent[] {
  const all = new Map<string | null, Spent>();
  for (const row of rows) {
    const one = spentIn(nameOf(row), row);
    const so = all.get(one.name);
    all.set(one.name, so === undefined ? one : plus(so, one));
  }
  return [...all.values()].sort((a, b) =>
    b.known > a.known ? 1 : b.known < a.known ? -1 : b.requests - a.requests,
  );
}

function plus(a: Spent, b: Spent): Spent {
  return {
    name: a.name,
    requests: a.requests + b.requests,
    unpriced: a.unpriced + b.unpriced,
    prompt: a.prompt + b.prompt,
    cached: a.cached + b.cached,
    output: a.output + b.output,
    beyond: a.beyond || b.beyond,
    known: picodollars(a.known + b.known),
    whole: picodollars(a.whole + b.whole),
    fee: picodollars(a.fee + b.fee),
  };
}

/** The cached share of the prompts in whole percent; null if unknown. */
export const cachedPart = ({ cached, prompt, beyond }: Spent): number | null =>
  beyond ? null : cachedShare(cached, prompt);

/** The average cost of the requests with a complete price; null if there are none. */
export function average({ requests, unpriced, whole }: Spent): Picodollars | null {
  const priced = requests - unpriced;
  return priced <= 0 ? null : picodollars(whole / BigInt(priced));
}

export const FEE = "Routing fee";
export const OTHERS = "Others";
export const NO_MODEL = "no model";
const MOST = 6;

export interface Slice {
  name: string;
  part: bigint;
}

/** The spend of each model without its routing fees, and the fees. */
export const moneyOf = (served: readonly Spent[], total: Spent): Slice[] =>
  slicesOf(
    served.map(({ name, known, fee }) => ({ name: name ?? NO_MODEL, part: known - fee })),
    total.fee,
  );

/** The largest parts, the others as one, and the routing fee; zero parts are left out. */
export function slicesOf(parts: readonly Slice[], fee: bigint): Slice[] {
  const largest = parts.toSorted((a, b) => (b.part > a.part ? 1 : b.part < a.part ? -1 : 0));
  const most = largest.slice(0, MOST);
  const others = largest.slice(MOST).reduce((sum, { part }) => sum + part, 0n);
  return [...most, { name: OTHERS, part: others }, { name: FEE, part: fee }].filter(
    ({ part }) => part > 0n,
  );
}

/** For each day, the spend of each name without its routing fees, of all others, and the fees. */
export function seriesOf(
  rows: readonly SpendRow[],
  days: readonly string[],
  names: readonly string[],
): Record<string, string | number>[] {
  const byDay = new Map(days.map((day) => [day, new Map<string, bigint>()]));
  for (const row of rows) {
    const amounts = byDay.get(row.day ?? "");
    if (amounts === undefined) continue;
    const served = row.served ?? NO_MODEL;
    const name = names.includes(served) ? served : OTHERS;
    const fee = parseUsd(row.routing_fee_usd);
    amounts.set(name, (amounts.get(name) ?? 0n) + parseUsd(row.known_usd) - fee);
    amounts.set(FEE, (amounts.get(FEE) ?? 0n) + fee);
  }
  return [...byDay].map(([day, amounts]) => ({
    day,
    ...Object.fromEntries(names.map((name) => [name, Number(amounts.get(name) ?? 0n)])),
  }));
}

/** The change since the period before; null means that there was nothing. */
export function changeText(now: bigint, then: bigint | null): string {
  if (then === null || then === 0n) return "nothing before";
  if (now === then) return "unchanged";
  const [mark, way] = now > then ? ["▲", "more"] : ["▼", "less"];
  const percent = Math.abs(Number(((now - then) * 1_000n) / then) / 10);
  return `${mark} ${percent === 0 ? "less than 0.1" : percent.toLocaleString("en-US", { maximumFractionDigits: 1 })}% ${way}`;
}
