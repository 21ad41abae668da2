/** Table columns of keys and teams. */
import { Badge, Group, Text, Tooltip } from "@mantine/core";
import { deleteKey, toggleKeyBlock, type Key } from "../../api/keys";
import { deleteTeam, nameOf, toggleTeamBlock, type Team } from "../../api/teams";
import type { Column } from "../../components/DataTable";
import { RelativeTime } from "../../components/RelativeTime";
import { fromA, fromLargest } from "../../components/sorting";
import { limitsOf } from "../../lib/limits";
import { parseUsd } from "../../lib/money";
import { BudgetBar, Resets, type Owner } from "./BudgetBar";
import { RowMenu } from "./RowMenu";

const None = ({ children = "–" }: { children?: string }) => (
  <Text span inherit c="dimmed">
    {children}
  </Text>
);

const timeOf = (at: string | null) => (at === null ? null : Date.parse(at));

const ownerOf = (row: Key | Team): Owner =>
  "token" in row ? { key: row.token } : { team: row.team_id };

/** Sorted by spend, which every row has. */
const BUDGET = {
  id: "budget",
  header: "Budget",
  sort: fromLargest((row: Key | Team) => parseUsd(row.spend)),
  width: "minmax(220px, 2fr)",
  cell: (row: Key | Team) => <BudgetBar budget={row} owner={ownerOf(row)} />,
};
const RESETS = {
  id: "anew",
  header: "Resets",
  sort: fromLargest((row: Key | Team) =>
    timeOf(row.max_budget === null ? null : row.budget_reset_at),
  ),
  width: "140px",
  cell: (row: Key | Team) => <Resets budget={row} />,
};
const LIMITS = {
  id: "limits",
  header: "Limits",
  width: "minmax(130px, 1fr)",
  cell: (row: Key | Team) => <Limits row={row} />,
};

export function keyColumns(edit: (key: Key) => void, narrow: boolean): Column<Key>[] {
  const all: Column<Key>[] = [
    {
      id: "name",
      header: "Key",
      sort: fromA(nameOf),
      width: "minmax(200px, 2fr)",
      cell: (key) => <Name row={key} admin={key.admin} />,
    },
    {
      id: "team",
      header: "Team",
      sort: fromA(({ team_id: team }) => team),
      width: "minmax(80px, 1fr)",
      cell: ({ team_id: team }) => (team === null ? <None /> : <span title={team}>{team}</span>),
    },
    BUDGET,
    RESETS,
    LIMITS,
    {
      id: "expires",
      header: "Expires",
      sort: fromLargest(({ expires }) => timeOf(expires)),
      width: "104px",
      cell: (key) =>
        key.expires === null ? <None>never</None> : <RelativeTime at={key.expires} />,
    },
    {
      id: "menu",
      header: "",
      width: "52px",
      align: "end",
      cell: (key) => (
        <RowMenu
          name={nameOf(key)}
          consequence="Requests with this key will be rejected."
          blocked={key.blocked}
          logs={{ key: key.token }}
          edit={() => {
            edit(key);
          }}
          block={() => toggleKeyBlock(key)}
          remove={() => deleteKey(key)}
        />
      ),
    },
  ];
  return narrow ? onPhones(all) : all;
}

export function teamColumns(edit: (team: Team) => void, narrow: boolean): Column<Team>[] {
  const all: Column<Team>[] = [
    {
      id: "name",
      header: "Team",
      sort: fromA(nameOf),
      width: "minmax(200px, 2fr)",
      cell: (team) => <Name row={team} />,
    },
    BUDGET,
    RESETS,
    LIMITS,
    {
      id: "menu",
      header: "",
      width: "52px",
      align: "end",
      cell: (team) => (
        <RowMenu
          name={nameOf(team)}
          consequence="Its keys are deleted too and stop working immediately."
          blocked={team.blocked}
          logs={{ team: team.team_id }}
          edit={() => {
            edit(team);
          }}
          block={() => toggleTeamBlock(team)}
          remove={() => deleteTeam(team)}
        />
      ),
    },
  ];
  return narrow ? onPhones(all) : all;
}

/** The columns that fit on a phone. */
const onPhones = <T,>(columns: Column<T>[]): Column<T>[] =>
  columns.flatMap((column) =>
    column.id === "name"
      ? [{ ...column, width: "minmax(0, 1fr)" }]
      : column.id === "budget"
        ? [{ ...column, width: "196px" }]
        : column.id === "menu"
          ? [column]
          : [],
  );

function Name({ row, admin = false }: { row: Key | Team; admin?: boolean }) {
  return (
    <Group gap={8} wrap="nowrap">
      <Text inherit truncate fw={500} title={nameOf(row)}>
        {nameOf(row)}
      </Text>
      {admin && (
        <Badge color="indigo" className="fw-status" style={{ flexShrink: 0 }}>
          admin
        </Badge>
      )}
      {row.blocked && (
        <Badge color="red" className="fw-status" style={{ flexShrink: 0 }}>
          blocked
        </Badge>
      )}
    </Group>
  );
}

/** Short in the cell, in full on hover and focus. */
function Limits({ row }: { row: Key | Team }) {
  const { short, full } = limitsOf(row);
  if (full === "") return <None>none</None>;
  return (
    <Tooltip label={full} multiline maw={320}>
      <Text inherit truncate tabIndex={0} role="note" aria-label={full}>
        {short}
      </Text>
    </Tooltip>
  );
}
