/** The figures of the period, each with how it was in the period before. */
import { Paper, SimpleGrid, Text, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import { Money } from "../../parts/Money";
import { percentOf } from "../../money";
import { cachedShare, formatTokens } from "../../tokens";
import { average, changeOf, type Spent } from "./spend";

export function Tiles({ now, then }: { now: Spent; then: Spent | undefined }) {
  const averageNow = average(now);
  const averageThen = then && average(then);
  const cached = cachedShare(now.cached, now.prompt);
  const cachedThen = then ? cachedShare(then.cached, then.prompt) : null;
  const fee = percentOf(now.fee, now.known);
  return (
    <SimpleGrid cols={{ base: 2, md: 5 }} spacing="sm">
      <Tile name="Spend" value={<Money usd={now.known} />} note={then && <Change now={now.known} then={then.known} />} />
      <Tile name="Requests" value={formatTokens(now.requests)} note={then && <Change now={BigInt(now.requests)} then={BigInt(then.requests)} />} />
      <Tile name="Average per request" value={<Money usd={averageNow} absent="–" />} note={averageNow !== null && averageThen ? <Change now={averageNow} then={averageThen} /> : then && <Change now={0n} then={0n} />} />
      <Tile name="Routing fee" value={<Money usd={now.fee} />} note={fee === null ? "of nothing" : `${String(fee)} % of spend`} />
      <Tile name="Prompt from cache" value={cached === null ? "–" : `${String(cached)} %`} note={then && (cachedThen === null ? "no prompts before" : `${String(cachedThen)} % before`)} />
    </SimpleGrid>
  );
}

function Tile({ name, value, note }: { name: string; value: ReactNode; note: ReactNode }) {
  return (
    <Paper p="sm">
      <Text size="xs" c="dimmed">{name}</Text>
      <Text fz={20} fw={600} lh={1.4}>{value}</Text>
      <Text component="div" size="xs" c="dimmed" mih={18}>{note}</Text>
    </Paper>
  );
}

function Change({ now, then }: { now: bigint; then: bigint }) {
  const change = changeOf(now, then);
  if (change === null) return <>nothing before</>;
  const size = `${Math.abs(change).toLocaleString("en-US", { maximumFractionDigits: 1 })} %`;
  return <Tooltip label="Against as many days right before"><span>{change === 0 ? "as before" : `${change > 0 ? "▲" : "▼"} ${size} ${change > 0 ? "more" : "less"}`}</span></Tooltip>;
}
