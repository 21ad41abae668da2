/** Form field of the model or deployment name. */
import { Select, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { allPricesQuery } from "../../api/prices";
import { withoutPrefix, type FieldProps } from "./draft";

const CUSTOM = "Custom model name";

export function NameField({
  draft,
  change,
  isNew,
  error,
}: FieldProps & { isNew: boolean; error: string | null }) {
  const { data } = useQuery(allPricesQuery);
  const [picked, setPicked] = useState<string | null>(
    isNew && draft.deployment === "" ? null : CUSTOM,
  );
  const models = useMemo(() => [...new Set(data?.prices.map(({ model }) => model))], [data]);
  // The public name follows the deployment's name until it is edited.
  const name = (deployment: string) => {
    change({ deployment, ...(draft.group === draft.deployment ? { group: deployment } : {}) });
  };
  return (
    <>
      <Select
        label="Model name"
        placeholder="Choose a model or enter a custom name"
        searchable
        value={picked}
        allowDeselect={false}
        data={[
          { group: "Your deployment", items: [CUSTOM] },
          { group: "Azure models", items: models },
        ]}
        limit={60}
        nothingFoundMessage={`Choose “${CUSTOM}” for a name that is not listed`}
        onChange={(model) => {
          setPicked(model);
          name(model === null || model === CUSTOM ? "" : model);
        }}
      />
      {picked !== null && (
        <TextInput
          label={picked === CUSTOM ? CUSTOM : "Deployment name"}
          description="The name of the deployment or model at the provider"
          error={error}
          value={draft.deployment}
          leftSection={
            <Text size="sm" c="dimmed" ff="monospace">
              {draft.provider}/
            </Text>
          }
          leftSectionWidth={draft.provider.length * 8 + 28}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            name(withoutPrefix(event.currentTarget.value));
          }}
        />
      )}
    </>
  );
}
