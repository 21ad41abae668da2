/** Who is signed in: the session's own three requests, which are no part of the documented API. */
import { queryOptions, useMutation, useQuery } from "@tanstack/react-query";
import { apiError } from "./error";
import { queries, SESSION } from "./cache";
import { keepDraftsFor } from "../lib/drafts";
import { allNow } from "../lib/delayedAction";

export interface Session {
  kind: "operator" | "admin_key" | "key";
  name: string;
  key_id: string | null;
  key_alias: string | null;
  /** Absent where the gateway is open and no session is needed. */
  expires_at?: string | null;
  open?: boolean;
}

async function ask(method: "GET" | "POST" | "DELETE", body?: unknown): Promise<Response> {
  const sent =
    body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  return fetch("/ui/api/session", {
    method,
    credentials: "same-origin",
    cache: "no-store",
    ...sent,
  });
}

async function sessionIn(response: Response): Promise<Session> {
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw apiError(response.status, body);
  return body as Session;
}

/** The session, or null when nobody is signed in. */
const current = queryOptions({
  queryKey: SESSION,
  staleTime: Infinity,
  queryFn: async (): Promise<Session | null> => {
    const response = await ask("GET");
    if (response.status === 401) return null;
    const session = await sessionIn(response);
    keepDraftsFor(nameOf(session));
    return session;
  },
});

export const useSessionQuery = () => useQuery(current);

/** The session of the shell's pages, which are shown only when there is one. */
export function useSession(): Session {
  const { data } = useQuery(current);
  if (!data) throw new Error("no page of the shell is shown without a session");
  return data;
}

/** A virtual key sees its own requests and budget; anybody else sees everything. */
export const seesEverything = (session: Session): boolean => session.kind !== "key";

/** The same for the same key, or the operator, in a later session. */
const nameOf = ({ kind, key_id }: Session): string => `${kind} ${key_id ?? ""}`;

/** Somebody else is here, or nobody: what was loaded before is forgotten. */
function become(session: Session | null): void {
  keepDraftsFor(session && nameOf(session));
  // Not cleared: the shell watches the session's own query, and has to be told.
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION[0] });
  queries.setQueryData(SESSION, session);
}

export const useSignIn = () =>
  useMutation({
    mutationFn: async (key: string) => sessionIn(await ask("POST", { key })),
    onSuccess: become,
  });

export const useSignOut = () =>
  useMutation({
    mutationFn: async () => {
      await allNow();
      const response = await ask("DELETE");
      if (!response.ok && response.status !== 401) throw apiError(response.status, null);
    },
    onSuccess: () => {
      become(null);
    },
  });
