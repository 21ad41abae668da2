/** Receipt section: the attempts, one for each deployment that was tried. */
import { Badge, Group, Stack, Text } from "@mantine/core";
import type { Schemas } from "../../api/client";
import { Money } from "../../components/Money";
import { CHARGE_RULES } from "./chargeRules";
import { Section } from "./receiptSections";

export function ReceiptAttempts({ attempts }: { attempts: readonly Schemas["Attempt"][] }) {
  if (attempts.length === 0) return null;
  return (
    <Section title={attempts.length === 1 ? "Attempt" : "Attempts"}>
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
    </Section>
  );
}

export function StatusBadge({ status }: { status: number | null }) {
  return (
    <Badge
      className="fw-status"
      color={status === null ? "red" : status < 300 ? "teal" : "orange"}
      style={{ flexShrink: 0 }}
    >
      {status ?? "no response"}
    </Badge>
  );
}
