/** Keys and teams: who may ask, how much they may spend, and how much is left. */
import { Badge, Button, Group, Paper, Stack, Tabs, Text, TextInput, Title } from "@mantine/core";
import { useDebouncedValue, useMediaQuery } from "@mantine/hooks";
import { IconKey, IconPlus, IconSearch, IconUsersGroup } from "@tabler/icons-react";
import { useCallback, useMemo, useState } from "react";
import { useFilters } from "../../filters";
import { DataTable, type Column } from "../../parts/DataTable";
import { EmptyState } from "../../parts/EmptyState";
import { ErrorState } from "../../parts/ErrorState";
import { PageHeader } from "../../parts/PageHeader";
import { searchField } from "../../parts/shortcuts";
import { TableSkeleton } from "../../parts/skeletons";
import { When } from "../../parts/When";
import { seesEverything, useSession } from "../../session/session";
import { formatTokensShort } from "../../tokens";
import { blockKey, blockTeam, deleteKey, deleteTeam, useKeys, useOwnKey, useTeams, type Key, type Team } from "./books";
import { BudgetBar, Resets } from "./BudgetBar";
import { NewOne } from "./Terms";
import { RowMenu } from "./RowMenu";

export function Keys() {
  return seesEverything(useSession()) ? <AllKeys /> : <OwnKey />;
}

function AllKeys() {
  const [filters, change] = useFilters();
  const of = filters["of"] === "team" ? "team" : "key";
  const [making, make] = useState(false);
  const close = () => { make(false); };
  return (
    <>
      <PageHeader title="Keys" about="Who may ask, and how much they may spend."><Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => { make(true); }}>{of === "key" ? "New key" : "New team"}</Button></PageHeader>
      <Tabs value={of} onChange={(value) => { change({ of: value === "team" ? "team" : "" }); }} keepMounted={false}>
        <Tabs.List mb="sm"><Tabs.Tab value="key">Keys</Tabs.Tab><Tabs.Tab value="team">Teams</Tabs.Tab></Tabs.List>
        <Tabs.Panel value="key"><KeyList /></Tabs.Panel>
        <Tabs.Panel value="team"><TeamList /></Tabs.Panel>
      </Tabs>
      <NewOne of={of} opened={making} onClose={close} />
    </>
  );
}

const nameOf = (key: Key) => key.key_alias ?? key.key_name;
const limits = ({ rpm_limit: rpm, tpm_limit: tpm }: Key | Team) => [rpm === null ? null : `${formatTokensShort(rpm)} req`, tpm === null ? null : `${formatTokensShort(tpm)} tok`].filter((one) => one !== null).join(" · ");

const LIMITS = { id: "limits", header: "Limits a minute", width: "minmax(130px, 1fr)", cell: (row: Key | Team) => limits(row) || <Text span inherit c="dimmed">none</Text> };
const BUDGET = { id: "budget", header: "Budget", width: "minmax(220px, 2fr)", cell: (row: Key | Team) => <BudgetBar budget={row} /> };
const ANEW = { id: "anew", header: "Begins anew", width: "140px", cell: (row: Key | Team) => <Resets budget={row} /> };

const KEY_COLUMNS: Column<Key>[] = [
  { id: "name", header: "Key", width: "minmax(200px, 2fr)", cell: (key) => <Group gap={8} wrap="nowrap"><Text inherit truncate fw={500} title={nameOf(key)}>{nameOf(key)}</Text>{key.admin && <Badge color="indigo" className="fw-status" style={{ flexShrink: 0 }}>admin</Badge>}{key.blocked && <Badge color="red" className="fw-status" style={{ flexShrink: 0 }}>blocked</Badge>}</Group> },
  { id: "team", header: "Team", width: "minmax(80px, 1fr)", cell: (key) => key.team_id ?? <Text span inherit c="dimmed">–</Text> },
  BUDGET, ANEW, LIMITS,
  { id: "expires", header: "Valid until", width: "100px", cell: (key) => (key.expires === null ? <Text span inherit c="dimmed">ever</Text> : <When at={key.expires} />) },
  { id: "menu", header: "", width: "52px", align: "end", cell: (key) => <RowMenu name={nameOf(key)} blocked={key.blocked} logs={{ key: key.token }} block={() => blockKey(key)} remove={() => deleteKey(key)} /> },
];
const TEAM_COLUMNS: Column<Team>[] = [
  { id: "name", header: "Team", width: "minmax(200px, 2fr)", cell: (team) => <Group gap={8} wrap="nowrap"><Text inherit truncate fw={500}>{team.team_alias ?? team.team_id}</Text>{team.blocked && <Badge color="red" className="fw-status" style={{ flexShrink: 0 }}>blocked</Badge>}</Group> },
  BUDGET, ANEW, LIMITS,
  { id: "menu", header: "", width: "52px", align: "end", cell: (team) => <RowMenu name={team.team_alias ?? team.team_id} blocked={team.blocked} logs={{ team: team.team_id }} block={() => blockTeam(team)} remove={() => deleteTeam(team)} /> },
];

/** What fits on a phone. */
const only = <T,>(columns: Column<T>[]): Column<T>[] => columns.flatMap((column) => (
  column.id === "name" ? [{ ...column, width: "minmax(0, 1fr)" }] : column.id === "budget" ? [{ ...column, width: "196px" }] : column.id === "menu" ? [column] : []
));
const NARROW_KEYS = only(KEY_COLUMNS);
const NARROW_TEAMS = only(TEAM_COLUMNS);
const useNarrow = () => useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });

function KeyList() {
  const narrow = useNarrow();
  const [filters, change] = useFilters();
  const [typed, type] = useState(filters["name"] ?? "");
  const [alias] = useDebouncedValue(typed.trim(), 250);
  const { data, error, refetch, hasNextPage, isFetching, fetchNextPage } = useKeys(alias);
  const rows = useMemo(() => data?.pages.flatMap(({ keys }) => keys) ?? [], [data]);
  const onEnd = useCallback(() => { if (hasNextPage && !isFetching) void fetchNextPage(); }, [hasNextPage, isFetching, fetchNextPage]);
  return (
    <>
      <TextInput {...searchField} aria-label="Find by name" placeholder="Whole name of a key" leftSection={<IconSearch size={16} aria-hidden />} maw={360} mb="sm" value={typed}
        onChange={(event) => { type(event.currentTarget.value); change({ name: event.currentTarget.value.trim() }); }} />
      {error ? <ErrorState error={error} retry={() => void refetch()} /> : !data ? <TableSkeleton /> : (
        <DataTable label="Keys" rows={rows} columns={narrow ? NARROW_KEYS : KEY_COLUMNS} rowId={(key) => key.token} onEnd={onEnd} total={data.pages[0]?.total_count ?? rows.length} minWidth={narrow ? 0 : 980} height="calc(100dvh - 250px)"
          empty={alias === "" ? <EmptyState icon={IconKey} title="No keys yet" next="Make one for each program or person that asks, so that you see who spends what." /> : <EmptyState icon={IconKey} title="No key has that name" next="The whole name is compared." />} />
      )}
    </>
  );
}

function TeamList() {
  const narrow = useNarrow();
  const { data, error, refetch } = useTeams();
  if (error) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!data) return <TableSkeleton />;
  return <DataTable label="Teams" rows={data} columns={narrow ? NARROW_TEAMS : TEAM_COLUMNS} rowId={(team) => team.team_id} minWidth={narrow ? 0 : 820} height="calc(100dvh - 200px)"
    empty={<EmptyState icon={IconUsersGroup} title="No teams yet" next="A team has a budget and limits that all its keys share." />} />;
}

/** What a virtual key sees: itself. */
function OwnKey() {
  const { data: key, error, refetch } = useOwnKey();
  return (
    <>
      <PageHeader title="Keys" about="Your key and what is left of its budget." />
      {error ? <ErrorState error={error} retry={() => void refetch()} /> : !key ? <TableSkeleton rows={3} /> : (
        <Paper p="md" maw={560}>
          <Stack gap="md">
            <Title order={2} style={{ overflowWrap: "anywhere" }}>{nameOf(key)}</Title>
            <BudgetBar budget={key} />
            <Group gap="xl" fz="sm"><div><Text size="xs" c="dimmed">Begins anew</Text><Resets budget={key} /></div><div><Text size="xs" c="dimmed">Limits a minute</Text>{limits(key) || "none"}</div><div><Text size="xs" c="dimmed">Model groups</Text>{key.models.length === 0 ? "any" : key.models.join(", ")}</div></Group>
          </Stack>
        </Paper>
      )}
    </>
  );
}
