/** Advanced form fields of a deployment: API version, router models, limits and a custom price. */
import {
  Collapse,
  Checkbox,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  UnstyledButton,
  Group,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronRight } from "@tabler/icons-react";
import { RATES, type FieldProps } from "./draft";
import { limitError, rateError } from "./validation";

const RATE_NAMES = ["Input", "Output", "Cached input", "Cache write"] as const;

export function AdvancedFields({ draft, change, router }: FieldProps & { router: boolean }) {
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
            description="Only for endpoints that need one in their URL"
            placeholder="2025-04-01-preview"
            value={draft.apiVersion}
            onChange={(event) => {
              change({ apiVersion: event.currentTarget.value });
            }}
          />
          {(router || draft.routerModels !== "") && (
            <TextInput
              label="Router models"
              description="The models the router is restricted to in Azure, as names or patterns. Strict budgets then reserve the cost of the most expensive of them. Leave empty for the full pool."
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
              description="The model behind a deployment with a custom name"
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
              At its limit, requests go to another deployment of its group. If there is none, they
              are refused with status 429.
            </Text>
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
              <TextInput
                label="Requests per minute"
                inputMode="numeric"
                placeholder="no limit"
                value={draft.rpm}
                error={limitError(draft.rpm)}
                onChange={(event) => {
                  change({ rpm: event.currentTarget.value });
                }}
              />
              <TextInput
                label="Tokens per minute"
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
              Custom price
            </Text>
            <Text size="xs" c="dimmed" mb={6}>
              Dollars per million tokens. Leave empty to use the price of the served model.
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
            label="Allow unencrypted HTTP to another machine"
            description="The key is then sent unencrypted"
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
