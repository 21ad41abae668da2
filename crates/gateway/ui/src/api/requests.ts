/** Requests in the ledger: pages of the list, one receipt, and repricing. */
import { queryOptions } from "@tanstack/react-query";
import { queryClient } from "./cache";
import { api, type QueryOf, type Schemas } from "./client";
import { unwrap } from "./error";

export type Receipt = Schemas["Request"];
export type RequestSummary = Schemas["RequestSummary"];
export type RequestQuery = QueryOf<"/fareway/v1/requests">;

/** Prefix of all queries about one request. */
export const REQUEST = ["request"] as const;

const PAGE_SIZE = 200;

/** A request's receipt by its own ID or Azure's. */
export const receiptQuery = (id: string) =>
  queryOptions({
    queryKey: [...REQUEST, id],
    queryFn: ({ signal }) => {
      const params = { path: { id } };
      return unwrap(api.GET("/fareway/v1/requests/{id}", { params, signal }));
    },
  });

/**
 * One page of requests, newest first. It goes through the cache for its retries, and is not kept
 * there.
 */
export const readRequests = (query: RequestQuery, before: string | null) =>
  queryClient.fetchQuery({
    queryKey: ["requests", query, before],
    gcTime: 0,
    staleTime: 0,
    queryFn: ({ signal }) => {
      const page = { limit: String(PAGE_SIZE), ...(before === null ? {} : { before }) };
      const params = { query: { ...query, ...page } };
      return unwrap(api.GET("/fareway/v1/requests", { params, signal }));
    },
  });

export type RepriceReport = Schemas["RepriceAnswer"];
type RepriceFilters = Partial<Omit<Schemas["RepriceRequest"], "dry_run">>;

/** Prices requests again at current prices; a dry run only reports what would change. */
export const reprice = (filters: RepriceFilters, dryRun: boolean) => {
  // All fields have defaults, which the generated types treat as required.
  const body = { ...filters, dry_run: dryRun } as Schemas["RepriceRequest"];
  return unwrap(api.POST("/fareway/v1/requests/reprice", { body }));
};
