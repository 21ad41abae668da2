/** The configuration as it was read, with secrets hidden and keys without effect marked. */
import { Alert, Badge, Switch, Table, Text, TextInput, type TableTrProps } from "@mantine/core";
import { IconAlertTriangle, IconFileOff, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { Schemas } from "../../api/client";
import { settingsQuery } from "../../api/settings";
import { EmptyState } from "../../components/EmptyState";
import { ErrorState } from "../../components/ErrorState";
import { useRowKeys } from "../../components/rowNavigation";
import { searchField } from "../../components/searchShortcut";
import { TableSkeleton } from "../../components/Skeletons";

type Setting = Schemas["Setting"];

export function ConfigTab() {
  const { data, error, refetch } = useQuery(settingsQuery);
  const [only, setOnly] = useState(false);
  const [search, setSearch] = useState("");
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!data) return <TableSkeleton rows={10} />;
  if (data.config.length === 0)
    return (
      <EmptyState
        icon={IconFileOff}
        title="No configuration file"
        next="The gateway runs with its defaults. Start it with --config to use a file."
      />
    );
  const idle = data.config.filter(({ honoured }) => !honoured);
  const shown = (only ? idle : data.config).filter((setting) => fits(setting, search));
  return (
    <>
      {idle.length > 0 && (
        <Alert
          variant="default"
          p="sm"
          mb="sm"
          icon={<IconAlertTriangle size={18} color="var(--mantine-color-orange-6)" />}
        >
          <div
            style={{ display: "flex", flexWrap: "wrap", justifyContent: "space-between", gap: 8 }}
          >
            <Text size="sm">
              {idle.length === 1 ? "One key has" : `${String(idle.length)} keys have`} no effect
              here.
            </Text>
            <Switch
              size="sm"
              label="Show only these"
              checked={only}
              onChange={(event) => {
                setOnly(event.currentTarget.checked);
              }}
            />
          </div>
        </Alert>
      )}
      <TextInput
        {...searchField}
        aria-label="Find a key"
        placeholder="Key or value"
        leftSection={<IconSearch size={16} aria-hidden />}
        w={{ base: "100%", sm: 320 }}
        mb="sm"
        value={search}
        onChange={(event) => {
          setSearch(event.currentTarget.value);
        }}
      />
      {shown.length > 0 ? (
        <Lines settings={shown} />
      ) : (
        <EmptyState
          icon={IconFileOff}
          title="No matching keys"
          next="No key or value of the configuration contains this text."
        />
      )}
    </>
  );
}

/** Whether the key or its value contains the text, ignoring case. */
const fits = ({ key, value }: Setting, search: string) =>
  `${key} ${value ?? ""}`.toLowerCase().includes(search.trim().toLowerCase());
const idOf = ({ line, key }: Setting) => `${String(line)} ${key}`;

/** Not a DataTable: keys and values are shown in full, in the order of the file. */
function Lines({ settings }: { settings: readonly Setting[] }) {
  const body = useRef<HTMLTableSectionElement>(null);
  const { rowProps, onKeyDown, onBlur } = useRowKeys({
    count: settings.length,
    within: body,
    idAt: (place) => {
      const setting = settings[place];
      return setting ? idOf(setting) : "";
    },
  });
  return (
    <Table
      fz="sm"
      verticalSpacing={5}
      layout="fixed"
      role="grid"
      aria-label="Configuration"
      onKeyDown={onKeyDown}
      onBlur={onBlur}
    >
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={56} ta="end">
            Line
          </Table.Th>
          <Table.Th w="48%">Key</Table.Th>
          <Table.Th>Value</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody ref={body}>
        {settings.map((setting, place) => (
          <Line key={idOf(setting)} setting={setting} row={rowProps(place)} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Line({
  setting: { key, line, value, honoured },
  row,
}: {
  setting: Setting;
  row: TableTrProps;
}) {
  const hidden = value === "•••";
  return (
    <Table.Tr {...row}>
      <Table.Td ta="end" c="dimmed">
        {line}
      </Table.Td>
      <Table.Td ff="monospace" fz="xs" style={{ overflowWrap: "anywhere" }}>
        {key}{" "}
        {!honoured && (
          <Badge color="orange" className="fw-status" ml={4}>
            no effect
          </Badge>
        )}
      </Table.Td>
      <Table.Td ff="monospace" fz="xs" style={{ overflowWrap: "anywhere" }}>
        {value === null ? (
          <Text span inherit c="dimmed">
            empty
          </Text>
        ) : hidden ? (
          <Text span inherit c="dimmed" aria-label="hidden">
            •••
          </Text>
        ) : (
          value
        )}
      </Table.Td>
    </Table.Tr>
  );
}
