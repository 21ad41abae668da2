/** Audit page: who changed what, and who signed in, newest first. */
import { Drawer, Text } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { auditQuery, type AuditEntry } from "../../api/audit";
import { DataTable, type Column } from "../../components/DataTable";
import { EmptyState } from "../../components/EmptyState";
import { ErrorState } from "../../components/ErrorState";
import { PageHeader } from "../../components/PageHeader";
import { RelativeTime } from "../../components/RelativeTime";
import { TableSkeleton } from "../../components/Skeletons";
import { useFilters } from "../../lib/filters";
import { actionOf, actorOf, inShort, queryOf } from "./auditEntry";
import { AuditEntryDetails } from "./AuditEntryDetails";
import { AuditFilters } from "./AuditFilters";

const dash = (
  <Text span inherit c="dimmed" aria-label="unknown">
    –
  </Text>
);

const COLUMNS: Column<AuditEntry>[] = [
  { id: "at", header: "When", width: "112px", cell: ({ at }) => <RelativeTime at={at} /> },
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
  { id: "ip", header: "IP address", width: "132px", cell: ({ ip }) => ip ?? dash },
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

export function AuditPage() {
  const [filters] = useFilters();
  const [opened, open] = useState<AuditEntry | null>(null);
  const query = queryOf(filters);
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetching } = useInfiniteQuery(
    auditQuery(query),
  );
  const rows = useMemo(() => data?.pages.flatMap(({ entries }) => entries) ?? [], [data]);
  const narrowed = Object.keys(query).length > 0;
  return (
    <>
      <PageHeader
        title="Audit"
        about="Changes to keys, teams, users, models and prices, and sign-ins."
      />
      <AuditFilters />
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
                next="Clear a filter or choose other dates."
              />
            ) : (
              <EmptyState
                icon={IconHistory}
                title="No changes yet"
                next="Every change made through the API, the CLI or this UI is recorded here, with who made it and from where."
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
        {opened && <AuditEntryDetails entry={opened} />}
      </Drawer>
    </>
  );
}
