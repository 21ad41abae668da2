/** A budget as a bar: spent, set aside for what is under way, and left. */
import { Group, Progress, Text, Tooltip } from "@mantine/core";
import { Money } from "../../parts/Money";
import { When } from "../../parts/When";
import { formatFull, parseUsd, percentOf, picodollars } from "../../money";

export interface Budget { spend: string; reserved: string; max_budget: string | null; budget_reset_at: string | null; budget_duration: string | null }

export function BudgetBar({ budget: { spend, reserved, max_budget } }: { budget: Budget }) {
  const spent = parseUsd(spend);
  if (max_budget === null) return <Group gap={6} wrap="nowrap"><Money usd={spent} /><Text span size="xs" c="dimmed">no budget</Text></Group>;
  const [aside, all] = [parseUsd(reserved), parseUsd(max_budget)];
  const used = Math.min(100, percentOf(spent, all) ?? 100);
  const set = Math.min(100 - used, percentOf(aside, all) ?? 0);
  const left = picodollars(all > spent + aside ? all - spent - aside : 0n);
  const words = `${formatFull(spent)} spent, ${formatFull(aside)} reserved, ${formatFull(left)} left of ${formatFull(all)}`;
  return (
    <Tooltip label={words}>
      <div style={{ display: "grid", gap: 4 }}>
        <Group justify="space-between" gap={8} wrap="nowrap" fz="xs" lh={1.2}><span><Money usd={spent} /> of <Money usd={all} /></span><Text span inherit c="dimmed"><Money usd={left} left /> left</Text></Group>
        <Progress.Root size={6} role="img" aria-label={words}>
          <Progress.Section value={used} color={used >= 100 ? "red.6" : used >= 80 ? "orange.6" : "cyan.7"} withAria={false} />
          <Progress.Section value={set} color="indigo.3" withAria={false} />
        </Progress.Root>
      </div>
    </Tooltip>
  );
}

export function Resets({ budget: { max_budget, budget_reset_at, budget_duration } }: { budget: Budget }) {
  if (max_budget === null) return <Text span inherit c="dimmed">–</Text>;
  return budget_reset_at === null ? <Text span inherit c="dimmed">never</Text> : <span>{budget_duration}, <When at={budget_reset_at} /></span>;
}
