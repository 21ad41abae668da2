/**
 * Receipt section: the duration as a bar, until the provider responded, until the first token, until the
 * end.
 */
import { Group, Progress, Text } from "@mantine/core";
import type { Schemas } from "../../api/client";
import { formatDuration } from "../../lib/time";
import { Section } from "./receiptSections";

/** The duration as a bar: until the provider responded, until the first token, until the end. */
export function ReceiptTiming({ timings }: { timings: Schemas["Timings"] }) {
  const { upstream_headers_ms: headers, first_content_ms: first, duration_ms: whole } = timings;
  const parts = [
    {
      name: "Until the provider responded",
      color: "gray.5",
      from: 0,
      to: headers ?? first ?? whole,
    },
    {
      name: "Until the first token",
      color: "indigo.5",
      from: headers ?? 0,
      to: first ?? headers ?? 0,
    },
    {
      name: first === null ? "Reading the response" : "Streaming",
      color: "cyan.7",
      from: first ?? headers ?? whole,
      to: whole,
    },
  ].filter(({ from, to }) => to > from);
  return (
    <Section title="Time" action={<Text size="sm">{formatDuration(whole)}</Text>}>
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
    </Section>
  );
}
