/** The configuration as it was read: secrets hidden, and each key that has no effect marked. */
import { Alert, Badge, Switch, Table, Text } from "@mantine/core";
import { IconAlertTriangle, IconFileOff } from "@tabler/icons-react";
import { useState } from "react";
import type { Schemas } from "../../api/client";
import { EmptyState } from "../../parts/EmptyState";
import { ErrorState } from "../../parts/ErrorState";
import { TableSkeleton } from "../../parts/skeletons";
import { useSettings } from "./settings";

export function Config() {
  const { data, error, refetch } = useSettings();
  const [only, setOnly] = useState(false);
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!data) return <TableSkeleton rows={10} />;
  if (data.config.length === 0) return <EmptyState icon={IconFileOff} title="No configuration file" next="The gateway runs with what it has by itself. Start it with --config to name a file." />;
  const idle = data.config.filter(({ honoured }) => !honoured);
  const shown = only ? idle : data.config;
  return (
    <>
      {idle.length > 0 && (
        <Alert variant="default" p="sm" mb="sm" icon={<IconAlertTriangle size={18} color="var(--mantine-color-orange-6)" />}>
          <div style={{ display: "flex", flexWrap: "wrap", justifyContent: "space-between", gap: 8 }}>
            <Text size="sm">{idle.length === 1 ? "One key has" : `${String(idle.length)} keys have`} no effect here.</Text>
            <Switch size="sm" label="Only these" checked={only} onChange={(event) => { setOnly(event.currentTarget.checked); }} />
          </div>
        </Alert>
      )}
      <Table.ScrollContainer minWidth={320} type="native" tabIndex={0} role="region" aria-label="Configuration">
        <Table fz="sm" verticalSpacing={5} layout="fixed">
          <Table.Thead><Table.Tr><Table.Th w={56} ta="end">Line</Table.Th><Table.Th w="48%">Key</Table.Th><Table.Th>Value</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>{shown.map((setting) => <Line key={`${String(setting.line)} ${setting.key}`} setting={setting} />)}</Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}

function Line({ setting: { key, line, value, honoured } }: { setting: Schemas["Setting"] }) {
  const hidden = value === "•••";
  return (
    <Table.Tr>
      <Table.Td ta="end" c="dimmed">{line}</Table.Td>
      <Table.Td ff="monospace" fz="xs" style={{ overflowWrap: "anywhere" }}>{key} {!honoured && <Badge color="orange" className="fw-status" ml={4}>no effect</Badge>}</Table.Td>
      <Table.Td ff="monospace" fz="xs" style={{ overflowWrap: "anywhere" }}>{value === null ? <Text span inherit c="dimmed">empty</Text> : hidden ? <Text span inherit c="dimmed" aria-label="hidden">•••</Text> : value}</Table.Td>
    </Table.Tr>
  );
}
