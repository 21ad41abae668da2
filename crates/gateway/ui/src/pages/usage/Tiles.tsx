/** The figures of the period, each with how it was in the period before. */
import { Paper, SimpleGrid, Skeleton, Text, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import type { Schemas } from "../../api/client";
import { Money } from "../../parts/Money";
import { percentOf } from "../../money";
import { cachedShare, formatTokens, formatTokensShort } from "../../tokens";
import { average, changeOf, type Spent } from "./spend";

type Percentile = Schemas["CostPercentile"];
/** The percentile is null where it cannot be had, and not there until it is. */
interface Props { now: Spent; then: Spent | undefined; p95: Percentile | null | undefined }

export function Tiles({ now, then, p95 }: Props) {
  const averageNow = average(now);
  const averageThen = then && average(then);
  const cached = cachedShare(now.cached, now.prompt);
  const cachedThen = then ? cachedShare(then.cached, then.prompt) : null;
  const fee = percentOf(now.fee, now.known);
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm">
      <Tile name="Spend" value={<Money usd={now.known} />} note={then && <Change now={now.known} then={then.known} />} />
      <Tile name="Requests" value={formatTokens(now.requests)} note={then && <Change now={BigInt(now.requests)} then={BigInt(then.requests)} />} />
      <Tile name="Average per request" value={<Money usd={averageNow} absent="–" />} note={averageNow !== null && averageThen ? <Change now={averageNow} then={averageThen} /> : averageNow !== null && then ? "nothing before" : ""} />
      <P95 told={p95} />
      <Tile name="Routing fee" value={<Money usd={now.fee} />} note={fee === null ? "of nothing" : `${String(fee)} % of spend`} />
      <Tile name="Prompt from cache" value={cached === null ? "–" : `${String(cached)} %`} note={then && (cachedThen === null ? "no prompts before" : `${String(cachedThen)} % before`)} />
    </SimpleGrid>
  );
}

/** 95 of 100 requests cost so much or less. It is read from the entries: later than the rest, and not of too many. */
function P95({ told }: { told: Percentile | null | undefined }) {
  const name = "p95 per request";
  if (told === null) return <Tile name={name} value="–" note="could not be read" />;
  if (told === undefined) return <Tile name={name} value={<Skeleton height={20} my={4} width={80} />} note="" />;
  if (told.too_many) return <Tile name={name} value="–" note={`for up to ${formatTokensShort(told.most_requests)} requests`} />;
  const priced = told.priced_requests ?? 0;
  return <Tile name={name} value={<Money usd={told.p95_usd} absent="–" />} note={<Tooltip label="Of 100 requests that cost something, 95 cost so much or less"><span>of {formatTokens(priced)} priced</span></Tooltip>} />;
}

function Tile({ name, value, note }: { name: string; value: ReactNode; note: ReactNode }) {
  return (
    <Paper p="sm" role="group" aria-label={name}>
      <Text size="xs" c="dimmed">{name}</Text>
      <Text component="div" fz={20} fw={600} lh={1.4}>{value}</Text>
      <Text component="div" size="xs" c="dimmed" mih={18}>{note}</Text>
    </Paper>
  );
}

function Change({ now, then }: { now: bigint; then: bigint }) {
  const change = changeOf(now, then);
  if (change === null) return <>nothing before</>;
  const size = `${Math.abs(change).toLocaleString("en-US", { maximumFractionDigits: 1 })} %`;
  return <Tooltip label="Against as many whole days right before; today is not over"><span>{change === 0 ? "as before" : `${change > 0 ? "▲" : "▼"} ${size} ${change > 0 ? "more" : "less"}`}</span></Tooltip>;
}
