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
