/** Reports of a period, as the API tells them. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, type Schemas } from "../../api/client";
import { unwrap } from "../../api/error";
import { before, isPart, UTC, type Period } from "./period";
import { spentIn, type Spent } from "./spend";

const MINUTE = 60_000;

const NAMES = ["key", "team", "user", "tag", "asked", "served", "deployment"] as const;
export type Narrowing = Partial<Record<(typeof NAMES)[number], string>>;

/** What the URL narrows the report to. */
export const narrowingOf = (filters: Record<string, string | undefined>): Narrowing =>
  Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = filters[name];
      return value === undefined || value === "" ? [] : [[name, value]];
    }),
  );

/** Give no period where it is not known yet. */
export const useSpend = (by: string, period: Period | undefined, narrowing: Narrowing) =>
  useQuery({
    queryKey: ["spend", by, period, narrowing],
    enabled: period !== undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/fareway/v1/reports/spend", {
          params: { query: { ...(by === "" ? {} : { by }), ...period, ...narrowing } },
          signal,
        }),
      ),
  });

/** What is still of another choice while that of now is read: neither taken for it, nor gone. */
export const fading = (stale: boolean) =>
  stale ? { "aria-busy": true, style: { opacity: 0.5 } } : {};

/** It is read from the entries, so it is asked for apart: nothing else waits for it. */
export const useP95 = (period: Period | undefined, narrowing: Narrowing) =>
  useQuery({
    queryKey: ["spend", "p95", period, narrowing],
    enabled: period !== undefined,
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/fareway/v1/reports/p95", {
          params: { query: { ...period, ...narrowing } },
          signal,
        }),
      ),
  });

export interface Earlier {
  period: Period;
  /** Not there before it was read. */ total?: Spent;
  p95?: Schemas["CostPercentile"];
  /** Its last day cannot be told in part any more. */ gone: boolean;
}

/** What was spent before; compared with what `at` that time was known of a period that is not over. */
export function useEarlier(period: Period, at: number, narrowing: Narrowing): Earlier | undefined {
  // By the minute: what is read again within one is compared with the same.
  const minute = Math.floor(at / MINUTE) * MINUTE;
  const then = at === 0 ? undefined : before(period, new Date(minute));
  const { data: spend, isPlaceholderData } = useSpend("", then, narrowing);
  const { data: p95 } = useP95(then, narrowing);
  if (then === undefined) return undefined;
  const { utc_before: kept, until } = spend ?? {};
  const gone = isPart(then) && !isPlaceholderData && kept != null && until != null && kept > until;
  return {
    period: then,
    gone,
    ...(spend && !isPlaceholderData && !gone && { total: spentIn(null, spend.total) }),
    ...(p95?.kept_since === null && { p95 }),
  };
}

/** The period's limits for pages that know the days of UTC only. */
export function timesOf(
  period: Period,
  report: Schemas["SpendReport"],
): { from: string; to: string } {
  const { since, until } = report;
  return period.tz === UTC || since == null || until == null
    ? { from: period.from, to: period.to }
    : { from: since, to: until };
}
