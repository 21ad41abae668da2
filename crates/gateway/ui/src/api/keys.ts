/** Keys and teams as the API tells them, and what can be done with them. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, type Schemas } from "./client";
import { unwrap } from "./error";
import { parseExact } from "../lib/exactJson";

/** With money as text. */
type Exact<T> = Omit<T, "spend" | "held" | "reserved" | "left" | "max_budget"> & {
  spend: string;
  held: string;
  reserved: string;
  left: string | null;
  max_budget: string | null;
};
export type Key = Exact<Schemas["Key"]>;
export type Team = Exact<Schemas["Team"]>;

const exact = { parseAs: "text" } as const;

/** Keys with these letters in their name, by pages. */
export const useKeys = (search: string) =>
  useInfiniteQuery({
    queryKey: ["keys", search],
    initialPageParam: 1,
    queryFn: async ({ pageParam, signal }) =>
      parseExact(
        await unwrap(
          api.GET("/key/list", {
            ...exact,
            params: {
              query: {
                page: pageParam,
                size: 100,
                return_full_object: true,
                ...(search === "" ? {} : { search }),
              },
            },
            signal,
          }),
        ),
      ) as { keys: Key[]; total_count: number; total_pages: number },
    getNextPageParam: (last, _, page) => (page < last.total_pages ? page + 1 : null),
  });

export const useOwnKey = () =>
  useQuery({
    queryKey: ["keys", "own"],
    queryFn: async ({ signal }) =>
      (parseExact(await unwrap(api.GET("/key/info", { ...exact, signal }))) as { info: Key }).info,
  });

export const useTeams = () =>
  useQuery({
    queryKey: ["teams"],
    queryFn: async ({ signal }) =>
      parseExact(await unwrap(api.GET("/team/list", { ...exact, signal }))) as Team[],
  });

export const useUsers = () =>
  useQuery({
    queryKey: ["users"],
    queryFn: async ({ signal }) =>
      (
        await unwrap(
          api.GET("/user/list", {
            params: { query: { page_size: 1000, sort_by: "user_id" } },
            signal,
          }),
        )
      ).users,
  });

export const useGroups = () =>
  useQuery({
    queryKey: ["groups"],
    queryFn: ({ signal }) => unwrap(api.GET("/v1/models", { signal })),
    select: ({ data }) => data.map(({ id }) => id),
  });

/** What people call it. */
export const nameOf = (row: Key | Team) =>
  "token" in row ? (row.key_alias ?? row.key_name) : (row.team_alias ?? row.team_id);

type Changes = Record<string, unknown>;
export const makeKey = (terms: Changes) =>
  unwrap(api.POST("/key/generate", { body: terms as Schemas["KeyTerms"] }));
export const makeTeam = (terms: Changes) =>
  unwrap(api.POST("/team/new", { body: terms as Schemas["TeamTerms"] }));
export const changeKey = ({ token }: Key, changes: Changes) =>
  unwrap(api.POST("/key/update", { body: { ...changes, key: token } }));
export const changeTeam = ({ team_id }: Team, changes: Changes) =>
  unwrap(api.POST("/team/update", { body: { ...changes, team_id } }));
export const blockKey = ({ token, blocked }: Key) =>
  unwrap(
    blocked
      ? api.POST("/key/unblock", { body: { key: token } })
      : api.POST("/key/block", { body: { key: token } }),
  );
export const deleteKey = ({ token }: Key) =>
  unwrap(api.POST("/key/delete", { body: { keys: [token] } as Schemas["KeysNamed"] }));
export const blockTeam = ({ team_id, blocked }: Team) =>
  unwrap(
    blocked
      ? api.POST("/team/unblock", { body: { team_id } })
      : api.POST("/team/block", { body: { team_id } }),
  );
export const deleteTeam = ({ team_id }: Team) =>
  unwrap(api.POST("/team/delete", { body: { team_ids: [team_id] } as Schemas["TeamsNamed"] }));

/** Does it, and reads keys and teams anew. */
export function useChange<T, R>(change: (given: T) => Promise<R>) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      await Promise.all([
        cache.invalidateQueries({ queryKey: ["keys"] }),
        cache.invalidateQueries({ queryKey: ["teams"] }),
      ]);
    },
  });
}
