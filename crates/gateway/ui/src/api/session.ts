/** The session: who is signed in, signing in and signing out. */
import { queryOptions, useMutation, useQuery } from "@tanstack/react-query";
import { runAllNow } from "../lib/delayedAction";
import { keepDraftsFor } from "../lib/drafts";
import { queryClient, SESSION } from "./cache";
import { api, type Schemas } from "./client";
import { apiError, unwrap } from "./error";

export type Session = Schemas["Session"];

/** The session, or null when nobody is signed in. */
const current = queryOptions({
  queryKey: SESSION,
  staleTime: Infinity,
  queryFn: async (): Promise<Session | null> => {
    const call = await api.GET("/ui/api/session", { cache: "no-store" });
    if (call.response.status === 401) return null;
    const session = await unwrap(Promise.resolve(call));
    keepDraftsFor(ownerOf(session));
    return session;
  },
});

export const useSessionQuery = () => useQuery(current);

/** The session for pages in the shell, which are shown only while there is one. */
export function useSession(): Session {
  const { data } = useQuery(current);
  if (!data) throw new Error("pages in the shell need a session");
  return data;
}

/** A virtual key sees only its own requests and budget. */
export const seesEverything = (session: Session): boolean => session.kind !== "key";

/** The same for the same key, or the operator, in a later session. */
const ownerOf = ({ kind, key_id }: Session): string => `${kind} ${key_id ?? ""}`;

/** Drops everything that was loaded for the previous session. */
function become(session: Session | null): void {
  keepDraftsFor(session && ownerOf(session));
  // Not `clear()`: the shell watches the session query and has to be notified.
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION[0] });
  queryClient.setQueryData(SESSION, session);
}

export const useSignIn = () =>
  useMutation({
    mutationFn: (key: string) =>
      unwrap(api.POST("/ui/api/session", { body: { key }, cache: "no-store" })),
    onSuccess: become,
  });

export const useSignOut = () =>
  useMutation({
    mutationFn: async () => {
      await runAllNow();
      const { response } = await api.DELETE("/ui/api/session", { cache: "no-store" });
      if (!response.ok && response.status !== 401) throw apiError(response.status, null);
    },
    onSuccess: () => {
      become(null);
    },
  });
