/** Fields of a key only: its expiry, team and user. */
import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Key } from "../../api/keys";
import { teamsQuery } from "../../api/teams";
import { usersQuery } from "../../api/users";
import { NEVER, type FieldProps } from "./draft";
import { having, type Option } from "./options";

const EXPIRIES: Option[] = [
  { value: "1d", label: "in 1 day" },
  { value: "30d", label: "in 30 days" },
  { value: "90d", label: "in 90 days" },
  { value: "365d", label: "in 1 year" },
];

/** The expiry of a key; a new one counts from now. */
export function Expiry({ row, draft, change }: FieldProps & { row: Key | undefined }) {
  const ends = row?.expires ?? null;
  const asIs =
    ends === null
      ? { value: "", label: "never" }
      : {
          value: "",
          label: `on ${new Date(ends).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" })}`,
        };
  return (
    <Select
      label="Expires"
      allowDeselect={false}
      data={[asIs, ...(ends === null ? [] : [{ value: NEVER, label: "never" }]), ...EXPIRIES]}
      value={draft.expires}
      onChange={(expires) => {
        change({ expires: expires ?? "" });
      }}
    />
  );
}

export function Owner({ draft, change }: FieldProps) {
  const { data: teams } = useQuery(teamsQuery);
  const { data: users } = useQuery(usersQuery);
  const none = { value: "", label: "none" };
  const ofTeams = (teams ?? []).map((team) => ({
    value: team.team_id,
    label: team.team_alias ?? team.team_id,
  }));
  const ofUsers = (users ?? []).map((user) => ({
    value: user.user_id,
    label: user.user_alias ?? user.user_email ?? user.user_id,
  }));
  return (
    <>
      <Select
        label="Team"
        searchable
        allowDeselect={false}
        data={having([none, ...ofTeams], draft.team, draft.team)}
        value={draft.team}
        onChange={(team) => {
          change({ team: team ?? "" });
        }}
        nothingFoundMessage="No matching teams"
      />
      <Select
        label="User"
        searchable
        allowDeselect={false}
        data={having([none, ...ofUsers], draft.user, draft.user)}
        value={draft.user}
        onChange={(user) => {
          change({ user: user ?? "" });
        }}
        nothingFoundMessage="No matching users"
      />
    </>
  );
}
