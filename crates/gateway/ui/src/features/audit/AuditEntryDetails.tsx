/** Details of one audit entry: who, when, and the changed fields. */
import { Button, Group, Stack, Table, Text } from "@mantine/core";
import type { AuditEntry } from "../../api/audit";
import { useFilters } from "../../lib/filters";
import { actorOf, differences } from "./auditEntry";

export function AuditEntryDetails({ entry }: { entry: AuditEntry }) {
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
              ["Key ID", entry.key_id],
              ["IP address", entry.ip],
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
          No fields changed.
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
          Show only this {entry.kind}
        </Button>
      </Group>
    </Stack>
  );
}
