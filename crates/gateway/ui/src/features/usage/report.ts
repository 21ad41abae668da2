/** The report of a period, its filters, and the period before. */
import { useQuery } from "@tanstack/react-query";
import {
  p95Query,
  spendQuery,
  type CostPercentile,
  type ReportFilters,
  type SpendReport,
} from "../../api/reports";
import { before, isPart, UTC, type Period } from "./period";
import { spentIn, type Spent } from "./spend";

const MINUTE = 60_000;

const NAMES = ["key", "team", "user", "tag", "asked", "served", "deployment"] as const;

/** The report filters in the URL. */
export const reportFiltersOf = (filters: Record<string, string | undefined>): ReportFilters =>
  Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = filters[name];
      return value === undefined || value === "" ? [] : [[name, value]];
    }),
  );

/** Props that fade content of the previous selection while the current one loads. */
export const fading = (stale: boolean) =>
  stale ? { "aria-busy": true, style: { opacity: 0.5 } } : {};

export interface Earlier {
  period: Period;
  /** Undefined while it is loading. */
  total?: Spent;
  p95?: CostPercentile;
  /** Whether entries of its last day were deleted, so that a part of that day is unknown. */
  gone: boolean;
}

/**
 * The period before. `at` is the time of the current report, up to which an unfinished period is
 * compared.
 */
export function useEarlier(
  period: Period,
  at: number,
  reportFilters: ReportFilters,
): Earlier | undefined {
  // By the minute, so that a reload within one compares with the same period.
  const minute = Math.floor(at / MINUTE) * MINUTE;
  const then = at === 0 ? undefined : before(period, new Date(minute));
  const { data: spend, isPlaceholderData } = useQuery(spendQuery("", then, reportFilters));
  const { data: p95 } = useQuery(p95Query(then, reportFilters));
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

/** The period's bounds for pages that only know UTC days. */
export function timesOf(period: Period, report: SpendReport): { from: string; to: string } {
  const { since, until } = report;
  return period.tz === UTC || since == null || until == null
    ? { from: period.from, to: period.to }
    : { from: since, to: until };
}
