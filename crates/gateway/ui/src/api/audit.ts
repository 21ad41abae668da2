/** The audit log: changes and sign-ins, newest first. */
import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, type QueryOf, type Schemas } from "./client";
import { unwrap } from "./error";

export type AuditEntry = Schemas["AuditEntry"];
export type AuditQuery = QueryOf<"/fareway/v1/audit">;

const PAGE_SIZE = 200;

export const auditQuery = (query: AuditQuery) =>
  infiniteQueryOptions({
    queryKey: ["audit", query],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => {
      const page = pageParam === undefined ? {} : { before: pageParam };
      const params = { query: { ...query, limit: String(PAGE_SIZE), ...page } };
      return unwrap(api.GET("/fareway/v1/audit", { params, signal }));
    },
    getNextPageParam: ({ next }) => next ?? undefined,
  });
