/** What goes along with every question: whose budget, the system prompt, parameters. */
import { Select, SimpleGrid, Stack, Switch, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client";
import { unwrap } from "../../api/error";
import { formatTokens } from "../../lib/tokens";
import type { Setting } from "./conversations";

const NOBODY = "";
const SIGNED_IN = { value: NOBODY, label: "The key that signed in" };

/** Of all keys those are loaded that fit what is typed. */
const SHOWN = 50;

export function Settings({
  setting,
  change,
}: {
  setting: Setting;
  change: (part: Partial<Setting>) => void;
}) {
  const { parameters } = setting;
  const set = (part: Partial<Setting["parameters"]>) => {
    change({ parameters: { ...parameters, ...part } });
  };
  return (
    <Stack gap="sm">
      <AsKey
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
          label="Most tokens"
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
        clearButtonProps={{ "aria-label": "Leave the reasoning effort as it is" }}
      />
      <Switch
        label="Stream the answer"
        checked={parameters.stream}
        onChange={(event) => {
          set({ stream: event.currentTarget.checked });
        }}
      />
    </Stack>
  );
}

function AsKey({
  keyId,
  choose,
}: {
  keyId: string | null;
  choose: (keyId: string | null) => void;
}) {
  const [chosen, setChosen] = useState(SIGNED_IN);
  const [typed, type] = useState("");
  // The field shows what is chosen: only something else is looked for.
  const [search] = useDebouncedValue(typed.trim() === chosen.label ? "" : typed.trim(), 200);
  const { data } = useQuery({
    queryKey: ["keys", "playground", search],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/key/list", {
          params: {
            query: { return_full_object: true, size: SHOWN, ...(search === "" ? {} : { search }) },
          },
          signal,
        }),
      ),
  });
  const keys = (data?.keys ?? [])
    .filter((key) => typeof key !== "string")
    .map((key) => ({
      value: key.token,
      label: key.key_alias ?? key.key_name,
      disabled: key.blocked,
    }));
  const more = (data?.total_count ?? 0) - keys.length;
  const options = [...(search === "" ? [SIGNED_IN] : []), ...keys];
  const kept = options.some(({ value }) => value === chosen.value) ? [] : [chosen];
  return (
    <Select
      label="Key"
      description={
        more > 0
          ? `Whose limits and budget count. Type to find ${formatTokens(more)} more.`
          : "Whose limits and budget count"
      }
      searchable
      data={[...options, ...kept]}
      value={keyId ?? NOBODY}
      allowDeselect={false}
      // The gateway has looked already, among all keys.
      filter={({ options: all }) =>
        all.filter((one) => !("value" in one) || kept.length === 0 || one.value !== chosen.value)
      }
      searchValue={typed}
      onSearchChange={type}
      nothingFoundMessage="No key is called so"
      onChange={(value, option) => {
        if (option) setChosen(option);
        choose(value === null || value === NOBODY ? null : value);
      }}
    />
  );
}

export const numberError = (text: string): string | null =>
  text.trim() === "" || (Number.isFinite(Number(text)) && Number(text) >= 0) ? null : "A number";
