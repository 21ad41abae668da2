/** Audit: who changed what, and who signed in, newest first. */
import { Button, Drawer, Group, Select, Stack, Table, Text, TextInput } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { api } from "../../api/client";
import { unwrap } from "../../api/error";
import { useFilters } from "../../lib/filters";
import { DataTable, type Column } from "../../components/DataTable";
import { EmptyState } from "../../components/EmptyState";
import { ErrorState } from "../../components/ErrorState";
import { PageHeader } from "../../components/PageHeader";
import { TableSkeleton } from "../../components/Skeletons";
import { When } from "../../components/RelativeTime";
import {
  ACTIONS,
  actionOf,
  actorOf,
  differences,
  FIELDS,
  inShort,
  KINDS,
  queryOf,
  type Entry,
} from "./auditEntry";

const dash = (
  <Text span inherit c="dimmed" aria-label="not known">
    –
  </Text>
);
const COLUMNS: Column<Entry>[] = [
  { id: "at", header: "When", width: "112px", cell: ({ at }) => <When at={at} /> },
  {
    id: "actor",
    header: "By",
    width: "minmax(120px, 1fr)",
    cell: (entry) => (
      <Text inherit truncate>
        {actorOf(entry)}
        {entry.session && (
          <Text span inherit c="dimmed">
            {" "}
            (session)
          </Text>
        )}
      </Text>
    ),
  },
  { id: "ip", header: "From", width: "132px", cell: ({ ip }) => ip ?? dash },
  {
    id: "action",
    header: "Action",
    width: "170px",
    cell: ({ action }) => (
      <Text inherit fw={500} truncate>
        {actionOf(action)}
      </Text>
    ),
  },
  {
    id: "subject",
    header: "Subject",
    width: "minmax(120px, 1fr)",
    cell: ({ subject }) => <span title={subject}>{subject}</span>,
  },
  {
    id: "change",
    header: "Change",
    width: "minmax(180px, 2fr)",
    cell: ({ before, after }) => {
      const text = inShort(before, after);
      return <span title={text}>{text}</span>;
    },
  },
];
const LIMIT = 200;

export function Audit() {
  const [filters] = useFilters();
  const [opened, open] = useState<Entry | null>(null);
  const query = queryOf(filters);
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetching } = useInfiniteQuery({
    queryKey: ["audit", query],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/fareway/v1/audit", {
          params: {
            query: {
              ...query,
              limit: String(LIMIT),
              ...(pageParam === undefined ? {} : { before: pageParam }),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const rows = useMemo(() => data?.pages.flatMap(({ entries }) => entries) ?? [], [data]);
  const narrowed = Object.keys(query).length > 0;
  return (
    <>
      <PageHeader
        title="Audit"
        about="Who changed keys, teams, users, models and prices, and who signed in."
      />
      <Narrow />
      {error && rows.length === 0 ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <TableSkeleton />
      ) : (
        <DataTable
          label="Audit"
          rows={rows}
          columns={COLUMNS}
          rowId={({ id }) => id}
          onOpen={open}
          minWidth={900}
          total={hasNextPage ? -1 : rows.length}
          onEnd={() => {
            if (hasNextPage && !isFetching) void fetchNextPage();
          }}
          empty={
            narrowed ? (
              <EmptyState
                icon={IconHistory}
                title="No entries match these filters"
                next="Clear a filter, or choose another time."
              />
            ) : (
              <EmptyState
                icon={IconHistory}
                title="Nothing has been changed yet"
                next="Each change by the API, the command or this page is recorded here, with who made it and from where."
              />
            )
          }
        />
      )}
      <Drawer
        opened={opened !== null}
        onClose={() => {
          open(null);
        }}
        position="right"
        size="lg"
        title={opened && actionOf(opened.action)}
      >
        {opened && <Whole entry={opened} />}
      </Drawer>
    </>
  );
}

function Narrow() {
  const [filters, change] = useFilters();
  return (
    <Group gap="xs" mb="sm" align="flex-end">
      <TextInput
        type="date"
        label="From"
        value={filters["from"] ?? ""}
        onChange={(event) => {
          change({ from: event.currentTarget.value });
        }}
        w={{ base: "calc(50% - 5px)", sm: 150 }}
      />
      <TextInput
        type="date"
        label="To"
        value={filters["to"] ?? ""}
        onChange={(event) => {
          change({ to: event.currentTarget.value });
        }}
        w={{ base: "calc(50% - 5px)", sm: 150 }}
      />
      <Select
        label="Action"
        placeholder="Any"
        searchable
        clearable
        data={Object.entries(ACTIONS).map(([value, label]) => ({ value, label }))}
        value={filters["action"] ?? null}
        onChange={(action) => {
          change({ action: action ?? "" });
        }}
        w={{ base: "calc(50% - 5px)", sm: 180 }}
      />
      <Select
        label="Kind"
        placeholder="Any"
        clearable
        data={[...KINDS]}
        value={filters["kind"] ?? null}
        onChange={(kind) => {
          change({ kind: kind ?? "" });
        }}
        w={{ base: "calc(50% - 5px)", sm: 120 }}
      />
      {FIELDS.map(({ name, label, about }) => (
        <Field
          key={`${name} ${filters[name] ?? ""}`}
          name={name}
          label={label}
          about={about}
          value={filters[name] ?? ""}
        />
      ))}
    </Group>
  );
}

/** It counts once it is entered: each letter would be a question. */
function Field({
  name,
  label,
  about,
  value,
}: {
  name: string;
  label: string;
  about: string;
  value: string;
}) {
  const [, change] = useFilters();
  const [typed, type] = useState(value);
  const enter = () => {
    if (typed.trim() !== value) change({ [name]: typed.trim() });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        enter();
      }}
    >
      <TextInput
        label={label}
        placeholder={about}
        value={typed}
        onChange={(event) => {
          type(event.currentTarget.value);
        }}
        onBlur={enter}
        w={{ base: "100%", sm: 190 }}
      />
    </form>
  );
}

function Whole({ entry }: { entry: Entry }) {
  const changed = differences(entry.before, entry.after);
  const [, change] = useFilters();
  return (
    <Stack gap="md">
      <Table withRowBorders={false} aria-label="Entry">
        <Table.Tbody>
          {(
            [
              ["When", entry.at],
              ["By", `${actorOf(entry)}${entry.session ? " (session)" : ""}`],
              ["Key id", entry.key_id],
              ["From", entry.ip],
              ["Kind", entry.kind],
              ["Subject", entry.subject],
              ["Entry", entry.id],
            ] as const
          ).map(
            ([name, value]) =>
              value !== null && (
                <Table.Tr key={name}>
                  <Table.Td c="dimmed" w={90}>
                    {name}
                  </Table.Td>
                  <Table.Td style={{ overflowWrap: "anywhere" }}>{value}</Table.Td>
                </Table.Tr>
              ),
          )}
        </Table.Tbody>
      </Table>
      {changed.length === 0 ? (
        <Text size="sm" c="dimmed">
          No field was different.
        </Text>
      ) : (
        <Table aria-label="Change" layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Field</Table.Th>
              <Table.Th>Before</Table.Th>
              <Table.Th>After</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {changed.map(({ field, before, after }) => (
              <Table.Tr key={field}>
                {[field, before, after].map((text, nth) => (
                  <Table.Td key={nth} style={{ overflowWrap: "anywhere" }}>
                    {text}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <Group>
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            change({ kind: entry.kind, subject: entry.subject });
          }}
        >
          Only this {entry.kind}
        </Button>
      </Group>
    </Stack>
  );
}
