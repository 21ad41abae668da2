/**
 * Receipt below a response: served model, tokens, times and cost, with a breakdown on hover or
 * focus.
 */
import { Anchor, Group, Loader, Popover, Stack, Table, Text, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { receiptQuery, type Receipt } from "../../api/requests";
import { COST_ITEMS } from "../../components/costItems";
import { CostStatusBadge } from "../../components/CostStatusBadge";
import { Duration } from "../../components/Duration";
import { Money } from "../../components/Money";
import { TokenCount } from "../../components/TokenCount";
import { formatFull, parseUsd } from "../../lib/money";
import { formatTokens } from "../../lib/tokens";

type Cost = Receipt["cost"];

export function AnswerReceipt({ id }: { id: string }) {
  const { data, error } = useQuery({
    ...receiptQuery(id),
    // A stopped response is settled a moment later.
    refetchInterval: ({ state }) => (state.data?.cost.status === "open" ? 1_000 : false),
    retry: 3,
  });
  if (error)
    return (
      <Text size="xs" c="dimmed">
        The receipt could not be loaded.
      </Text>
    );
  if (!data) return <Loader size="xs" aria-label="Loading the receipt" />;
  const { served, usage, timings, cost } = data;
  return (
    <Group gap="6px 12px" fz="xs" c="dimmed" role="group" aria-label="Receipt">
      <Text
        span
        inherit
        fw={600}
        c="var(--mantine-color-text)"
        style={{ overflowWrap: "anywhere" }}
      >
        {served ?? "no model"}
      </Text>
      <span>
        <TokenCount
          count={usage?.prompt_tokens}
          cached={usage?.prompt_tokens_details?.cached_tokens}
        />{" "}
        in
      </span>
      <span>
        <TokenCount count={usage?.completion_tokens} /> out
      </span>
      {timings.first_content_ms !== null && (
        <span>
          first token <Duration ms={timings.first_content_ms} />
        </span>
      )}
      <span>
        total <Duration ms={timings.duration_ms} />
      </span>
      <Itemised cost={cost} />
      <CostStatusBadge status={cost.status} />
      {/* In another tab, because the conversation exists only on this page. */}
      <Anchor
        href={`/ui/logs?open=${encodeURIComponent(id)}`}
        target="_blank"
        inherit
        c="inherit"
        underline="always"
      >
        log
      </Anchor>
    </Group>
  );
}

function Itemised({ cost }: { cost: Cost }) {
  const [open, setOpen] = useState(false);
  const total = totalOf(cost);
  return (
    <Popover opened={open} onChange={setOpen} position="top" withArrow shadow="md" withinPortal>
      <Popover.Target>
        <UnstyledButton
          type="button"
          fz="inherit"
          fw={600}
          c="var(--mantine-color-text)"
          aria-label={`Cost ${total}: show the breakdown`}
          style={{ textDecoration: "underline dotted", textUnderlineOffset: 3 }}
          onMouseEnter={() => {
            setOpen(true);
          }}
          onMouseLeave={() => {
            setOpen(false);
          }}
          onFocus={() => {
            setOpen(true);
          }}
          onBlur={() => {
            setOpen(false);
          }}
          onClick={() => {
            setOpen(true);
          }}
        >
          <span style={{ whiteSpace: "nowrap" }}>{total}</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown maw="calc(100vw - 32px)">
        <Stack gap={6}>
          <Table fz="xs" verticalSpacing={3} horizontalSpacing={6} withRowBorders={false}>
            <Table.Tbody>
              {cost.lines.map(({ item, tokens, usd, usd_per_million }) => (
                <Table.Tr key={item}>
                  <Table.Td>{COST_ITEMS[item]}</Table.Td>
                  <Table.Td ta="end">{formatTokens(tokens)}</Table.Td>
                  <Table.Td c="dimmed">
                    × <Money usd={usd_per_million} /> / M
                  </Table.Td>
                  <Table.Td ta="end">{formatFull(parseUsd(usd))}</Table.Td>
                </Table.Tr>
              ))}
              <Table.Tr
                fw={600}
                style={{ borderTop: "1px solid var(--mantine-color-default-border)" }}
              >
                <Table.Td colSpan={3}>Total</Table.Td>
                <Table.Td ta="end">{total}</Table.Td>
              </Table.Tr>
            </Table.Tbody>
          </Table>
          {cost.unpriced !== null && (
            <Text size="xs" maw={360}>
              {cost.unpriced}
            </Text>
          )}
          {cost.price && (
            <Text size="xs" c="dimmed" maw={360} style={{ overflowWrap: "anywhere" }}>
              Price: {cost.price.source}
            </Text>
          )}
          {cost.price_review_due !== null && (
            <Text size="xs" c="orange" maw={360}>
              Under review since {cost.price_review_due}. This price may be out of date.
            </Text>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

/** The total cost, or the known part of it. */
function totalOf({ total, known }: Cost): string {
  if (total !== null) return formatFull(parseUsd(total));
  const least = parseUsd(known);
  return least > 0n ? `> ${formatFull(least)}` : "unpriced";
}
