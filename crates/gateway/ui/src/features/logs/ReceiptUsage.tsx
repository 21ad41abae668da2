/** Time, tokens, calls and routing of one request. */
import { Badge, Group, Progress, Stack, Table, Text } from "@mantine/core";
import type { Schemas } from "../../api/client";
import { cachedShare, formatTokens } from "../../lib/tokens";
import { formatDuration } from "../../lib/time";
import { Money } from "../../components/Money";
import { CHARGE_RULES } from "./chargeRules";
import { Facts, Json, Part } from "./receiptSections";

/** The whole duration as a bar: until Azure began, until the first word, until the end. */
export function TimingPart({ timings }: { timings: Schemas["Timings"] }) {
  const { upstream_headers_ms: headers, first_content_ms: first, duration_ms: whole } = timings;
  const parts = [
    { name: "Until Azure answered", color: "gray.5", from: 0, to: headers ?? first ?? whole },
    {
      name: "Until the first word",
      color: "indigo.5",
      from: headers ?? 0,
      to: first ?? headers ?? 0,
    },
    {
      name: first === null ? "Reading the answer" : "Streaming",
      color: "cyan.7",
      from: first ?? headers ?? whole,
      to: whole,
    },
  ].filter(({ from, to }) => to > from);
  return (
    <Part title="Time" action={<Text size="sm">{formatDuration(whole)}</Text>}>
      {parts.length > 0 && (
        <Progress.Root
          size={10}
          role="img"
          aria-label={parts
            .map(({ name, from, to }) => `${name} ${formatDuration(to - from)}`)
            .join(", ")}
        >
          {parts.map(({ name, color, from, to }) => (
            <Progress.Section
              key={name}
              value={(100 * (to - from)) / whole}
              color={color}
              withAria={false}
            />
          ))}
        </Progress.Root>
      )}
      <Group gap="md" mt={6}>
        {parts.map(({ name, color, from, to }) => (
          <Group key={name} gap={6} wrap="nowrap">
            <span
              aria-hidden
              style={{
                width: 8,
                height: 8,
                borderRadius: 2,
                background: `var(--mantine-color-${color.replace(".", "-")})`,
              }}
            />
            <Text size="xs" c="dimmed">
              {name} {formatDuration(to - from)}
            </Text>
          </Group>
        ))}
      </Group>
    </Part>
  );
}

const SOURCES: Readonly<Record<Schemas["UsageSource"], string>> = {
  reported: "as Azure reported it",
  estimated: "counted here, since Azure reported none",
  missing: "not known",
};

export function UsagePart({ receipt: { usage, usage_source } }: { receipt: Schemas["Request"] }) {
  const cached = usage?.prompt_tokens_details?.cached_tokens;
  const prompt = usage?.prompt_tokens ?? null;
  const share = cached && prompt !== null ? cachedShare(cached, prompt) : null;
  const written =
    (usage?.prompt_tokens_details?.cache_write_tokens ?? 0) +
    (usage?.prompt_tokens_details?.cache_write_1h_tokens ?? 0);
  const reasoning = usage?.completion_tokens_details?.reasoning_tokens;
  return (
    <Part
      title="Usage"
      action={
        <Text size="xs" c="dimmed">
          {SOURCES[usage_source]}
        </Text>
      }
    >
      <Facts
        facts={[
          ["Prompt tokens", prompt === null ? "–" : formatTokens(prompt)],
          [
            "From the cache",
            cached
              ? `${formatTokens(cached)}${share === null ? "" : ` (${String(share)} %)`}`
              : null,
          ],
          ["Written to the cache", written > 0 ? formatTokens(written) : null],
          [
            "Output tokens",
            usage?.completion_tokens === undefined || usage.completion_tokens === null
              ? "–"
              : formatTokens(usage.completion_tokens),
          ],
          ["Reasoning", reasoning ? formatTokens(reasoning) : null],
        ]}
      />
    </Part>
  );
}

export function Attempts({ attempts }: { attempts: readonly Schemas["Attempt"][] }) {
  if (attempts.length === 0) return null;
  return (
    <Part title={attempts.length === 1 ? "Attempt" : "Attempts"}>
      <Stack gap={6} component="ol" m={0} p={0} style={{ listStyle: "none" }}>
        {attempts.map((attempt, place) => (
          <li key={`${attempt.deployment_id}-${String(place)}`}>
            <Group gap="xs" wrap="nowrap" align="flex-start">
              <StatusBadge status={attempt.status} />
              <Text size="sm" style={{ overflowWrap: "anywhere" }}>
                {attempt.deployment}
                {attempt.error !== null && (
                  <Text span inherit c="dimmed">
                    : {attempt.error}
                  </Text>
                )}
                {attempt.charged !== undefined && attempt.charged_by !== undefined && (
                  <Text span inherit c="dimmed">
                    {" "}
                    (charged <Money usd={attempt.charged} />: {CHARGE_RULES[attempt.charged_by]})
                  </Text>
                )}
              </Text>
            </Group>
          </li>
        ))}
      </Stack>
    </Part>
  );
}

function StatusBadge({ status }: { status: number | null }) {
  return (
    <Badge
      className="fw-status"
      color={status === null ? "red" : status < 300 ? "teal" : "orange"}
      style={{ flexShrink: 0 }}
    >
      {status ?? "no answer"}
    </Badge>
  );
}

/** How the router decided: a table where it has the shape that Azure documents, and always the whole as it came. */
export function Routing({ trace }: { trace: unknown }) {
  if (trace === null || trace === undefined) return null;
  const tried = triedIn(trace);
  return (
    <Part title="Routing trace">
      {tried.length > 0 && (
        <Table fz="sm" verticalSpacing={5} horizontalSpacing={6} mb={6}>
          <Table.Tbody>
            {tried.map(({ model, status }, place) => (
              <Table.Tr key={place}>
                <Table.Td>{model}</Table.Td>
                <Table.Td ta="end">
                  <StatusBadge status={status} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <Json label="Routing trace as it came" value={trace} />
    </Part>
  );
}

function triedIn(trace: unknown): { model: string; status: number | null }[] {
  const rounds = list(field(field(trace, "model_router_details"), "routing_trace"));
  return rounds
    .flatMap((round) => list(field(round, "attempts")))
    .flatMap((attempt) => {
      const model = field(attempt, "model");
      const status = field(field(attempt, "result"), "status");
      return typeof model === "string"
        ? [{ model, status: typeof status === "number" ? status : null }]
        : [];
    });
}
const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
