/** Form fields of a deployment's credential. */
import { PasswordInput, SegmentedControl, Stack, TextInput } from "@mantine/core";
import type { Draft, FieldProps } from "./draft";

export function CredentialFields({
  draft,
  change,
  isNew,
  needsToken,
}: FieldProps & { isNew: boolean; needsToken: boolean }) {
  const stored = isNew ? "" : "Stored; deleteWithUndo empty to keep it";
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
          error={needsToken ? "This endpoint takes Entra ID tokens only" : null}
          description="Kept encrypted, and never shown again"
        />
      )}
      {draft.credential === "entra" && (
        // Each id in full: two beside each other would be cut.
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
          description="Of a user-assigned identity; deleteWithUndo empty for the machine's own"
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
