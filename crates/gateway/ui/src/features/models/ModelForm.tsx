/** The fields of a deployment. What is typed is explained at once, and nothing is called for that. */
import {
  Alert,
  Collapse,
  Checkbox,
  Code,
  PasswordInput,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  UnstyledButton,
  Group,
} from "@mantine/core";
import { useDebouncedValue, useDisclosure } from "@mantine/hooks";
import { IconChevronRight, IconRouteSquare } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { Money } from "../../components/Money";
import { useEndpoint, usePrices } from "../../api/deployments";
import {
  isRegional,
  isZoned,
  limitError,
  rateError,
  RATES,
  withoutPrefix,
  writtenModel,
  type Draft,
} from "./draft";
import { PROVIDERS, TYPES, ZONES } from "./labels";

type Change = (part: Partial<Draft>) => void;
interface Props {
  draft: Draft;
  change: Change;
}
const CUSTOM = "Custom model name";

export function ModelForm({ draft, change, isNew }: Props & { isNew: boolean }) {
  const told = useTold(draft);
  const byName = draft.deployment !== "" && told?.router === true;
  const router = draft.router ?? byName;
  return (
    <>
      <Select
        label="Provider"
        searchable
        data={PROVIDERS}
        value={draft.provider}
        allowDeselect={false}
        nothingFoundMessage="Nothing here is called so"
        onChange={(provider) => {
          if (provider) change({ provider });
        }}
      />
      <Name
        draft={draft}
        change={change}
        isNew={isNew}
        error={draft.deployment === "" ? null : (told?.model_error ?? null)}
      />
      <Checkbox
        label="This deployment is a model router"
        description="Azure then picks the model that answers, and charges a routing fee"
        checked={router}
        onChange={(event) => {
          change({
            router: event.currentTarget.checked === byName ? null : event.currentTarget.checked,
          });
        }}
      />
      {router && <Router type={draft.type} />}
      <TextInput
        label="Public name"
        description="The model group that clients ask for"
        value={draft.group}
        onChange={(event) => {
          change({ group: event.currentTarget.value });
        }}
        required
        withAsterisk={false}
      />
      <Base draft={draft} change={change} told={told} />
      <Proof draft={draft} change={change} isNew={isNew} needsToken={told?.needs_token === true} />
      <Sku draft={draft} change={change} />
      <Advanced draft={draft} change={change} router={router} />
    </>
  );
}

/** What the gateway says of the names as they are, a moment after they were typed. */
function useTold(draft: Draft) {
  const typed = {
    api_base: draft.apiBase.trim(),
    api_version: draft.apiVersion.trim(),
    model: draft.deployment === "" ? "" : writtenModel(draft),
    allow_http: draft.allowHttp,
  };
  const [settled] = useDebouncedValue(JSON.stringify(typed), 200);
  return useEndpoint(useMemo(() => JSON.parse(settled) as typeof typed, [settled])).data;
}

function Name({ draft, change, isNew, error }: Props & { isNew: boolean; error: string | null }) {
  const { data } = usePrices();
  const [picked, setPicked] = useState<string | null>(
    isNew && draft.deployment === "" ? null : CUSTOM,
  );
  const models = useMemo(() => [...new Set(data?.prices.map(({ model }) => model))], [data]);
  // The public name follows the deployment's until somebody says otherwise.
  const name = (deployment: string) => {
    change({ deployment, ...(draft.group === draft.deployment ? { group: deployment } : {}) });
  };
  return (
    <>
      <Select
        label="Model name"
        placeholder="Choose a model, or a name of your own"
        searchable
        value={picked}
        allowDeselect={false}
        data={[
          { group: "Your deployment", items: [CUSTOM] },
          { group: "Models that Azure sells", items: models },
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
          description="The deployment's name at Azure"
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

function Router({ type }: { type: Draft["type"] }) {
  const { data } = usePrices();
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
      Azure picks the model that answers, and charges{" "}
      {fee ? (
        <>
          <Text span inherit fw={600}>
            <Money usd={fee.per_million_prompt_tokens} />
          </Text>{" "}
          per million prompt tokens for routing
        </>
      ) : data ? (
        "for routing, at a price that is not known for this SKU"
      ) : (
        "for routing"
      )}
      , beside the price of the served model.
      {fee?.confidence === "low" && " This fee is not confirmed for this SKU."}
    </Alert>
  );
}

function Base({ draft, change, told }: Props & { told: ReturnType<typeof useTold> }) {
  const typed = draft.apiBase.trim() !== "";
  const error = typed ? (told?.api_base_error ?? null) : null;
  return (
    <div>
      <TextInput
        label="API base"
        description="As Azure's portal shows it, in any of its forms"
        placeholder="https://RESOURCE.services.ai.azure.com/openai/v1/"
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
        {typed && error === null && told?.url != null && (
          <Text size="xs" c="dimmed" mt={6} style={{ overflowWrap: "anywhere" }}>
            Will be called as <Code>{told.url}</Code>
          </Text>
        )}
        {typed &&
          told?.warnings.map((warning) => (
            <Text key={warning} size="xs" mt={4} style={{ overflowWrap: "anywhere" }}>
              Note: {warning}
            </Text>
          ))}
      </div>
    </div>
  );
}

function Proof({
  draft,
  change,
  isNew,
  needsToken,
}: Props & { isNew: boolean; needsToken: boolean }) {
  const stored = isNew ? "" : "Stored; leave empty to keep it";
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
          description="Of a user-assigned identity; leave empty for the machine's own"
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

function Sku({ draft, change }: Props) {
  const types = Object.entries(TYPES).map(([value, label]) => ({ value, label }));
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

const RATE_NAMES = ["Input", "Output", "Cached input", "Cache write"] as const;

function Advanced({ draft, change, router }: Props & { router: boolean }) {
  const [open, { toggle }] = useDisclosure(
    Object.values(draft.rates).some((rate) => rate !== "") ||
      [draft.apiVersion, draft.rpm, draft.tpm, draft.baseModel, draft.routerModels].some(
        (text) => text !== "",
      ) ||
      draft.allowHttp,
  );
  return (
    <div>
      <UnstyledButton onClick={toggle} aria-expanded={open} type="button">
        <Group gap={4}>
          <IconChevronRight
            size={16}
            aria-hidden
            style={{ transform: open ? "rotate(90deg)" : "none" }}
          />
          <Text size="sm" fw={500}>
            Advanced
          </Text>
        </Group>
      </UnstyledButton>
      <Collapse expanded={open}>
        <Stack gap="sm" pt="sm">
          <TextInput
            label="API version"
            description="Only for endpoints whose URL needs one"
            placeholder="2025-04-01-preview"
            value={draft.apiVersion}
            onChange={(event) => {
              change({ apiVersion: event.currentTarget.value });
            }}
          />
          {(router || draft.routerModels !== "") && (
            <TextInput
              label="Router models"
              description="The models that Azure restricts the router to, as names or patterns: a strict budget then reserves what the most expensive of these can cost. Empty: its whole pool"
              placeholder="openai/*, !anthropic/*"
              value={draft.routerModels}
              onChange={(event) => {
                change({ routerModels: event.currentTarget.value });
              }}
              autoComplete="off"
              spellCheck={false}
            />
          )}
          {(!router || draft.baseModel !== "") && (
            <TextInput
              label="Base model"
              description="The model behind a deployment with a name of its own"
              placeholder="gpt-4.1-nano"
              value={draft.baseModel}
              onChange={(event) => {
                change({ baseModel: event.currentTarget.value });
              }}
              autoComplete="off"
              spellCheck={false}
            />
          )}
          <div>
            <Text size="sm" fw={500}>
              Limits
            </Text>
            <Text size="xs" c="dimmed" mb={6}>
              At its limit a deployment is passed over for another of its group; alone, it refuses
              with 429.
            </Text>
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
              <TextInput
                label="Requests a minute"
                inputMode="numeric"
                placeholder="no limit"
                value={draft.rpm}
                error={limitError(draft.rpm)}
                onChange={(event) => {
                  change({ rpm: event.currentTarget.value });
                }}
              />
              <TextInput
                label="Tokens a minute"
                inputMode="numeric"
                placeholder="no limit"
                value={draft.tpm}
                error={limitError(draft.tpm)}
                onChange={(event) => {
                  change({ tpm: event.currentTarget.value });
                }}
              />
            </SimpleGrid>
          </div>
          <div>
            <Text size="sm" fw={500}>
              A price of your own
            </Text>
            <Text size="xs" c="dimmed" mb={6}>
              Dollars per million tokens. Empty: the price of the model that served.
            </Text>
            <SimpleGrid cols={{ base: 2, xs: 4 }} spacing="sm">
              {RATES.map((rate, place) => (
                <TextInput
                  key={rate}
                  label={RATE_NAMES[place]}
                  inputMode="decimal"
                  placeholder="–"
                  value={draft.rates[rate]}
                  error={rateError(draft.rates[rate])}
                  onChange={(event) => {
                    change({ rates: { ...draft.rates, [rate]: event.currentTarget.value } });
                  }}
                />
              ))}
            </SimpleGrid>
          </div>
          <Checkbox
            label="Allow plain HTTP to another machine"
            description="The key then travels unencrypted"
            checked={draft.allowHttp}
            onChange={(event) => {
              change({ allowHttp: event.currentTarget.checked });
            }}
          />
        </Stack>
      </Collapse>
    </div>
  );
}
