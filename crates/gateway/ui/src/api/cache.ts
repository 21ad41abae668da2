/** Cache of responses: when to retry and reload, and what happens when the session ends. */
import { QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError } from "./error";

export const SESSION = ["session"] as const;

/** Leads to the sign-in page. Loaded data is dropped when somebody signs in. */
export function sessionIsOver(): void {
  queryClient.setQueryData(SESSION, null);
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError(error) {
      if (error instanceof ApiError && error.status === 401) sessionIsOver();
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // A refusal is final; a network or server error may be temporary.
      retry: (count, error) => count < 2 && !isRefusal(error),
    },
    mutations: { retry: false },
  },
});

function isRefusal(error: Error): boolean {
  return error instanceof ApiError && error.status > 0 && error.status < 500;
}
