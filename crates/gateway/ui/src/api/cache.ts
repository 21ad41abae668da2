/** The cache of answers: when to ask again, and what a lost session does. */
import { QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError } from "./error";

export const SESSION = ["session"] as const;

/** Sends the page to sign-in; what was loaded for the session is forgotten when somebody signs in. */
export function sessionIsOver(): void {
  queries.setQueryData(SESSION, null);
}

export const queries = new QueryClient({
  queryCache: new QueryCache({
    onError(error) {
      if (error instanceof ApiError && error.status === 401) sessionIsOver();
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // What was refused stays refused; what did not get through may the next time.
      retry: (count, error) =>
        count < 2 && !(error instanceof ApiError && error.status < 500 && error.status > 0),
    },
    mutations: { retry: false },
  },
});
