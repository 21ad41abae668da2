/**
 * Liveness of the gateway, checked every few seconds so that no page shows stale data as current.
 */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { queryClient } from "./cache";

const ALIVE = ["alive"] as const;
const INTERVAL_MS = 5_000;

const alive = queryOptions({
  queryKey: ALIVE,
  queryFn: checkLiveness,
  refetchInterval: INTERVAL_MS,
  staleTime: INTERVAL_MS,
  retry: false,
});

async function checkLiveness({ signal }: { signal: AbortSignal }): Promise<true> {
  // A gateway that hangs counts as down.
  const limit = AbortSignal.any([signal, AbortSignal.timeout(INTERVAL_MS)]);
  const response = await fetch("/health/liveliness", { cache: "no-store", signal: limit });
  // Reading the body to its end frees the connection.
  await response.text();
  if (!response.ok) throw new Error(String(response.status));
  return true;
}

/** `false` while the gateway is not responding. */
export function useAlive(): boolean {
  const { isError } = useQuery(alive);
  return !isError;
}

/** Reloads what is shown as soon as the gateway responds again. */
export function useReloadOnRecovery(isAlive: boolean): void {
  useEffect(() => {
    if (!isAlive) return;
    void queryClient.refetchQueries({
      type: "active",
      stale: true,
      predicate: ({ queryKey }) => queryKey[0] !== ALIVE[0],
    });
  }, [isAlive]);
}
