/** Reports of a period, as the API tells them. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, type Schemas } from "../../api/client";
import { unwrap } from "../../api/error";
import { UTC, type Period } from "./period";

const NAMES = ["key", "team", "user", "tag", "asked", "served", "deployment"] as const;
export type Narrowing = Partial<Record<(typeof NAMES)[number], string>>;

/** What the URL narrows the report to. */
export const narrowingOf = (filters: Record<string, string | undefined>): Narrowing =>
  Object.fromEntries(NAMES.flatMap((name) => { const value = filters[name]; return value === undefined || value === "" ? [] : [[name, value]]; }));

export const useSpend = (by: string, period: Period, narrowing: Narrowing) =>
  useQuery({
    queryKey: ["spend", by, period, narrowing],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => unwrap(api.GET("/fareway/v1/reports/spend", { params: { query: { ...(by === "" ? {} : { by }), ...period, ...narrowing } }, signal })),
  });

/** It is read from the entries, so it is asked for apart: nothing else waits for it. */
export const useP95 = (period: Period, narrowing: Narrowing) =>
  useQuery({
    queryKey: ["spend", "p95", period, narrowing],
    queryFn: ({ signal }) => unwrap(api.GET("/fareway/v1/reports/p95", { params: { query: { ...period, ...narrowing } }, signal })),
  });

/** The period's limits for pages that know the days of UTC only. */
export function timesOf(period: Period, report: Schemas["SpendReport"]): { from: string; to: string } {
  const { since, until } = report;
  return period.tz === UTC || since == null || until == null ? { from: period.from, to: period.to } : { from: since, to: until };
}
