/** Receipt section: tokens, and where the counts come from. */
import { Text } from "@mantine/core";
import type { Schemas } from "../../api/client";
import type { Receipt } from "../../api/requests";
import { cachedShare, formatTokens } from "../../lib/tokens";
import { Facts, Section } from "./receiptSections";

const SOURCES: Readonly<Record<Schemas["UsageSource"], string>> = {
  reported: "as reported by the provider",
  estimated: "counted by the gateway; the provider reported none",
  missing: "unknown",
};

export function ReceiptUsage({ receipt: { usage, usage_source } }: { receipt: Receipt }) {
  const cached = usage?.prompt_tokens_details?.cached_tokens;
  const prompt = usage?.prompt_tokens ?? null;
  const share = cached && prompt !== null ? cachedShare(cached, prompt) : null;
  const written =
    (usage?.prompt_tokens_details?.cache_write_tokens ?? 0) +
    (usage?.prompt_tokens_details?.cache_write_1h_tokens ?? 0);
  const reasoning = usage?.completion_tokens_details?.reasoning_tokens;
  return (
    <Section
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
            "From cache",
            cached
              ? `${formatTokens(cached)}${share === null ? "" : ` (${String(share)}%)`}`
              : null,
          ],
          ["Written to cache", written > 0 ? formatTokens(written) : null],
          [
            "Output tokens",
            usage?.completion_tokens === undefined || usage.completion_tokens === null
              ? "–"
              : formatTokens(usage.completion_tokens),
          ],
          ["Reasoning", reasoning ? formatTokens(reasoning) : null],
        ]}
      />
    </Section>
  );
}
