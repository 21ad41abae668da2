/** What goes along with every question: whose budget, the system prompt, parameters. */
import { Select, SimpleGrid, Stack, Switch, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../api/client";
import { unwrap } from "../../api/error";
import type { Setting } from "./talk";

const NOBODY = "";

export function Settings({ setting, change }: { setting: Setting; change: (part: Partial<Setting>) => void }) {
  const { data } = useQuery({
    queryKey: ["keys", "playground"],
    queryFn: ({ signal }) => unwrap(api.GET("/key/list", { params: { query: { return_full_object: true, size: 100 } }, signal })),
  });
  const keys = (data?.keys ?? []).filter((key) => typeof key !== "string").map((key) => ({ value: key.token, label: key.key_alias ?? key.key_name, disabled: key.blocked }));
  const { parameters } = setting;
  const set = (part: Partial<Setting["parameters"]>) => { change({ parameters: { ...parameters, ...part } }); };
  return (
    <Stack gap="sm">
      <Select label="Key" description="Whose limits and budget count" searchable data={[{ value: NOBODY, label: "The key that signed in" }, ...keys]} value={setting.keyId ?? NOBODY} allowDeselect={false}
        onChange={(key) => { change({ keyId: key === null || key === NOBODY ? null : key }); }} />
      <Textarea label="System prompt" placeholder="None" autosize minRows={3} maxRows={8} value={setting.system} onChange={(event) => { change({ system: event.currentTarget.value }); }} />
      <SimpleGrid cols={2} spacing="sm">
        <TextInput label="Temperature" placeholder="default" inputMode="decimal" value={parameters.temperature} error={numberError(parameters.temperature)} onChange={(event) => { set({ temperature: event.currentTarget.value }); }} />
        <TextInput label="Most tokens" placeholder="default" inputMode="numeric" value={parameters.maxTokens} error={numberError(parameters.maxTokens)} onChange={(event) => { set({ maxTokens: event.currentTarget.value }); }} />
      </SimpleGrid>
      <Select label="Reasoning effort" placeholder="default" clearable data={["minimal", "low", "medium", "high"]} value={parameters.effort === "" ? null : parameters.effort} onChange={(effort) => { set({ effort: effort ?? "" }); }} clearButtonProps={{ "aria-label": "Leave the reasoning effort as it is" }} />
      <Switch label="Stream the answer" checked={parameters.stream} onChange={(event) => { set({ stream: event.currentTarget.checked }); }} />
    </Stack>
  );
}

export const numberError = (text: string): string | null => (text.trim() === "" || (Number.isFinite(Number(text)) && Number(text) >= 0) ? null : "A number");
