/** Form fields of a deployment's credential. */
import { PasswordInput, SegmentedControl, Stack, TextInput } from "@mantine/core";
import type { Draft, FieldProps } from "./draft";

export function CredentialFields({
  draft,
  change,
  isNew,
  needsToken,
}: FieldProps & { isNew: boolean; needsToken: boolean }) {
  const stored = isNew ? "" : "Stored. Leave empty to keep it.";
  return (
    <Stack gap="xs">
      <SegmentedControl
        fullWidth
        aria-label="Credential"
        value={draft.credential}
        onChange={(credential) => {
          change({ credential: credential as Draft["credential"] });
        }}
        data={[
          { value: "key", label: "API key" },
          { value: "entra", label: "Entra ID" },
          { value: "identity", label: "Managed identity" },
        ]}
      />
      {draft.credential === "key" && (
        <PasswordInput
          label="API key"
          placeholder={stored}
          value={draft.apiKey}
          onChange={(event) => {
            change({ apiKey: event.currentTarget.value });
          }}
          autoComplete="off"
          error={needsToken ? "This endpoint accepts only Entra ID tokens" : null}
          description="Stored encrypted and never shown again"
        />
      )}
      {draft.credential === "entra" && (
        // IDs are shown in full: two side by side would be cut off.
        <Stack gap="sm">
          <TextInput
            label="Tenant ID"
            value={draft.tenantId}
            onChange={(event) => {
              change({ tenantId: event.currentTarget.value });
            }}
            autoComplete="off"
          />
          <TextInput
            label="Client ID"
            value={draft.clientId}
            onChange={(event) => {
              change({ clientId: event.currentTarget.value });
            }}
            autoComplete="off"
          />
          <PasswordInput
            label="Client secret"
            placeholder={stored}
            value={draft.clientSecret}
            onChange={(event) => {
              change({ clientSecret: event.currentTarget.value });
            }}
            autoComplete="off"
          />
        </Stack>
      )}
      {draft.credential === "identity" && (
        <TextInput
          label="Client ID"
          description="For a user-assigned identity. Leave empty to use the machine's own."
          value={draft.clientId}
          onChange={(event) => {
            change({ clientId: event.currentTarget.value });
          }}
          autoComplete="off"
        />
      )}
    </Stack>
  );
}
