/** The fields of a key or team: name, budget, whose it is, limits, model groups. */
import { Checkbox, NumberInput, Select, SimpleGrid, TagsInput, TextInput } from "@mantine/core";
import { formatFull, parseUsd } from "../../lib/money";
import { useGroups, useTeams, useUsers, type Key, type Team } from "../../api/keys";
import { budgetError, EVER, type Count, type Draft, type Of } from "./draft";

interface Props {
  of: Of;
  row: Key | Team | undefined;
  draft: Draft;
  change: (part: Partial<Draft>) => void;
}
interface Option {
  value: string;
  label: string;
}

const AGAIN: Option[] = [
  { value: "", label: "never" },
  { value: "1d", label: "every day" },
  { value: "7d", label: "every 7 days" },
  { value: "30d", label: "every 30 days" },
  { value: "1mo", label: "every month" },
];
const VALID: Option[] = [
  { value: "1d", label: "one day" },
  { value: "30d", label: "30 days" },
  { value: "90d", label: "90 days" },
  { value: "365d", label: "a year" },
];
const MODES: Option[] = [
  { value: "strict", label: "strict" },
  { value: "soft", label: "soft" },
];

/** With what is chosen, though it is not among them. */
const having = (options: readonly Option[], value: string, label: string): Option[] =>
  options.some((one) => one.value === value) ? [...options] : [...options, { value, label }];

export function TermFields({ of, row, draft, change }: Props) {
  const { data: groups } = useGroups();
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
          description={row === undefined ? null : `${formatFull(parseUsd(row.spend))} is spent`}
          inputWrapperOrder={["label", "input", "description", "error"]}
          onChange={(event) => {
            change({ budget: event.currentTarget.value });
          }}
        />
        <Select
          label="Budget begins anew"
          allowDeselect={false}
          data={having(AGAIN, draft.again, `every ${draft.again}`)}
          value={draft.again}
          onChange={(again) => {
            change({ again: again ?? "" });
          }}
        />
        <Select
          label="How strictly"
          data={MODES}
          allowDeselect={false}
          value={draft.mode}
          description={
            draft.mode === "strict"
              ? "What a request can cost is set aside first"
              : "Requests under way may go beyond it"
          }
          inputWrapperOrder={["label", "input", "description", "error"]}
          onChange={(mode) => {
            if (mode) change({ mode: mode as Draft["mode"] });
          }}
        />
        {of === "key" && <Validity row={row as Key | undefined} draft={draft} change={change} />}
        {of === "key" && <Whose draft={draft} change={change} />}
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        <Limit
          label="Requests a minute"
          value={draft.rpm}
          change={(rpm) => {
            change({ rpm });
          }}
        />
        <Limit
          label="Tokens a minute"
          value={draft.tpm}
          change={(tpm) => {
            change({ tpm });
          }}
        />
        <Limit
          label="Requests at a time"
          value={draft.parallel}
          change={(parallel) => {
            change({ parallel });
          }}
        />
      </SimpleGrid>
      <TagsInput
        label="Model groups"
        description="Which it may ask for; any unless some are named."
        data={groups ?? []}
        value={[...draft.groups]}
        onChange={(named) => {
          change({ groups: named });
        }}
      />
      {of === "key" && (
        <Checkbox
          label="May manage this gateway"
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
      label="Id"
      placeholder="chosen for you"
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

/** Until when it may be used; of one that has an end, how long from now on. */
function Validity({
  row,
  draft,
  change,
}: {
  row: Key | undefined;
  draft: Draft;
  change: Props["change"];
}) {
  const ends = row?.expires ?? null;
  const asIs =
    ends === null
      ? { value: "", label: "ever" }
      : {
          value: "",
          label: `until ${new Date(ends).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" })}`,
        };
  const others =
    row === undefined
      ? VALID
      : VALID.map(({ value, label }) => ({ value, label: `${label} from now` }));
  return (
    <Select
      label={row === undefined ? "Valid for" : "Valid"}
      allowDeselect={false}
      data={[asIs, ...(ends === null ? [] : [{ value: EVER, label: "ever" }]), ...others]}
      value={draft.valid}
      onChange={(valid) => {
        change({ valid: valid ?? "" });
      }}
    />
  );
}

function Whose({ draft, change }: Pick<Props, "draft" | "change">) {
  const { data: teams } = useTeams();
  const { data: users } = useUsers();
  const none = { value: "", label: "none" };
  const ofTeams = (teams ?? []).map((team) => ({
    value: team.team_id,
    label: team.team_alias ?? team.team_id,
  }));
  const ofUsers = (users ?? []).map((user) => ({
    value: user.user_id,
    label: user.user_alias ?? user.user_email ?? user.user_id,
  }));
  return (
    <>
      <Select
        label="Team"
        searchable
        allowDeselect={false}
        data={having([none, ...ofTeams], draft.team, draft.team)}
        value={draft.team}
        onChange={(team) => {
          change({ team: team ?? "" });
        }}
        nothingFoundMessage="No team is called so"
      />
      <Select
        label="User"
        searchable
        allowDeselect={false}
        data={having([none, ...ofUsers], draft.user, draft.user)}
        value={draft.user}
        onChange={(user) => {
          change({ user: user ?? "" });
        }}
        nothingFoundMessage="No user is called so"
      />
    </>
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
