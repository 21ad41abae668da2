/** Usage: where the money went, day by day, and what it was spent on. */
import { Group, Paper, Pill, Skeleton, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconChartAreaLine, IconSearch } from "@tabler/icons-react";
import { lazy, Suspense, useMemo } from "react";
import { useFilters } from "../../filters";
import { EmptyState } from "../../parts/EmptyState";
import { ErrorState } from "../../parts/ErrorState";
import { PageHeader } from "../../parts/PageHeader";
import { searchField } from "../../parts/shortcuts";
import { seesEverything, useSession } from "../../session/session";
import { formatAbsolute } from "../../time";
import { Breakdown } from "./Breakdown";
import { colorsOf, type Colors } from "./colors";
import { daysOf, MOST_DAYS_OF_A_ZONE, periodOf, tooLong, type Period } from "./period";
import { PeriodChoice } from "./PeriodChoice";
import { narrowingOf, timesOf, useEarlier, useP95, useSpend, type Narrowing } from "./report";
import { ServedPanel } from "./ServedPanel";
import { Swatch } from "./Shares";
import { byName, seriesOf, spentIn } from "./spend";
import { Tiles } from "./Tiles";
import { Uncertain } from "./Uncertain";

const SpendChart = lazy(() => import("./SpendChart"));

export function Usage() {
  const [filters] = useFilters();
  const session = useSession();
  const { from, to, tz } = periodOf(filters, new Date());
  const period = useMemo(() => ({ from, to, tz }), [from, to, tz]);
  const about = seesEverything(session) ? "Where the money went." : "What your key spent.";
  return (
    <>
      <PageHeader title="Usage" about={`${about} Days are those of ${tz}.`}><PeriodChoice period={period} /></PageHeader>
      <Narrowed />
      {tooLong(period)
        ? <EmptyState icon={IconChartAreaLine} title="Too many days" next={`In a zone other than UTC, at most ${String(MOST_DAYS_OF_A_ZONE)} days can be told at once. Choose fewer, or UTC.`} />
        : <Report period={period} narrowing={narrowingOf(filters)} />}
    </>
  );
}

/** What the tables are searched for, and what all of the page is narrowed to. */
function Narrowed() {
  const [filters, change] = useFilters();
  return (
    <Group gap="xs" mb="sm">
      <TextInput {...searchField} aria-label="Find in the tables" placeholder="Find a model, key, team …" size="xs" w={{ base: "100%", xs: 280 }} leftSection={<IconSearch size={14} aria-hidden />}
        defaultValue={filters["find"] ?? ""} onChange={(event) => { change({ find: event.currentTarget.value }); }} />
      {Object.entries(narrowingOf(filters)).map(([name, value]) => (
        <Pill key={name} withRemoveButton maw="100%" onRemove={() => { change({ [name]: "" }); }} removeButtonProps={{ "aria-label": `Remove ${name}`, "aria-hidden": false, tabIndex: 0 }}>{name}: {name === "key" ? `${value.slice(0, 10)}…` : value}</Pill>
      ))}
    </Group>
  );
}

function Report({ period, narrowing }: { period: Period; narrowing: Narrowing }) {
  const { data, error, refetch, dataUpdatedAt } = useSpend("day,served", period, narrowing);
  const earlier = useEarlier(period, dataUpdatedAt, narrowing);
  const p95 = useP95(period, narrowing);
  const [filters] = useFilters();
  const drawn = useMemo(() => {
    if (data === undefined) return null;
    const served = byName(data.rows, (row) => row.served ?? null);
    return { served, total: spentIn(null, data.total), colors: colorsOf(served), series: seriesOf(data.rows, daysOf(period)) };
  }, [data, period]);
  if (error) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!data || !drawn) return <Loading />;
  const { served, total, series, colors } = drawn;
  if (total.requests === 0 && Object.keys(narrowing).length > 0) return <EmptyState icon={IconChartAreaLine} title="Nothing fits in these days" next="Take away what the page is narrowed to, or choose other days." />;
  if (total.requests === 0) return <EmptyState icon={IconChartAreaLine} title="Nothing was asked in these days" next="Choose other days, or send a request through this gateway." />;
  return (
    <Stack gap="md">
      <Tiles now={total} p95={p95.error ? null : p95.data} earlier={earlier} />
      <Uncertain period={period} times={timesOf(period, data)} narrowing={narrowing} />
      {data.utc_before != null && <Text size="xs" c="dimmed">Requests before {formatAbsolute(new Date(data.utc_before), period.tz)} count on their day in UTC: their entries are no longer kept.</Text>}
      <ByDay period={period} series={series} colors={colors} />
      <ServedPanel served={served} total={total} colors={colors} />
      <Breakdown by={filters["by"]} period={period} narrowing={narrowing} />
    </Stack>
  );
}

function ByDay({ period, series: { names, data }, colors }: { period: Period; series: ReturnType<typeof seriesOf>; colors: Colors }) {
  const series = names.map((name) => ({ name, color: colors(name) }));
  return (
    <Paper p="md">
      <Title order={2} fz="sm" mb="sm">Spend by day and served model</Title>
      {names.length === 0 ? <Text size="sm" c="dimmed">Nothing of these days has a price.</Text>
        // What was last pointed at stays, unseen, where it was told: beyond the page if that has become narrower.
        : <div role="img" style={{ overflowX: "clip" }} aria-label={`Spend by day from ${period.from} to ${period.to}; the table below has the same sums.`}><Suspense fallback={<Skeleton height={260} />}><SpendChart series={series} data={data} /></Suspense></div>}
      <Group gap="md" mt="xs">{series.map(({ name, color }) => <Group key={name} gap={6} wrap="nowrap" maw="100%"><Swatch color={color} /><Text size="xs" truncate>{name}</Text></Group>)}</Group>
    </Paper>
  );
}

function Loading() {
  return <Stack gap="md" role="status" aria-busy aria-label="Loading"><Skeleton height={130} /><Skeleton height={360} /><Skeleton height={240} /></Stack>;
}
