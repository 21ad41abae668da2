/** The gateway's settings and state: version, store, spool, limits and configuration. */
import { queryOptions } from "@tanstack/react-query";
import { api } from "./client";
import { unwrap } from "./error";

/** Reloaded every few seconds: spool and store change while the page is open. */
export const settingsQuery = queryOptions({
  queryKey: ["settings"],
  refetchInterval: 5_000,
  queryFn: ({ signal }) => unwrap(api.GET("/fareway/v1/settings", { signal })),
});
