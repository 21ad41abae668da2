/** Usage page: spend by day, by served model, and by key, team or tag. */
import { Group, Pill, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { IconChartAreaLine, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { p95Query, spendQuery, type ReportFilters } from "../../api/reports";
import { seesEverything, useSession } from "../../api/session";
import { EmptyState } from "../../components/EmptyState";
import { ErrorState } from "../../components/ErrorState";
import { PageHeader } from "../../components/PageHeader";
import { searchField } from "../../components/searchShortcut";
import { useFilters } from "../../lib/filters";
import { formatAbsolute } from "../../lib/time";
import { Breakdown } from "./Breakdown";
import { colorsOf } from "./colors";
import { DailySpend } from "./DailySpend";
import { fewerDays, periodOf, tooLong, type Period } from "./period";
import { PeriodPicker } from "./PeriodPicker";
import { fading, reportFiltersOf, timesOf, useEarlier } from "./report";
import { ServedModels } from "./ServedModels";
import { byName, spentIn } from "./spend";
import { SummaryTiles } from "./SummaryTiles";
import { UncertainCosts } from "./UncertainCosts";

export function UsagePage() {
  const [filters] = useFilters();
  const session = useSession();
  const { from, to, tz } = periodOf(filters, new Date());
  const period = useMemo(() => ({ from, to, tz }), [from, to, tz]);
  const about = seesEverything(session) ? "Where the money went." : "What your key spent.";
  return (
    <>
      <PageHeader title="Usage" about={`${about} Days are in ${tz}.`}>
        <PeriodPicker period={period} />
      </PageHeader>
      <ActiveFilters />
      {tooLong(period) ? (
        <EmptyState
          icon={IconChartAreaLine}
          title="This period is too long"
          next={fewerDays(period)}
        />
      ) : (
        <Report period={period} reportFilters={reportFiltersOf(filters)} />
      )}
    </>
  );
}

/** The search in the tables, and the filters of the whole page. */
function ActiveFilters() {
  const [filters, change] = useFilters();
  return (
    <Group gap="xs" mb="sm">
      <TextInput
        {...searchField}
        aria-label="Find in the tables"
        placeholder="Find a model, key, team …"
        size="xs"
        w={{ base: "100%", xs: 280 }}
        leftSection={<IconSearch size={14} aria-hidden />}
        defaultValue={filters["find"] ?? ""}
        onChange={(event) => {
          change({ find: event.currentTarget.value });
        }}
      />
      {Object.entries(reportFiltersOf(filters)).map(([name, value]) => (
        <Pill
          key={name}
          withRemoveButton
          maw="100%"
          onRemove={() => {
            change({ [name]: "" });
          }}
          removeButtonProps={{ "aria-label": `Remove ${name}`, "aria-hidden": false, tabIndex: 0 }}
        >
          {name}: {name === "key" ? `${value.slice(0, 10)}…` : value}
        </Pill>
      ))}
    </Group>
  );
}

function Report({ period, reportFilters }: { period: Period; reportFilters: ReportFilters }) {
  const {
    data,
    error,
    refetch,
    dataUpdatedAt,
    isPlaceholderData: stale,
  } = useQuery(spendQuery("served", period, reportFilters));
  const earlier = useEarlier(period, dataUpdatedAt, reportFilters);
  const p95 = useQuery(p95Query(period, reportFilters));
  const [filters] = useFilters();
  const drawn = useMemo(() => {
    if (data === undefined) return null;
    const served = byName(data.rows, (row) => row.served ?? null);
    return { served, total: spentIn(null, data.total), colors: colorsOf(served) };
  }, [data]);
  if (error) return <ErrorState error={error} retry={() => void refetch()} />;
  // An empty report of another period says nothing about this one.
  if (!data || !drawn || (stale && drawn.total.requests === 0)) return <Loading />;
  const { served, total, colors } = drawn;
  if (total.requests === 0 && Object.keys(reportFilters).length > 0)
    return (
      <EmptyState
        icon={IconChartAreaLine}
        title="No requests match these filters"
        next="Clear the filters, or choose another period."
      />
    );
  if (total.requests === 0)
    return (
      <EmptyState
        icon={IconChartAreaLine}
        title="No requests in this period"
        next="Choose another period, or send a request through this gateway."
      />
    );
  return (
    <Stack gap="md">
      <div {...fading(stale)}>
        <SummaryTiles
          now={total}
          p95={p95.error ? null : p95.data}
          earlier={earlier}
          tz={period.tz}
        />
      </div>
      <UncertainCosts
        period={period}
        times={timesOf(period, data)}
        reportFilters={reportFilters}
        unpriced={total.unpriced}
        stale={stale}
      />
      {data.utc_before != null && (
        <Text size="xs" c="dimmed">
          Requests before {formatAbsolute(new Date(data.utc_before), period.tz)} are counted by UTC
          day, because their entries are no longer stored.
        </Text>
      )}
      <DailySpend
        period={period}
        reportFilters={reportFilters}
        served={served}
        total={total}
        colors={colors}
      />
      <ServedModels served={served} total={total} colors={colors} stale={stale} />
      <Breakdown by={filters["by"]} period={period} reportFilters={reportFilters} />
    </Stack>
  );
}

function Loading() {
  return (
    <Stack gap="md" role="status" aria-busy aria-label="Loading">
      <Skeleton height={130} />
      <Skeleton height={360} />
      <Skeleton height={240} />
    </Stack>
  );
}
