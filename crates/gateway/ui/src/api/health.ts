/** Whether the gateway answers: asked every few seconds, so that no page shows old figures as if they were new. */
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { queries } from "./cache";

const ALIVE = ["alive"] as const;
const EVERY = 5_000;

async function ask({ signal }: { signal: AbortSignal }): Promise<true> {
  // A gateway that hangs is no better than one that is gone.
  const response = await fetch("/health/liveliness", {
    cache: "no-store",
    signal: AbortSignal.any([signal, AbortSignal.timeout(EVERY)]),
  });
  // Read to its end: the connection is free again then.
  await response.text();
  if (!response.ok) throw new Error(String(response.status));
  return true;
}

/** `false` while it does not answer. */
export function useAlive(): boolean {
  const { isError } = useQuery({
    queryKey: ALIVE,
    queryFn: ask,
    refetchInterval: EVERY,
    staleTime: EVERY,
    retry: false,
  });
  return !isError;
}

/** Loads again what is shown as soon as the gateway answers again. */
export function useCatchUp(alive: boolean): void {
  useEffect(() => {
    if (alive)
      void queries.refetchQueries({
        type: "active",
        stale: true,
        predicate: ({ queryKey }) => queryKey[0] !== ALIVE[0],
      });
  }, [alive]);
}
