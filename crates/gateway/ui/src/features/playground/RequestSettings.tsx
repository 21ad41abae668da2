/** Settings of each request: the key to charge, the system prompt and parameters. */
import { Select, SimpleGrid, Stack, Switch, Textarea, TextInput } from "@mantine/core";
import type { ChatSettings } from "./conversations";
import { KeyField } from "./KeyField";

export function RequestSettings({
  setting,
  change,
}: {
  setting: ChatSettings;
  change: (part: Partial<ChatSettings>) => void;
}) {
  const { parameters } = setting;
  const set = (part: Partial<ChatSettings["parameters"]>) => {
    change({ parameters: { ...parameters, ...part } });
  };
  return (
    <Stack gap="sm">
      <KeyField
        keyId={setting.keyId}
        choose={(keyId) => {
          change({ keyId });
        }}
      />
      <Textarea
        label="System prompt"
        placeholder="None"
        autosize
        minRows={3}
        maxRows={8}
        value={setting.system}
        onChange={(event) => {
          change({ system: event.currentTarget.value });
        }}
      />
      <SimpleGrid cols={2} spacing="sm">
        <TextInput
          label="Temperature"
          placeholder="default"
          inputMode="decimal"
          value={parameters.temperature}
          error={numberError(parameters.temperature)}
          onChange={(event) => {
            set({ temperature: event.currentTarget.value });
          }}
        />
        <TextInput
          label="Max tokens"
          placeholder="default"
          inputMode="numeric"
          value={parameters.maxTokens}
          error={numberError(parameters.maxTokens)}
          onChange={(event) => {
            set({ maxTokens: event.currentTarget.value });
          }}
        />
      </SimpleGrid>
      <Select
        label="Reasoning effort"
        placeholder="default"
        clearable
        data={["minimal", "low", "medium", "high"]}
        value={parameters.effort === "" ? null : parameters.effort}
        onChange={(effort) => {
          set({ effort: effort ?? "" });
        }}
        clearButtonProps={{ "aria-label": "Clear the reasoning effort" }}
      />
      <Switch
        label="Stream the response"
        checked={parameters.stream}
        onChange={(event) => {
          set({ stream: event.currentTarget.checked });
        }}
      />
    </Stack>
  );
}

export const numberError = (text: string): string | null =>
  text.trim() === "" || (Number.isFinite(Number(text)) && Number(text) >= 0)
    ? null
    : "Enter a number";
