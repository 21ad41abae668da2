/** The form of a new key or team: name, budget, limits; and the key itself, shown once. */
import { Alert, Button, Checkbox, Code, Group, Modal, NumberInput, Select, SimpleGrid, Stack, TagsInput, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { messageOf } from "../../api/error";
import { CopyButton } from "../../parts/CopyButton";
import { makeKey, makeTeam, useChange, useTeams, type Terms } from "./books";

const AGAIN = [{ value: "1d", label: "every day" }, { value: "7d", label: "every 7 days" }, { value: "30d", label: "every 30 days" }, { value: "1mo", label: "every month" }];
const VALID = [{ value: "1d", label: "one day" }, { value: "30d", label: "30 days" }, { value: "90d", label: "90 days" }, { value: "365d", label: "a year" }];
const DOLLARS = /^\d+(\.\d{1,12})?$/;

interface Props { of: "key" | "team"; opened: boolean; onClose: () => void }

export function NewOne({ of, opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={of === "key" ? "New key" : "New team"} size="lg" closeButtonProps={{ "aria-label": "Close" }} transitionProps={{ duration: 120 }}>
      {opened && <Form of={of} onClose={onClose} />}
    </Modal>
  );
}

function Form({ of, onClose }: { of: "key" | "team"; onClose: () => void }) {
  const [terms, set] = useState<Terms>({});
  const [groups, setGroups] = useState<string[]>([]);
  const { data: teams } = useTeams();
  const { mutate, isPending, error, data } = useChange(async (given: Terms) => (of === "key" ? (await makeKey(given)).key : (await makeTeam(given), null)));
  const wrong = terms.max_budget !== undefined && !DOLLARS.test(terms.max_budget) ? "Dollars, such as 50 or 0.25" : null;
  const change = (part: { [name in keyof Terms]?: Terms[name] | undefined }) => {
    set(Object.fromEntries(Object.entries({ ...terms, ...part }).filter(([, value]) => value !== undefined && value !== "")) as Terms);
  };
  const limit = (value: string | number) => (typeof value === "number" ? value : undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wrong === null) mutate({ ...terms, ...(groups.length > 0 ? { models: groups } : {}) }, { onSuccess: (key) => { if (key === null) onClose(); } });
  };
  if (typeof data === "string") return <Once secret={data} onClose={onClose} />;
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {of === "key" ? <TextInput label="Name" required data-autofocus value={terms.key_alias ?? ""} onChange={(event) => { change({ key_alias: event.currentTarget.value }); }} />
          : <SimpleGrid cols={{ base: 1, xs: 2 }}><TextInput label="Name" required data-autofocus value={terms.team_alias ?? ""} onChange={(event) => { change({ team_alias: event.currentTarget.value }); }} /><TextInput label="Id" placeholder="chosen for you" value={terms.team_id ?? ""} onChange={(event) => { change({ team_id: event.currentTarget.value }); }} /></SimpleGrid>}
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label="Budget in dollars" placeholder="none" inputMode="decimal" value={terms.max_budget ?? ""} error={wrong} onChange={(event) => { change({ max_budget: event.currentTarget.value.trim() }); }} />
          <Select label="Budget begins anew" placeholder="never" clearable data={AGAIN} value={terms.budget_duration ?? null} onChange={(value) => { change({ budget_duration: value ?? undefined }); }} />
          {of === "key" && <Select label="Team" placeholder="none" clearable searchable data={(teams ?? []).map((team) => ({ value: team.team_id, label: team.team_alias ?? team.team_id }))} value={terms.team_id ?? null} onChange={(value) => { change({ team_id: value ?? undefined }); }} />}
          {of === "key" && <Select label="Valid for" placeholder="ever" clearable data={VALID} value={terms.duration ?? null} onChange={(value) => { change({ duration: value ?? undefined }); }} />}
          <NumberInput label="Requests a minute" placeholder="no limit" min={1} allowDecimal={false} hideControls value={terms.rpm_limit ?? ""} onChange={(value) => { change({ rpm_limit: limit(value) }); }} />
          <NumberInput label="Tokens a minute" placeholder="no limit" min={1} allowDecimal={false} hideControls value={terms.tpm_limit ?? ""} onChange={(value) => { change({ tpm_limit: limit(value) }); }} />
        </SimpleGrid>
        <TagsInput label="Model groups" description="Which it may ask for; any unless some are named." value={groups} onChange={setGroups} />
        {of === "key" && <Checkbox label="May manage this gateway" checked={terms.admin ?? false} onChange={(event) => { change({ admin: event.currentTarget.checked || undefined }); }} />}
        {error && <Alert color="red" variant="light" role="alert" title="Not made"><Text size="sm" c="var(--mantine-color-text)">{messageOf(error)}</Text></Alert>}
        <Group justify="flex-end"><Button variant="default" onClick={onClose}>Cancel</Button><Button type="submit" loading={isPending}>{of === "key" ? "Make key" : "Make team"}</Button></Group>
      </Stack>
    </form>
  );
}

function Once({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <Stack gap="sm">
      <Text size="sm">This is the key. It is shown this once: only its hash is kept, so copy it now.</Text>
      <Group gap="xs" wrap="nowrap"><Code p="sm" style={{ flex: 1, overflowWrap: "anywhere" }} aria-label="The new key">{secret}</Code><CopyButton value={secret} what="key" /></Group>
      <Group justify="flex-end"><Button onClick={onClose}>Done</Button></Group>
    </Stack>
  );
}
