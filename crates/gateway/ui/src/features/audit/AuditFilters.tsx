/** Filters of the audit page, kept in the URL. */
import { Group, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { useFilters } from "../../lib/filters";
import { ACTIONS, FIELDS, KINDS } from "./auditEntry";

export function AuditFilters() {
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

/** Applied on Enter or blur, so that not every letter sends a request. */
export function Field({
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
