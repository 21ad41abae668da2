/** State of the gateway: version, store, spool, limits and startup warnings. */
import { Alert, Badge, Code, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { settingsQuery } from "../../api/settings";
import { ErrorState } from "../../components/ErrorState";
import { TableSkeleton } from "../../components/Skeletons";
import { formatTokens } from "../../lib/tokens";
import { rejectedRowsWarning } from "./rejectedRows";

const DURABILITY: Readonly<Record<string, string>> = {
  process: "a gateway crash",
  disk: "a machine crash",
  relaxed: "no crash for certain",
};

export function HealthTab() {
  const { data, error, refetch } = useQuery(settingsQuery);
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!data) return <TableSkeleton rows={6} />;
  const { books, limits } = data;
  const refused = rejectedRowsWarning(books.refused_rows);
  return (
    <Stack gap="md">
      {refused && (
        <Alert
          color="orange"
          variant="light"
          role="alert"
          icon={<IconAlertTriangle size={18} />}
          title={refused.title}
        >
          <Text size="sm" c="var(--mantine-color-text)">
            {refused.next}
          </Text>
        </Alert>
      )}
      <SimpleGrid
        cols={{ base: 1, sm: 2, lg: 3 }}
        spacing="md"
        style={{ opacity: error ? 0.5 : 1 }}
      >
        <Panel
          title="Gateway"
          facts={[
            ["Version", data.version],
            [
              "Instance",
              <Code key="id" fz="xs">
                {data.instance}
              </Code>,
            ],
            ["Master key", data.open ? "not set: open to this machine" : "set"],
          ]}
        />
        <Panel
          title="Store"
          badge={<State good={books.store === "connected"}>{books.store}</State>}
          facts={[
            ["Kind", data.store_kind === "sqlite" ? "SQLite" : "PostgreSQL"],
            ["Retention", data.retention ?? "forever"],
            ["Prompts and responses", data.stores_texts ? "stored" : "not stored"],
          ]}
        />
        <Panel
          title="Spool"
          badge={
            <State good={books.lag_seconds < 60}>
              {books.lag_seconds < 1 ? "up to date" : `${formatTokens(books.lag_seconds)} s behind`}
            </State>
          }
          facts={[
            ["Waiting rows", formatTokens(books.spool_rows)],
            ["Bytes", formatTokens(books.spool_bytes)],
            ["Rejected by the database", formatTokens(books.refused_rows)],
            ["Entries survive", DURABILITY[data.durability] ?? data.durability],
          ]}
        />
        <Panel
          title="Limits"
          {...(limits.redis === null
            ? {}
            : {
                badge: <State good={limits.redis === "connected"}>{`Redis ${limits.redis}`}</State>,
              })}
          facts={[
            ["Counted", limits.counted === "shared" ? "across all instances" : "per instance"],
          ]}
        />
      </SimpleGrid>
      {data.warnings.length > 0 && (
        <Paper p="md">
          <Title order={2} fz="sm" mb="xs">
            Warnings at startup
          </Title>
          <Stack gap={6} component="ul" m={0} p={0} style={{ listStyle: "none" }}>
            {data.warnings.map((warning) => (
              <li key={warning} style={{ display: "flex", gap: 8 }}>
                <IconAlertTriangle
                  size={16}
                  color="var(--mantine-color-orange-6)"
                  style={{ flexShrink: 0, marginTop: 2 }}
                  aria-hidden
                />
                <Text size="sm" style={{ overflowWrap: "anywhere" }}>
                  {warning}
                </Text>
              </li>
            ))}
          </Stack>
        </Paper>
      )}
    </Stack>
  );
}

const State = ({ good, children }: { good: boolean; children: ReactNode }) => (
  <Badge color={good ? "teal" : "orange"} className="fw-status">
    {children}
  </Badge>
);

function Panel({
  title,
  badge,
  facts,
}: {
  title: string;
  badge?: ReactNode;
  facts: readonly (readonly [string, ReactNode])[];
}) {
  return (
    <Paper p="md">
      <div
        style={{ display: "flex", justifyContent: "space-between", minHeight: 24, marginBottom: 8 }}
      >
        <Title order={2} fz="sm">
          {title}
        </Title>
        {badge}
      </div>
      <dl
        style={{
          display: "grid",
          gridTemplateColumns: "minmax(96px, auto) minmax(0, 1fr)",
          columnGap: 12,
          rowGap: 6,
          margin: 0,
        }}
      >
        {facts.map(([name, value]) => [
          <Text key={name} component="dt" size="sm" c="dimmed">
            {name}
          </Text>,
          <Text
            key={`${name}=`}
            component="dd"
            size="sm"
            m={0}
            ta="end"
            style={{ overflowWrap: "anywhere" }}
          >
            {value}
          </Text>,
        ])}
      </dl>
    </Paper>
  );
}
