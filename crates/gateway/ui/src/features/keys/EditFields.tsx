/** Form fields of a key or team: name, budget, owner, limits, model groups. */
import { Checkbox, NumberInput, Select, SimpleGrid, TagsInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Key } from "../../api/keys";
import { modelGroupsQuery } from "../../api/models";
import type { Team } from "../../api/teams";
import { formatFull, parseUsd } from "../../lib/money";
import { budgetError, type Count, type Draft, type FieldProps, type Of } from "./draft";
import { having, type Option } from "./options";
import { Expiry, Owner } from "./OwnerFields";

interface Props extends FieldProps {
  of: Of;
  row: Key | Team | undefined;
}

const RESETS: Option[] = [
  { value: "", label: "never" },
  { value: "1d", label: "every day" },
  { value: "7d", label: "every 7 days" },
  { value: "30d", label: "every 30 days" },
  { value: "1mo", label: "every month" },
];

const MODES: Option[] = [
  { value: "strict", label: "strict" },
  { value: "soft", label: "soft" },
];

export function EditFields({ of, row, draft, change }: Props) {
  const { data: groups } = useQuery(modelGroupsQuery);
  return (
    <>
      <Names of={of} isNew={row === undefined} draft={draft} change={change} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label="Budget in dollars"
          placeholder="none"
          inputMode="decimal"
          value={draft.budget}
          error={budgetError(draft.budget)}
          description={row === undefined ? null : `${formatFull(parseUsd(row.spend))} spent so far`}
          inputWrapperOrder={["label", "input", "description", "error"]}
          onChange={(event) => {
            change({ budget: event.currentTarget.value });
          }}
        />
        <Select
          label="Budget resets"
          allowDeselect={false}
          data={having(RESETS, draft.resets, `every ${draft.resets}`)}
          value={draft.resets}
          onChange={(resets) => {
            change({ resets: resets ?? "" });
          }}
        />
        <Select
          label="Budget mode"
          data={MODES}
          allowDeselect={false}
          value={draft.mode}
          description={
            draft.mode === "strict"
              ? "Reserves the worst case of each request"
              : "Requests in flight can exceed the budget"
          }
          inputWrapperOrder={["label", "input", "description", "error"]}
          onChange={(mode) => {
            if (mode) change({ mode: mode as Draft["mode"] });
          }}
        />
        {of === "key" && <Expiry row={row as Key | undefined} draft={draft} change={change} />}
        {of === "key" && <Owner draft={draft} change={change} />}
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        <Limit
          label="Requests per minute"
          value={draft.rpm}
          change={(rpm) => {
            change({ rpm });
          }}
        />
        <Limit
          label="Tokens per minute"
          value={draft.tpm}
          change={(tpm) => {
            change({ tpm });
          }}
        />
        <Limit
          label="Concurrent requests"
          value={draft.parallel}
          change={(parallel) => {
            change({ parallel });
          }}
        />
      </SimpleGrid>
      <TagsInput
        label="Model groups"
        description="The groups it may use. Leave empty to allow all."
        data={groups ?? []}
        value={[...draft.groups]}
        onChange={(named) => {
          change({ groups: named });
        }}
      />
      {of === "key" && (
        <Checkbox
          label="Can manage this gateway"
          checked={draft.admin}
          onChange={(event) => {
            change({ admin: event.currentTarget.checked });
          }}
        />
      )}
    </>
  );
}

function Names({
  of,
  isNew,
  draft,
  change,
}: Pick<Props, "of" | "draft" | "change"> & { isNew: boolean }) {
  const name = (
    <TextInput
      label="Name"
      required={isNew}
      data-autofocus
      value={draft.name}
      onChange={(event) => {
        change({ name: event.currentTarget.value });
      }}
    />
  );
  if (of === "key") return name;
  const id = (
    <TextInput
      label="ID"
      placeholder="generated"
      disabled={!isNew}
      value={draft.id}
      onChange={(event) => {
        change({ id: event.currentTarget.value });
      }}
    />
  );
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      {name}
      {id}
    </SimpleGrid>
  );
}

function Limit({
  label,
  value,
  change,
}: {
  label: string;
  value: Count;
  change: (value: Count) => void;
}) {
  return (
    <NumberInput
      label={label}
      placeholder="no limit"
      min={0}
      allowDecimal={false}
      allowNegative={false}
      hideControls
      thousandSeparator=","
      value={value}
      onChange={(typed) => {
        change(typeof typed === "number" ? typed : "");
      }}
    />
  );
}
