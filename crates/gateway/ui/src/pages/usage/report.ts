/** Spend reports of a period, as the API tells them. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "../../api/client";
import { unwrap } from "../../api/error";
import type { Period } from "./period";

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
