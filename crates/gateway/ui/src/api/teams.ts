/** Teams, whose budget and limits are shared by their keys. Money is read as exact decimal text. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { parseExact, type WithExactMoney } from "../lib/exactJson";
import { api, type Schemas } from "./client";
import { unwrap } from "./error";
import { KEYS, type Key } from "./keys";

export type Team = WithExactMoney<Schemas["Team"]>;

const TEAMS = ["teams"] as const;

export const teamsQuery = queryOptions({
  queryKey: TEAMS,
  queryFn: async ({ signal }) =>
    parseExact<Team[]>(await unwrap(api.GET("/team/list", { parseAs: "text", signal }))),
});

type Changes = Record<string, unknown>;

export const createTeam = (terms: Changes) =>
  unwrap(api.POST("/team/new", { body: terms as Schemas["TeamTerms"] }));

export const updateTeam = ({ team_id }: Team, changes: Changes) =>
  unwrap(api.POST("/team/update", { body: { ...changes, team_id } }));

/** Blocks a team, or unblocks a blocked one. */
export const toggleTeamBlock = ({ team_id, blocked }: Team) => {
  const named = { body: { team_id } };
  return unwrap(blocked ? api.POST("/team/unblock", named) : api.POST("/team/block", named));
};

export const deleteTeam = ({ team_id }: Team) =>
  unwrap(api.POST("/team/delete", { body: { team_ids: [team_id] } as Schemas["TeamsNamed"] }));

/** The display name of a key or team. */
export const nameOf = (row: Key | Team) =>
  "token" in row ? (row.key_alias ?? row.key_name) : (row.team_alias ?? row.team_id);

/** Runs a change of a key or team, then reloads both: a team is deleted with its keys. */
export function useKeyOrTeamChange<T, R>(change: (given: T) => Promise<R>) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      const reload = [KEYS, TEAMS].map((queryKey) => cache.invalidateQueries({ queryKey }));
      await Promise.all(reload);
    },
  });
}
