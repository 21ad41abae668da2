/** Spend by day. Loaded separately: its rows may be truncated, while totals must be complete. */
import { Group, Paper, Skeleton, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo } from "react";
import { spendQuery, type ReportFilters } from "../../api/reports";
import type { SpendReport } from "../../api/reports";
import { ErrorState } from "../../components/ErrorState";
import type { Colors } from "./colors";
import { daysOf, periodText, type Period } from "./period";
import { fading } from "./report";
import { Swatch } from "./ShareBars";
import { moneyOf, seriesOf, type Spent } from "./spend";

const SpendChart = lazy(() => import("./SpendChart"));
const HEIGHT = 260;

interface Props {
  period: Period;
  reportFilters: ReportFilters;
  served: readonly Spent[];
  total: Spent;
  colors: Colors;
}

export function DailySpend({ period, reportFilters, served, total, colors }: Props) {
  const { data, error, refetch, isPlaceholderData } = useQuery(
    spendQuery("day,served", period, reportFilters),
  );
  const series = useMemo(
    () => moneyOf(served, total).map(({ name }) => ({ name, color: colors(name) })),
    [served, total, colors],
  );
  return (
    <Paper p="md" {...fading(isPlaceholderData)}>
      <Title order={2} fz="sm" mb="sm">
        Spend by day and served model
      </Title>
      {error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : series.length === 0 ? (
        <Text size="sm" c="dimmed">
          No request in this period has a price.
        </Text>
      ) : !data ? (
        <Skeleton height={HEIGHT} />
      ) : (
        <Drawn report={data} period={period} series={series} />
      )}
      <Group gap="md" mt="xs">
        {series.map(({ name, color }) => (
          <Group key={name} gap={6} wrap="nowrap" maw="100%">
            <Swatch color={color} />
            <Text size="xs" truncate>
              {name}
            </Text>
          </Group>
        ))}
      </Group>
    </Paper>
  );
}

function Drawn({
  report,
  period,
  series,
}: {
  report: SpendReport;
  period: Period;
  series: readonly { name: string; color: string }[];
}) {
  // The days of the report, which may still be that of another period.
  const { from, to } = { from: report.from ?? period.from, to: report.to ?? period.to };
  const data = useMemo(
    () =>
      seriesOf(
        report.rows,
        daysOf({ from, to }),
        series.map(({ name }) => name),
      ),
    [report, from, to, series],
  );
  const last = report.rows.at(-1)?.day ?? from;
  return (
    <>
      {/* The hidden tooltip keeps its last position, which may be outside a page that became narrower. */}
      <div
        role="img"
        style={{ overflowX: "clip" }}
        aria-label={`Spend by day from ${from} to ${to}; the table below shows the same totals.`}
      >
        <Suspense fallback={<Skeleton height={HEIGHT} />}>
          <SpendChart series={series} data={data} />
        </Suspense>
      </div>
      {report.truncated && (
        <Text size="xs" c="dimmed" mt={6}>
          Too much data to draw: the chart is incomplete from{" "}
          {periodText({ ...period, from: last, to: last })} on. The totals are complete.
        </Text>
      )}
    </>
  );
}
