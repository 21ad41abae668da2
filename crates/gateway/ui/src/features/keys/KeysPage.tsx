/** Keys and teams: who may ask, how much they may spend, and how much is left. */
import { Button, Group, Paper, Stack, Tabs, Text, TextInput, Title } from "@mantine/core";
import { useDebouncedValue, useMediaQuery } from "@mantine/hooks";
import { IconKey, IconPlus, IconSearch, IconUsersGroup } from "@tabler/icons-react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useFilters } from "../../lib/filters";
import { limitsOf } from "../../lib/limits";
import { DataTable } from "../../components/DataTable";
import { EmptyState } from "../../components/EmptyState";
import { ErrorState } from "../../components/ErrorState";
import { PageHeader } from "../../components/PageHeader";
import { searchField } from "../../components/searchShortcut";
import { useSorting } from "../../components/sorting";
import { TableSkeleton } from "../../components/Skeletons";
import { seesEverything, useSession } from "../../api/session";
import { nameOf, useKeys, useOwnKey, useTeams, type Key, type Team } from "../../api/keys";
import { BudgetBar, Resets } from "./BudgetBar";
import { keyColumns, teamColumns } from "./columns";
import { TermsDialog } from "./EditDialog";

/** Keys come by pages: to be sorted, all of them are read first. Nobody waits for more than these. */
const MOST_SORTED = 2_000;
const useNarrow = () =>
  useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });

export function Keys() {
  return seesEverything(useSession()) ? <AllKeys /> : <OwnKey />;
}

function AllKeys() {
  const [filters, change] = useFilters();
  const of = filters["of"] === "team" ? "team" : "key";
  const [making, make] = useState(false);
  const close = () => {
    make(false);
  };
  return (
    <>
      <PageHeader title="Keys" about="Who may ask, and how much they may spend.">
        <Button
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => {
            make(true);
          }}
        >
          {of === "key" ? "New key" : "New team"}
        </Button>
      </PageHeader>
      <Tabs
        value={of}
        onChange={(value) => {
          change({ of: value === "team" ? "team" : "", sort: "" });
        }}
        keepMounted={false}
      >
        <Tabs.List mb="sm">
          <Tabs.Tab value="key">Keys</Tabs.Tab>
          <Tabs.Tab value="team">Teams</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="key">
          <KeyList />
        </Tabs.Panel>
        <Tabs.Panel value="team">
          <TeamList />
        </Tabs.Panel>
      </Tabs>
      <TermsDialog of={of} opened={making} onClose={close} />
    </>
  );
}

function KeyList() {
  const narrow = useNarrow();
  const [filters, change] = useFilters();
  const [typed, type] = useState(filters["name"] ?? "");
  const [search] = useDebouncedValue(typed.trim(), 250);
  const [editing, edit] = useState<Key | null>(null);
  const columns = useMemo(() => keyColumns(edit, narrow), [narrow]);
  const sorting = useSorting();
  const { data, error, refetch, hasNextPage, isFetching, fetchNextPage } = useKeys(search);
  const rows = useMemo(() => data?.pages.flatMap(({ keys }) => keys) ?? [], [data]);
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  const total = data?.pages[0]?.total_count ?? rows.length;
  const sorts = total <= MOST_SORTED;
  useEffect(() => {
    if (sorts && sorting.order !== undefined && !error) onEnd();
  }, [sorts, sorting.order, error, onEnd]);
  return (
    <>
      <FindByName
        typed={typed}
        type={(name) => {
          type(name);
          change({ name: name.trim() });
        }}
      />
      {error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <TableSkeleton />
      ) : (
        <DataTable
          label="Keys"
          rows={rows}
          columns={columns}
          sorting={sorts ? sorting : undefined}
          rowId={(key) => key.token}
          onOpen={edit}
          onEnd={onEnd}
          total={total}
          minWidth={narrow ? 0 : 984}
          height="calc(100dvh - 250px)"
          empty={
            search === "" ? (
              <EmptyState
                icon={IconKey}
                title="No keys yet"
                next="Make one for each program or person that asks, so that you see who spends what."
              />
            ) : (
              <EmptyState
                icon={IconKey}
                title="No key is called so"
                next="These letters are in the name of none."
              />
            )
          }
        />
      )}
      <TermsDialog
        of="key"
        opened={editing !== null}
        row={editing ?? undefined}
        onClose={() => {
          edit(null);
        }}
      />
    </>
  );
}

function FindByName({ typed, type }: { typed: string; type: (name: string) => void }) {
  return (
    <TextInput
      {...searchField}
      aria-label="Find by name"
      placeholder="Search by name"
      leftSection={<IconSearch size={16} aria-hidden />}
      maw={360}
      mb="sm"
      value={typed}
      onChange={(event) => {
        type(event.currentTarget.value);
      }}
    />
  );
}

function TeamList() {
  const narrow = useNarrow();
  const [typed, type] = useState("");
  const [editing, edit] = useState<Team | null>(null);
  const columns = useMemo(() => teamColumns(edit, narrow), [narrow]);
  const sorting = useSorting();
  const { data, error, refetch } = useTeams();
  const letters = typed.trim().toLowerCase();
  const rows = useMemo(
    () => data?.filter((team) => nameOf(team).toLowerCase().includes(letters)) ?? [],
    [data, letters],
  );
  if (error) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!data) return <TableSkeleton />;
  return (
    <>
      <FindByName typed={typed} type={type} />
      <DataTable
        label="Teams"
        rows={rows}
        columns={columns}
        sorting={sorting}
        rowId={(team) => team.team_id}
        onOpen={edit}
        minWidth={narrow ? 0 : 820}
        height="calc(100dvh - 250px)"
        empty={
          letters === "" ? (
            <EmptyState
              icon={IconUsersGroup}
              title="No teams yet"
              next="A team has a budget and limits that all its keys share."
            />
          ) : (
            <EmptyState
              icon={IconUsersGroup}
              title="No team is called so"
              next="These letters are in the name of none."
            />
          )
        }
      />
      <TermsDialog
        of="team"
        opened={editing !== null}
        row={editing ?? undefined}
        onClose={() => {
          edit(null);
        }}
      />
    </>
  );
}

/** What a virtual key sees: itself. */
function OwnKey() {
  const { data: key, error, refetch } = useOwnKey();
  return (
    <>
      <PageHeader title="Keys" about="Your key and what is left of its budget." />
      {error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : !key ? (
        <TableSkeleton rows={3} />
      ) : (
        <Paper p="md" maw={560}>
          <Stack gap="md">
            <Title order={2} style={{ overflowWrap: "anywhere" }}>
              {nameOf(key)}
            </Title>
            <BudgetBar budget={key} owner={{}} tall />
            <Group gap="xl" fz="sm">
              <div>
                <Text size="xs" c="dimmed">
                  Begins anew
                </Text>
                <Resets budget={key} />
              </div>
              <div>
                <Text size="xs" c="dimmed">
                  Limits
                </Text>
                {limitsOf(key).full || "none"}
              </div>
              <div>
                <Text size="xs" c="dimmed">
                  Model groups
                </Text>
                {key.models.length === 0 ? "any" : key.models.join(", ")}
              </div>
            </Group>
          </Stack>
        </Paper>
      )}
    </>
  );
}
