/** Spend by key, team, tag, model group or user. */
import { Group, Paper, SegmentedControl, Skeleton, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { spendQuery, type ReportFilters } from "../../api/reports";
import type { SpendRow } from "../../api/reports";
import { seesEverything, useSession } from "../../api/session";
import { ErrorState } from "../../components/ErrorState";
import { useFilters } from "../../lib/filters";
import { formatTokens } from "../../lib/tokens";
import type { Period } from "./period";
import { fading } from "./report";
import { byName, spentIn } from "./spend";
import { found, SpendTable, type Line } from "./SpendTable";

const GROUPINGS = [
  { value: "key", label: "Key", everybody: false, none: "master key" },
  { value: "team", label: "Team", everybody: false, none: "no team" },
  { value: "tag", label: "Tag", everybody: true, none: "no tag" },
  { value: "asked", label: "Asked", everybody: true, none: "–" },
  { value: "user", label: "User", everybody: false, none: "no user" },
] as const;

export function Breakdown({
  by,
  period,
  reportFilters,
}: {
  by: string | undefined;
  period: Period;
  reportFilters: ReportFilters;
}) {
  const session = useSession();
  const [filters, change] = useFilters();
  const groupings = GROUPINGS.filter(({ everybody }) => everybody || seesEverything(session));
  const grouping = groupings.find(({ value }) => value === by) ?? groupings[0];
  const { data, error, refetch, isPlaceholderData } = useQuery(
    spendQuery(grouping?.value ?? "tag", period, reportFilters),
  );
  // While another grouping loads, the rows of the previous one keep the layout stable.
  const shownGrouping = groupings.find(({ value }) => value === data?.by[0]) ?? grouping;
  const lines = useMemo(
    () => (shownGrouping ? linesOf(shownGrouping, data?.rows ?? [], change) : []),
    [shownGrouping, data, change],
  );
  const shown = useMemo(() => found(lines, filters["find"]), [lines, filters]);
  if (grouping === undefined || shownGrouping === undefined) return null;
  const noun = shownGrouping.label.toLowerCase();
  return (
    <Paper p="md" {...fading(isPlaceholderData)}>
      <Group justify="space-between" mb="xs" gap="xs">
        <Title order={2} fz="sm">
          By {noun}
        </Title>
        <SegmentedControl
          size="xs"
          data={groupings.map(({ value, label: text }) => ({ value, label: text }))}
          value={grouping.value}
          onChange={(value) => {
            change({ by: value });
          }}
          aria-label="Group by"
        />
      </Group>
      {error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Skeleton height={160} />
      ) : (
        <>
          <SpendTable
            name={shownGrouping.label}
            empty={
              lines.length === 0
                ? `No request in this period has a ${noun}.`
                : "No rows match your search."
            }
            total={spentIn(null, data.total)}
            lines={shown}
            sort="sort_by"
          />
          {data.truncated && (
            <Text size="xs" c="dimmed" mt={6}>
              Showing the {formatTokens(lines.length)} most expensive.
            </Text>
          )}
          {shownGrouping.value === "tag" && lines.length > 0 && (
            <Text size="xs" c="dimmed" mt={6}>
              A request with several tags counts in each of their rows.
            </Text>
          )}
        </>
      )}
    </Paper>
  );
}

function linesOf(
  grouping: (typeof GROUPINGS)[number],
  rows: readonly SpendRow[],
  change: (filters: Record<string, string>) => void,
): Line[] {
  const aliases = new Map(rows.map((row) => [row.key ?? null, row.key_alias]));
  const label = (name: string | null) =>
    name === null
      ? grouping.none
      : grouping.value === "key"
        ? (aliases.get(name) ?? `${name.slice(0, 12)}…`)
        : name;
  return byName(rows, (row) => row[grouping.value] ?? null).map((spent) => ({
    id: spent.name ?? "",
    spent,
    label: label(spent.name),
    onPick:
      spent.name === null
        ? undefined
        : () => {
            change({ [grouping.value]: spent.name ?? "" });
          },
  }));
}
