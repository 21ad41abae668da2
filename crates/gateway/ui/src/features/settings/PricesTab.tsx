/** Prices in force today, each with its source and dates. */
import { Badge, Group, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch, IconTag } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { Schemas } from "../../api/client";
import { pricesQuery } from "../../api/prices";
import { DataTable, type Column } from "../../components/DataTable";
import { EmptyState } from "../../components/EmptyState";
import { ErrorState } from "../../components/ErrorState";
import { searchField } from "../../components/searchShortcut";
import { TableSkeleton } from "../../components/Skeletons";
import { fromA, fromLargest, useSorting } from "../../components/sorting";
import { useFilters } from "../../lib/filters";
import { formatFull, parseUsd } from "../../lib/money";
import { formatTokens } from "../../lib/tokens";
import { PriceReviews } from "./PriceReviews";
import { skuLabel } from "./skuLabel";

type Price = Schemas["PriceInForce"];
/** A price that depends on the prompt's length has one row for each tier. */
interface Line {
  price: Price;
  tier: Schemas["PriceTier"];
}

const usd = (amount: string | null) =>
  amount === null ? (
    <Text span inherit c="dimmed" aria-label="no price">
      –
    </Text>
  ) : (
    formatFull(parseUsd(amount))
  );
const rate = (amount: string | null) => (amount === null ? null : parseUsd(amount));
const whereOf = ({ price: { deployment_type, zone, regions } }: Line) =>
  skuLabel(deployment_type, zone, regions);
const COLUMNS: Column<Line>[] = [
  {
    id: "model",
    header: "Model",
    sort: fromA(({ price }) => price.model),
    width: "minmax(170px, 2fr)",
    cell: ({ price, tier }) => (
      <Group gap={6} wrap="nowrap">
        <Text inherit truncate fw={500} title={price.price_id}>
          {price.model}
        </Text>
        {price.own && (
          <Badge color="indigo" className="fw-status" style={{ flexShrink: 0 }}>
            {" "}
            custom{" "}
          </Badge>
        )}
        {price.retired && (
          <Badge
            color="gray"
            className="fw-status"
            style={{ flexShrink: 0 }}
            title={`Retired ${price.retired_on ?? ""}`}
          >
            retired
          </Badge>
        )}
        {tier.prompt_tokens_over > 0 && (
          <Text span size="xs" c="dimmed">
            over {formatTokens(tier.prompt_tokens_over)}
          </Text>
        )}
      </Group>
    ),
  },
  {
    id: "where",
    header: "Deployment",
    sort: fromA(whereOf),
    width: "minmax(160px, 1.5fr)",
    cell: (line) => <span title={whereOf(line)}>{whereOf(line)}</span>,
  },
  {
    id: "tier",
    header: "Tier",
    sort: fromA(({ price }) => price.service_tier),
    width: "84px",
    cell: ({ price }) => price.service_tier,
  },
  {
    id: "input",
    header: "Input",
    sort: fromLargest(({ tier }) => rate(tier.input)),
    align: "end",
    width: "80px",
    cell: ({ tier }) => usd(tier.input),
  },
  {
    id: "cached",
    header: "Cached",
    sort: fromLargest(({ tier }) => rate(tier.cached_input)),
    align: "end",
    width: "84px",
    cell: ({ tier }) => usd(tier.cached_input),
  },
  {
    id: "output",
    header: "Output",
    sort: fromLargest(({ tier }) => rate(tier.output)),
    align: "end",
    width: "84px",
    cell: ({ tier }) => usd(tier.output),
  },
  {
    id: "from",
    header: "From",
    sort: fromLargest(({ price }) => price.from),
    width: "94px",
    cell: ({ price }) =>
      price.from ?? (
        <Text span inherit c="dimmed">
          –
        </Text>
      ),
  },
  {
    id: "review",
    header: "Review by",
    sort: fromLargest(({ price }) => price.review_by),
    width: "132px",
    cell: ({ price }) =>
      price.price_review_due !== null ? (
        <Group gap={6} wrap="nowrap" title="This price is in use but may be out of date">
          <span>{price.price_review_due}</span>
          <Badge color="orange" className="fw-status" style={{ flexShrink: 0 }}>
            due
          </Badge>
        </Group>
      ) : (
        (price.review_by ?? (
          <Text span inherit c="dimmed">
            –
          </Text>
        ))
      ),
  },
  {
    id: "source",
    header: "Source",
    sort: fromA(({ price }) => price.source),
    width: "minmax(160px, 2fr)",
    cell: ({ price }) => (
      <span title={`${price.source} (${price.confidence} confidence)`}>{price.source}</span>
    ),
  },
];
const idOf = ({ price, tier }: Line) => `${price.price_id} ${String(tier.prompt_tokens_over)}`;

export function PricesTab() {
  const [filters, change] = useFilters();
  const [typed, type] = useState(filters["search"] ?? "");
  const [search] = useDebouncedValue(typed.trim(), 200);
  const { data, error, refetch } = useQuery(pricesQuery(search));
  const sorting = useSorting();
  const rows = useMemo(
    () => data?.prices.flatMap((price) => price.tiers.map((tier) => ({ price, tier }))) ?? [],
    [data],
  );
  return (
    <>
      <PriceReviews />
      <Group justify="space-between" mb="sm" gap="xs">
        <TextInput
          {...searchField}
          aria-label="Find a price"
          placeholder="Model, vendor or price ID"
          leftSection={<IconSearch size={16} aria-hidden />}
          w={{ base: "100%", sm: 320 }}
          value={typed}
          onChange={(event) => {
            type(event.currentTarget.value);
            change({ search: event.currentTarget.value.trim() });
          }}
        />
        {data && (
          <Text size="xs" c="dimmed">
            US dollars per million tokens{data.day && ` on ${data.day}`}. Routing fee:{" "}
            {data.routing_fees
              .map(
                (fee) =>
                  `${formatFull(parseUsd(fee.per_million_prompt_tokens))} (${skuLabel(fee.deployment_type, null).toLowerCase()})`,
              )
              .join(", ")}
          </Text>
        )}
      </Group>
      {error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <TableSkeleton />
      ) : (
        <DataTable
          label="Prices"
          rows={rows}
          columns={COLUMNS}
          sorting={sorting}
          rowId={idOf}
          minWidth={1_052}
          height="calc(100dvh - 292px)"
          empty={
            <EmptyState
              icon={IconTag}
              title="No matching prices"
              next="Models without a price are still served, and their requests are marked “unpriced”. Add custom prices in an overlay file named in the configuration."
            />
          }
        />
      )}
    </>
  );
}
