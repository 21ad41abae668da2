/** Key figures of the period, each compared with the period before. */
import { Paper, SimpleGrid, Skeleton, Stack, Text, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import type { CostPercentile } from "../../api/reports";
import { Money } from "../../components/Money";
import { parseUsd, percentOf } from "../../lib/money";
import { formatTokens, formatTokensShort } from "../../lib/tokens";
import { isPart, periodText } from "./period";
import type { Earlier } from "./report";
import { average, cachedPart, changeText, type Spent } from "./spend";
import { Known } from "./SpendTable";

/** The percentile is null if it could not be loaded, and undefined while it is loading. */
interface Props {
  now: Spent;
  p95: CostPercentile | null | undefined;
  earlier: Earlier | undefined;
  tz: string;
}

export function SummaryTiles({ now, p95, earlier, tz }: Props) {
  const then = earlier?.total;
  const averageNow = average(now);
  const cached = cachedPart(now);
  const cachedThen = then ? cachedPart(then) : null;
  const fee = percentOf(now.fee, now.known);
  return (
    <Stack gap={6}>
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm">
        <Tile
          name="Spend"
          value={<Known spent={now} />}
          note={<Change now={now.known} then={then?.known} />}
        />
        <Tile
          name="Requests"
          value={formatTokens(now.requests)}
          note={<Change now={BigInt(now.requests)} then={then && BigInt(then.requests)} />}
        />
        <Tile
          name="Average per request"
          value={<Money usd={averageNow} absent="–" />}
          note={<Change now={averageNow} then={then && average(then)} />}
        />
        <P95 percentile={p95} then={earlier?.p95} tz={tz} />
        <Tile
          name="Routing fee"
          value={<Money usd={now.fee} />}
          note={<Change now={now.fee} then={then?.fee} />}
          also={fee === null ? "no spend" : `${String(fee)}% of spend`}
        />
        <Tile
          name="Prompt from cache"
          value={cached === null ? "–" : `${String(cached)}%`}
          note={
            then && (cachedThen === null ? "no prompts before" : `${String(cachedThen)}% before`)
          }
        />
      </SimpleGrid>
      <Text size="xs" c="dimmed" mih={18}>
        {earlier && comparisonText(earlier)}
      </Text>
    </Stack>
  );
}

/** A partial day is compared with the same part of the earlier day. */
const comparisonText = ({ period, gone }: Earlier) => {
  if (gone)
    return `Not compared: the individual requests of ${periodText({ ...period, from: period.to.slice(0, 10) })} are no longer stored.`;
  return `Compared with ${periodText(period)}${isPart(period) ? ", because today is not over" : ""}.`;
};

/**
 * The 95th-percentile cost. It is computed from entries: it loads later than the rest and has a
 * size limit.
 */
function P95({
  percentile,
  then,
  tz,
}: {
  percentile: CostPercentile | null | undefined;
  then: CostPercentile | undefined;
  tz: string;
}) {
  const name = "p95 per request";
  if (percentile === null) return <Tile name={name} value="–" note="could not be loaded" also="" />;
  if (percentile === undefined)
    return <Tile name={name} value={<Skeleton height={20} my={4} width={80} />} note="" also="" />;
  if (percentile.too_many)
    return (
      <Tile
        name={name}
        value="–"
        note={`for up to ${formatTokensShort(percentile.most_requests)} requests`}
        also=""
      />
    );
  const usd = (percentile: CostPercentile) =>
    percentile.p95_usd === null ? null : parseUsd(percentile.p95_usd);
  // It covers only part of the period, so it is not compared.
  const since =
    percentile.kept_since !== null &&
    new Date(percentile.kept_since).toLocaleDateString("en-GB", {
      day: "numeric",
      month: "short",
      timeZone: tz,
    });
  const note =
    since === false ? (
      <Change now={usd(percentile)} then={then?.too_many === false ? usd(then) : undefined} />
    ) : (
      <>since {since}</>
    );
  return (
    <Tile
      name={name}
      value={<Money usd={percentile.p95_usd} absent="–" />}
      note={note}
      also={
        <Tooltip label="95% of billable requests cost this much or less">
          <span>of {formatTokens(percentile.priced_requests ?? 0)} priced requests</span>
        </Tooltip>
      }
    />
  );
}

function Tile({
  name,
  value,
  note,
  also,
}: {
  name: string;
  value: ReactNode;
  note: ReactNode;
  also?: ReactNode;
}) {
  return (
    <Paper p="sm" role="group" aria-label={name}>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text component="div" fz={20} fw={600} lh={1.4}>
        {value}
      </Text>
      <Text component="div" size="xs" c="dimmed" mih={18}>
        {note}
      </Text>
      {also !== undefined && (
        <Text component="div" size="xs" c="dimmed" mih={18}>
          {also}
        </Text>
      )}
    </Paper>
  );
}

/** Empty while there is nothing to compare with. */
function Change({ now, then }: { now: bigint | null; then: bigint | null | undefined }) {
  return now === null || then === undefined ? null : <span>{changeText(now, then)}</span>;
}
