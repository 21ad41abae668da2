/** Form fields of a deployment. Input is checked while typing, without calling the endpoint. */
import { Alert, Checkbox, Code, Select, SimpleGrid, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconRouteSquare } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { endpointQuery } from "../../api/models";
import { allPricesQuery } from "../../api/prices";
import { Money } from "../../components/Money";
import { AdvancedFields } from "./AdvancedFields";
import { CredentialFields } from "./CredentialFields";
import { isOnAzure, isRegional, isZoned, writtenModel, type Draft, type FieldProps } from "./draft";
import { PROVIDERS, TYPES, ZONES } from "./labels";
import { NameField } from "./NameField";

export function ModelForm({ draft, change, isNew }: FieldProps & { isNew: boolean }) {
  const check = useEndpointCheck(draft);
  const byName = draft.deployment !== "" && check?.router === true;
  const router = draft.router ?? byName;
  return (
    <>
      <Select
        label="Provider"
        searchable
        data={PROVIDERS}
        value={draft.provider}
        allowDeselect={false}
        nothingFoundMessage="No matching providers"
        onChange={(provider) => {
          if (provider) change({ provider });
        }}
      />
      <NameField
        draft={draft}
        change={change}
        isNew={isNew}
        error={draft.deployment === "" ? null : (check?.model_error ?? null)}
      />
      {isOnAzure(draft.provider) && (
        <Checkbox
          label="This deployment is a model router"
          description="Azure chooses the model that responds and charges a routing fee"
          checked={router}
          onChange={(event) => {
            change({
              router: event.currentTarget.checked === byName ? null : event.currentTarget.checked,
            });
          }}
        />
      )}
      {router && <Router type={draft.type} />}
      <TextInput
        label="Public name"
        description="The model group that clients request"
        value={draft.group}
        onChange={(event) => {
          change({ group: event.currentTarget.value });
        }}
        required
        withAsterisk={false}
      />
      <Base draft={draft} change={change} check={check} />
      <CredentialFields
        draft={draft}
        change={change}
        isNew={isNew}
        needsToken={check?.needs_token === true}
      />
      {isOnAzure(draft.provider) && <Sku draft={draft} change={change} />}
      <AdvancedFields draft={draft} change={change} router={router} />
    </>
  );
}

/** The gateway's check of the typed names, after a short delay. */
function useEndpointCheck(draft: Draft) {
  const typed = {
    api_base: draft.apiBase.trim(),
    api_version: draft.apiVersion.trim(),
    model: draft.deployment === "" ? "" : writtenModel(draft),
    allow_http: draft.allowHttp,
  };
  const [settled] = useDebouncedValue(JSON.stringify(typed), 200);
  const endpoint = useMemo(() => JSON.parse(settled) as typeof typed, [settled]);
  return useQuery(endpointQuery(endpoint)).data;
}

export function Router({ type }: { type: Draft["type"] }) {
  const { data } = useQuery(allPricesQuery);
  const fee = data?.routing_fees.find(
    (one) => one.deployment_type === type || one.deployment_type === null,
  );
  return (
    <Alert
      color="cyan"
      c="inherit"
      icon={<IconRouteSquare size={18} />}
      title="Model router"
      p="sm"
    >
      Azure chooses the model that responds and charges{" "}
      {fee ? (
        <>
          <Text span inherit fw={600}>
            <Money usd={fee.per_million_prompt_tokens} />
          </Text>{" "}
          per million prompt tokens for routing
        </>
      ) : data ? (
        "for routing (the price for this SKU is unknown)"
      ) : (
        "for routing"
      )}
      , on top of the price of the served model.
      {fee?.confidence === "low" && " This fee is not confirmed for this SKU."}
    </Alert>
  );
}

export function Base({
  draft,
  change,
  check,
}: FieldProps & { check: ReturnType<typeof useEndpointCheck> }) {
  const typed = draft.apiBase.trim() !== "";
  const error = typed ? (check?.api_base_error ?? null) : null;
  return (
    <div>
      <TextInput
        label="API base"
        description={
          isOnAzure(draft.provider)
            ? "As shown in the Azure portal, in any of its forms"
            : "URL of the server's API; OpenAI's own if empty"
        }
        placeholder={
          isOnAzure(draft.provider)
            ? "https://RESOURCE.services.ai.azure.com/openai/v1/"
            : "http://127.0.0.1:8000/v1"
        }
        error={error === null ? null : <span style={{ overflowWrap: "anywhere" }}>{error}</span>}
        value={draft.apiBase}
        onChange={(event) => {
          change({ apiBase: event.currentTarget.value });
        }}
        autoComplete="off"
        spellCheck={false}
        inputMode="url"
      />
      <div aria-live="polite">
        {typed && error === null && check?.url != null && (
          <Text size="xs" c="dimmed" mt={6} style={{ overflowWrap: "anywhere" }}>
            Requests go to <Code>{check.url}</Code>
          </Text>
        )}
        {typed &&
          check?.warnings.map((warning) => (
            <Text key={warning} size="xs" mt={4} style={{ overflowWrap: "anywhere" }}>
              Note: {warning}
            </Text>
          ))}
      </div>
    </div>
  );
}

function Sku({ draft, change }: FieldProps) {
  const types = Object.entries(TYPES)
    .map(([value, label]) => ({ value, label }))
    .filter(({ value }) => value !== "external");
  const zones = Object.entries(ZONES).map(([value, label]) => ({ value, label }));
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
      <Select
        label="SKU"
        data={types}
        value={draft.type}
        allowDeselect={false}
        onChange={(type) => {
          if (type) change({ type: type as Draft["type"] });
        }}
      />
      {isZoned(draft.type) && (
        <Select
          label="Zone"
          placeholder="Choose"
          data={zones}
          value={draft.zone === "" ? null : draft.zone}
          onChange={(zone) => {
            change({ zone: zone ?? "" });
          }}
        />
      )}
      {isRegional(draft.type) && (
        <TextInput
          label="Region"
          placeholder="swedencentral"
          value={draft.region}
          onChange={(event) => {
            change({ region: event.currentTarget.value });
          }}
        />
      )}
    </SimpleGrid>
  );
}
