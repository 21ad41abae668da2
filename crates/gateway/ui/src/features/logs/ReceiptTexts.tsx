/** Stored prompt and response, always shown as plain text. */
import { Stack } from "@mantine/core";
import type { Schemas } from "../../api/client";
import { messagesIn } from "./promptMessages";
import { Section, Preformatted } from "./receiptSections";

export function ReceiptTexts({ texts: { prompt, answer } }: { texts: Schemas["RequestTexts"] }) {
  return (
    <Section title="Prompt and response">
      <Stack gap="xs">
        {prompt !== null &&
          messagesIn(prompt).map(({ role, text }, place) => (
            <div key={place}>
              <Role name={role} />
              <Preformatted label={`${role}, message ${String(place + 1)}`} text={text} />
            </div>
          ))}
        {answer !== null && (
          <div>
            <Role name="response" />
            <Preformatted label="Response" text={answer} />
          </div>
        )}
      </Stack>
    </Section>
  );
}

const Role = ({ name }: { name: string }) => (
  <span style={{ fontSize: 12, color: "var(--mantine-color-dimmed)" }}>{name}</span>
);
