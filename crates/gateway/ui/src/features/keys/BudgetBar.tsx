/**
 * Budget bar: spent, held for requests with unknown cost, reserved for those in flight, and left.
 */
import { Group, Progress, Text, Tooltip } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Money } from "../../components/Money";
import { RelativeTime } from "../../components/RelativeTime";
import { formatFull, parseUsd, percentOf, picodollars, type Picodollars } from "../../lib/money";

export interface Budget {
  spend: string;
  held: string;
  reserved: string;
  left: string | null;
  max_budget: string | null;
  budget_reset_at: string | null;
  budget_duration: string | null;
}

const NOTHING = picodollars(0n);

/** Filters of Logs that select the budget's requests, such as `{ key: "…" }`. */
export type Owner = Record<string, string>;

/**
 * Table rows have room for one line with either the held or the reserved amount; `tall` shows both
 * below.
 */
export function BudgetBar({
  budget,
  owner,
  tall = false,
}: {
  budget: Budget;
  owner: Owner;
  tall?: boolean;
}) {
  const [spent, held, reserved] = [
    parseUsd(budget.spend),
    parseUsd(budget.held),
    parseUsd(budget.reserved),
  ];
  if (budget.max_budget === null) {
    return (
      <Group gap={6} wrap="nowrap">
        <Spent usd={spent} owner={owner} />
        <Text span size="xs" c="dimmed">
          no budget
        </Text>
        <HeldAndReserved
          held={held}
          reserved={tall || held === 0n ? reserved : NOTHING}
          owner={owner}
        />
      </Group>
    );
  }
  const all = parseUsd(budget.max_budget);
  const left = parseUsd(budget.left ?? "0");
  const share = (part: Picodollars, taken: number) =>
    Math.min(100 - taken, percentOf(part, all) ?? 0);
  const used = share(spent, 0);
  const kept = share(held, used);
  const set = share(reserved, used + kept);
  const words = `${formatFull(spent)} spent, ${formatFull(held)} held, ${formatFull(reserved)} reserved, ${formatFull(left)} left of ${formatFull(all)}`;
  return (
    <div style={{ display: "grid", gap: 4 }}>
      <Tooltip label={words}>
        <div style={{ display: "grid", gap: 4 }}>
          <Group justify="space-between" gap={8} wrap="nowrap" fz="xs" lh={1.2}>
            <span>
              <Spent usd={spent} owner={owner} /> of <Money usd={all} />
            </span>
            {!tall && (
              <HeldAndReserved
                held={held}
                reserved={held === 0n ? reserved : NOTHING}
                owner={owner}
              />
            )}
            <Text span inherit c="dimmed" style={{ flexShrink: 0 }}>
              <Money usd={left} left /> left
            </Text>
          </Group>
          <Progress.Root size={6} role="img" aria-label={words}>
            <Progress.Section
              value={used}
              color={used >= 100 ? "red.6" : used >= 80 ? "orange.6" : "cyan.7"}
              withAria={false}
            />
            <Progress.Section value={kept} color="yellow.5" withAria={false} />
            <Progress.Section value={set} color="indigo.3" withAria={false} />
          </Progress.Root>
        </div>
      </Tooltip>
      {tall && <HeldAndReserved held={held} reserved={reserved} owner={owner} />}
    </div>
  );
}

function Spent({ usd, owner }: { usd: Picodollars; owner: Owner }) {
  return (
    <LogsLink search={owner} label={`Requests behind the ${formatFull(usd)} spent`}>
      <Money usd={usd} />
    </LogsLink>
  );
}

/** The held and reserved amounts, each linked to its requests. */
function HeldAndReserved({
  held,
  reserved,
  owner,
}: {
  held: Picodollars;
  reserved: Picodollars;
  owner: Owner;
}) {
  if (held === 0n && reserved === 0n) return null;
  return (
    <Group gap={8} wrap="nowrap" fz="xs" lh={1.2} c="dimmed">
      {held !== 0n && (
        <LogsLink
          search={{ ...owner, held: "true" }}
          label={`Requests with unknown cost that hold ${formatFull(held)}`}
        >
          <Money usd={held} /> held
        </LogsLink>
      )}
      {reserved !== 0n && (
        <LogsLink
          search={{ ...owner, outcome: "open" }}
          label={`Requests in flight that reserve ${formatFull(reserved)}`}
        >
          <Money usd={reserved} /> reserved
        </LogsLink>
      )}
    </Group>
  );
}

function LogsLink({
  search,
  label,
  children,
}: {
  search: Owner;
  label: string;
  children: React.ReactNode;
}) {
  // A click on the row opens its form; a click on the link must not.
  return (
    <Link
      to="/logs"
      search={search}
      aria-label={label}
      onClick={(event) => {
        event.stopPropagation();
      }}
      style={{ color: "inherit" }}
    >
      {children}
    </Link>
  );
}

export function Resets({
  budget: { max_budget, budget_reset_at, budget_duration },
}: {
  budget: Budget;
}) {
  if (max_budget === null)
    return (
      <Text span inherit c="dimmed">
        –
      </Text>
    );
  return budget_reset_at === null ? (
    <Text span inherit c="dimmed">
      never
    </Text>
  ) : (
    <span>
      {budget_duration}, <RelativeTime at={budget_reset_at} />
    </span>
  );
}
