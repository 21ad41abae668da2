/** Spend reports and cost percentiles. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, type QueryOf, type Schemas } from "./client";
import { unwrap } from "./error";

export type SpendReport = Schemas["SpendReport"];
export type SpendRow = Schemas["SpendRow"];
export type SpendSums = Schemas["SpendSums"];
export type CostPercentile = Schemas["CostPercentile"];

type SpendQuery = QueryOf<"/fareway/v1/reports/spend">;
/** First and last day, and the time zone they are in. */
export type ReportPeriod = Required<Pick<SpendQuery, "from" | "to" | "tz">>;
type FilterName = "key" | "team" | "user" | "tag" | "asked" | "served" | "deployment";
export type ReportFilters = Pick<SpendQuery, FilterName>;

const SUGGESTIONS = 100;

/** Prefix of all queries about spend. */
export const SPEND = ["spend"] as const;

/**
 * Spend in a period, grouped by comma-separated fields, or only its total. No period: not known
 * yet, so nothing is loaded.
 */
export const spendQuery = (by: string, period: ReportPeriod | undefined, filters: ReportFilters) =>
  queryOptions({
    queryKey: [...SPEND, by, period, filters],
    enabled: period !== undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => {
      const query = { ...(by === "" ? {} : { by }), ...period, ...filters };
      return unwrap(api.GET("/fareway/v1/reports/spend", { params: { query }, signal }));
    },
  });

/** The 95th-percentile cost. It is computed from the entries, so nothing else waits for it. */
export const p95Query = (period: ReportPeriod | undefined, filters: ReportFilters) =>
  queryOptions({
    queryKey: [...SPEND, "p95", period, filters],
    enabled: period !== undefined,
    queryFn: ({ signal }) => {
      const query = { ...period, ...filters };
      return unwrap(api.GET("/fareway/v1/reports/p95", { params: { query }, signal }));
    },
  });

/** Values to suggest for a filter: those that a field of recorded requests has. */
export const fieldValuesQuery = (field: string) =>
  queryOptions({
    queryKey: ["values", field],
    staleTime: 60_000,
    queryFn: ({ signal }) => {
      const params = { query: { by: field } };
      return unwrap(api.GET("/fareway/v1/reports/spend", { params, signal }));
    },
    select: ({ rows }) =>
      rows
        .slice(0, SUGGESTIONS)
        .map((row) => Reflect.get(row, field) as unknown)
        .filter((value) => typeof value === "string"),
  });
