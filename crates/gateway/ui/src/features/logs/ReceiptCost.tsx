/** Receipt section: the cost line by line, with the price used and its source. */
import { Button, Collapse, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { Schemas } from "../../api/client";
import type { Receipt } from "../../api/requests";
import { COST_ITEMS } from "../../components/costItems";
import { CostStatusBadge } from "../../components/CostStatusBadge";
import { Money } from "../../components/Money";
import { RelativeTime } from "../../components/RelativeTime";
import { formatFull, parseUsd } from "../../lib/money";
import { formatTokens } from "../../lib/tokens";
import { CHARGE_RULES } from "./chargeRules";
import { Facts, Section, Preformatted } from "./receiptSections";

const MATCHES: Readonly<Record<Schemas["PriceMatch"], string>> = {
  exact: "exact model name",
  normalised: "normalised model name",
  snapshot_suffix_stripped: "model name without its date",
  fixed: "fixed price",
};

export function ReceiptCost({
  receipt: { cost, original, charged, held, charged_by: rule },
}: {
  receipt: Receipt;
}) {
  const [open, { toggle }] = useDisclosure(false);
  const { price } = cost;
  // Lines without tokens appear only in the explanation.
  const lines = cost.lines.filter((line) => line.tokens > 0);
  return (
    <Section
      title="Cost"
      action={
        cost.explain !== "" && (
          <Button size="compact-xs" variant="subtle" aria-expanded={open} onClick={toggle}>
            {open ? "Hide explanation" : "Explain"}
          </Button>
        )
      }
    >
      <Table
        fz="sm"
        verticalSpacing={5}
        horizontalSpacing={6}
        styles={{ th: { fontWeight: 500, color: "var(--mantine-color-dimmed)" } }}
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Item</Table.Th>
            <Table.Th ta="end">Tokens</Table.Th>
            <Table.Th ta="end">Per million</Table.Th>
            <Table.Th ta="end">Cost</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map((line) => (
            <Table.Tr key={line.item}>
              <Table.Td>{COST_ITEMS[line.item]}</Table.Td>
              <Table.Td ta="end">{formatTokens(line.tokens)}</Table.Td>
              <Table.Td ta="end">{formatFull(parseUsd(line.usd_per_million))}</Table.Td>
              <Table.Td ta="end">{formatFull(parseUsd(line.usd))}</Table.Td>
            </Table.Tr>
          ))}
          <Table.Tr fw={600}>
            <Table.Td colSpan={3}>{cost.total === null ? "Known so far" : "Total"}</Table.Td>
            <Table.Td ta="end">{formatFull(parseUsd(cost.total ?? cost.known))}</Table.Td>
          </Table.Tr>
        </Table.Tbody>
      </Table>
      <Collapse expanded={open}>
        <Preformatted label="Explanation" text={cost.explain} />
      </Collapse>
      {cost.unpriced !== null && (
        <Text size="sm" mt={6}>
          Not priced: {cost.unpriced}.
        </Text>
      )}
      <div style={{ marginTop: 10 }}>
        <Facts
          facts={[
            [
              "Price used",
              price === null ? null : (
                <Text key="id" span inherit ff="monospace" fz="xs">
                  {price.id}
                </Text>
              ),
            ],
            [
              "Price under review",
              cost.price_review_due === null
                ? null
                : `since ${cost.price_review_due}; it may be out of date`,
            ],
            ["Source", price?.source],
            [
              "Matched by",
              price === null
                ? null
                : `${MATCHES[price.match]} (${price.canonical})${price.prompt_tokens_over > 0 ? `, prompts over ${formatTokens(price.prompt_tokens_over)} tokens` : ""}`,
            ],
            [
              "Routing fee",
              cost.fee_id === null ? null : (
                <Text key="id" span inherit ff="monospace" fz="xs">
                  {cost.fee_id}
                </Text>
              ),
            ],
            [
              "Billing rule",
              cost.billing_rule
                ? `${cost.billing_rule.id}: ${cost.billing_rule.basis}${cost.billing_rule.settled ? "" : ", not confirmed"}`
                : null,
            ],
            [
              "Cost if hidden reasoning is billed",
              cost.upper_bound === cost.total ? null : <Money key="bound" usd={cost.upper_bound} />,
            ],
            [
              "Charged to budgets",
              rule === null || rule === "cost" ? null : (
                <span key="charged">
                  <Money usd={charged} /> ({CHARGE_RULES[rule]})
                </span>
              ),
            ],
            [
              "Held until the cost is known",
              parseUsd(held) === 0n ? null : <Money key="held" usd={held} />,
            ],
            [
              "Originally recorded as",
              original ? (
                <span key="was">
                  <Money usd={original.cost.total} />{" "}
                  <CostStatusBadge status={original.cost.status} />, repriced{" "}
                  <RelativeTime at={original.repriced_at} />
                </span>
              ) : null,
            ],
          ]}
        />
      </div>
    </Section>
  );
}
