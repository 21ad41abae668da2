/** Keys and teams as the API tells them, and what can be done with them. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, type Schemas } from "../../api/client";
import { unwrap } from "../../api/error";
import { parseExact } from "./exact";

/** With money as text. */
type Exact<T> = Omit<T, "spend" | "reserved" | "max_budget"> & { spend: string; reserved: string; max_budget: string | null };
export type Key = Exact<Schemas["Key"]>;
export type Team = Exact<Schemas["Team"]>;

const exact = { parseAs: "text" } as const;

export const useKeys = (alias: string) =>
  useInfiniteQuery({
    queryKey: ["keys", alias],
    initialPageParam: 1,
    queryFn: async ({ pageParam, signal }) => parseExact(await unwrap(api.GET("/key/list", { ...exact, params: { query: { page: pageParam, size: 100, return_full_object: true, ...(alias === "" ? {} : { key_alias: alias }) } }, signal }))) as { keys: Key[]; total_count: number; total_pages: number },
    getNextPageParam: (last, _, page) => (page < last.total_pages ? page + 1 : null),
  });

export const useOwnKey = () =>
  useQuery({ queryKey: ["keys", "own"], queryFn: async ({ signal }) => (parseExact(await unwrap(api.GET("/key/info", { ...exact, signal }))) as { info: Key }).info });

export const useTeams = () =>
  useQuery({ queryKey: ["teams"], queryFn: async ({ signal }) => parseExact(await unwrap(api.GET("/team/list", { ...exact, signal }))) as Team[] });

/** What the form gives. Nothing but what was filled in. */
export interface Terms { key_alias?: string; team_alias?: string; team_id?: string; models?: string[]; max_budget?: string; budget_duration?: string; duration?: string; rpm_limit?: number; tpm_limit?: number; max_parallel_requests?: number; admin?: boolean }

export const makeKey = (terms: Terms) => unwrap(api.POST("/key/generate", { body: terms as Schemas["KeyTerms"] }));
export const makeTeam = (terms: Terms) => unwrap(api.POST("/team/new", { body: terms as Schemas["TeamTerms"] }));
export const blockKey = ({ token, blocked }: Key) => unwrap(blocked ? api.POST("/key/unblock", { body: { key: token } }) : api.POST("/key/block", { body: { key: token } }));
export const deleteKey = ({ token }: Key) => unwrap(api.POST("/key/delete", { body: { keys: [token] } as Schemas["KeysNamed"] }));
export const blockTeam = ({ team_id, blocked }: Team) => unwrap(blocked ? api.POST("/team/unblock", { body: { team_id } }) : api.POST("/team/block", { body: { team_id } }));
export const deleteTeam = ({ team_id }: Team) => unwrap(api.POST("/team/delete", { body: { team_ids: [team_id] } as Schemas["TeamsNamed"] }));

/** Does it, and reads keys and teams anew. */
export function useChange<T, R>(change: (given: T) => Promise<R>) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async () => { await Promise.all([cache.invalidateQueries({ queryKey: ["keys"] }), cache.invalidateQueries({ queryKey: ["teams"] })]); },
  });
}
