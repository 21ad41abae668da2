/** Models: groups, the deployments behind them, what they did in the last day, and how to add one. */
import { Button, Group, Text, TextInput, Tooltip } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import {
  IconAlertTriangle,
  IconGauge,
  IconPlus,
  IconRoute,
  IconRouteSquare,
  IconSearch,
} from "@tabler/icons-react";
import { useMemo } from "react";
import { useFilters } from "../../lib/filters";
import { DataTable, type Column } from "../../components/DataTable";
import { EmptyState } from "../../components/EmptyState";
import { ErrorState } from "../../components/ErrorState";
import { Money } from "../../components/Money";
import { PageHeader } from "../../components/PageHeader";
import { ServedMix } from "../../components/ServedMix";
import { searchField } from "../../components/searchShortcut";
import { fromA, fromLargest, useSorting } from "../../components/sorting";
import { TableSkeleton } from "../../components/Skeletons";
import { Tokens } from "../../components/TokenCount";
import { Actions } from "./DeploymentMenu";
import { costOf, useDeployments, type Deployment } from "../../api/deployments";
import { withoutPrefix } from "./draft";
import { Health, HealthDot } from "./DeploymentHealth";
import { useLeaving } from "./pendingDeletions";
import { ModelDrawer } from "./ModelDrawer";
import { hostOf, limitsOfDeployment, possibleRouter, skuOf } from "./labels";

export function Models() {
  const [filters, change] = useFilters();
  const leaving = useLeaving();
  const { data, error, refetch } = useDeployments();
  const all = useMemo(
    () => data?.deployments.filter(({ id }) => !leaving.has(id)),
    [data, leaving],
  );
  const rows = useMemo(() => all?.filter(fits(filters["q"] ?? "")), [all, filters]);
  const sorting = useSorting();
  const narrow = useMediaQuery("(max-width: 48em)") === true;
  const columns = useMemo(
    () => columnsWith(narrow).filter(({ id }) => !narrow || NARROW.includes(id)),
    [narrow],
  );
  const add = (
    <Button
      leftSection={<IconPlus size={16} aria-hidden />}
      onClick={() => {
        change({ add: "1", edit: undefined });
      }}
    >
      Add model
    </Button>
  );
  const opened =
    filters["edit"] === undefined ? undefined : all?.find(({ id }) => id === filters["edit"]);
  return (
    <>
      <PageHeader
        title="Models"
        about="Model groups, the deployments behind them, and their last 24 hours."
      >
        {add}
      </PageHeader>
      {error && !data ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : !all || !rows ? (
        <TableSkeleton />
      ) : all.length === 0 ? (
        <EmptyState
          icon={IconRoute}
          title="No models yet"
          next="Add a deployment of Azure Model Router, test its connection, and try it in the playground."
        >
          {add}
        </EmptyState>
      ) : (
        <>
          <TextInput
            {...searchField}
            aria-label="Search models"
            placeholder="Search by group, deployment or endpoint"
            leftSection={<IconSearch size={16} aria-hidden />}
            mb="sm"
            maw={360}
            defaultValue={filters["q"] ?? ""}
            onChange={(event) => {
              change({ q: event.currentTarget.value });
            }}
          />
          <DataTable
            label="Deployments"
            rows={rows}
            columns={columns}
            sorting={sorting}
            rowId={({ id }) => id}
            minWidth={narrow ? 340 : 956}
            onOpen={({ id }) => {
              change({ edit: id, add: undefined });
            }}
            empty={
              <EmptyState
                icon={IconSearch}
                title="Nothing fits"
                next={`No group, deployment or endpoint contains “${filters["q"] ?? ""}”.`}
              />
            }
          />
        </>
      )}
      <ModelDrawer
        opened={filters["add"] !== undefined || opened !== undefined}
        deployment={opened}
        onClose={() => {
          change({ add: undefined, edit: undefined });
        }}
      />
    </>
  );
}

const fits =
  (search: string) =>
  ({ group, model, url }: Deployment) =>
    [group, model, url ?? ""].some((text) =>
      text.toLowerCase().includes(search.trim().toLowerCase()),
    );

/** Where it is narrow, what else there is of a deployment is told when it is opened. */
const NARROW = ["group", "cost", "actions"];

const columnsWith = (narrow: boolean): Column<Deployment>[] => [
  {
    id: "group",
    header: "Group",
    sort: fromA(({ group }) => group),
    width: "minmax(110px, 1.3fr)",
    cell: (row) => (
      <Group gap={8} wrap="nowrap">
        {narrow && <HealthDot deployment={row} />}
        <Text span inherit fw={500} truncate title={row.group}>
          {row.group}
        </Text>
      </Group>
    ),
  },
  {
    id: "deployment",
    header: "Deployment",
    sort: fromA(({ model }) => withoutPrefix(model)),
    width: "minmax(130px, 1.4fr)",
    cell: ({ model, router, possible_router, rpm, tpm }) => (
      <Group gap={6} wrap="nowrap">
        <Text span inherit truncate title={model}>
          {withoutPrefix(model)}
        </Text>
        {router && (
          <Tooltip label="A router picks the model that answers; its fee is charged beside the model's price.">
            <IconRouteSquare
              size={16}
              stroke={1.6}
              color="var(--mantine-color-dimmed)"
              style={{ flexShrink: 0 }}
              role="img"
              aria-label="router"
            />
          </Tooltip>
        )}
        {possible_router.length > 0 && (
          <Tooltip multiline maw={360} label={possibleRouter(possible_router)}>
            <IconAlertTriangle
              size={16}
              stroke={1.6}
              color="var(--mantine-color-orange-6)"
              style={{ flexShrink: 0 }}
              role="img"
              aria-label="possibly a model router"
            />
          </Tooltip>
        )}
        <LimitMark limits={limitsOfDeployment({ rpm, tpm })} />
      </Group>
    ),
  },
  {
    id: "endpoint",
    header: "Endpoint",
    sort: fromA(({ url }) => (url === null ? null : hostOf(url))),
    width: "minmax(120px, 1.1fr)",
    cell: ({ url }) => <span title={url ?? "not known"}>{hostOf(url)}</span>,
  },
  {
    id: "sku",
    header: "SKU",
    sort: fromA((row) => (row.deployment_type === null ? null : skuOf(row))),
    width: "minmax(128px, 0.3fr)",
    cell: (row) => <span title={skuOf(row)}>{skuOf(row)}</span>,
  },
  { id: "health", header: "Health", width: "98px", cell: (row) => <Health deployment={row} /> },
  {
    id: "requests",
    header: "Requests",
    sort: fromLargest(({ last_day: { requests } }) => requests),
    width: "94px",
    align: "end",
    cell: ({ last_day: { requests } }) => <Tokens count={requests} />,
  },
  {
    id: "cost",
    header: "Cost",
    sort: fromLargest(({ last_day }) => costOf(last_day)),
    width: "90px",
    align: "end",
    cell: ({ last_day }) => <Cost lately={last_day} />,
  },
  {
    id: "served",
    header: "Served",
    width: "104px",
    cell: ({ last_day: { served } }) => (
      <ServedMix
        width={80}
        mix={served.map((one) => ({ served: one.served ?? "no model", requests: one.requests }))}
      />
    ),
  },
  {
    id: "actions",
    header: "",
    width: "46px",
    align: "end",
    cell: (row) => <Actions deployment={row} />,
  },
];

function LimitMark({ limits }: { limits: string }) {
  if (limits === "") return null;
  return (
    <Tooltip label={`At most ${limits}`}>
      <IconGauge
        size={16}
        stroke={1.6}
        color="var(--mantine-color-dimmed)"
        style={{ flexShrink: 0 }}
        role="img"
        aria-label={`at most ${limits}`}
      />
    </Tooltip>
  );
}

/** What is not priced is told beside what is. */
function Cost({
  lately: { requests, cost_usd, unpriced_requests },
}: {
  lately: Deployment["last_day"];
}) {
  if (requests === 0)
    return (
      <Text span inherit c="dimmed" aria-label="nothing">
        –
      </Text>
    );
  return (
    <>
      <Money usd={cost_usd} />
      {cost_usd !== null && unpriced_requests > 0 && (
        <Tooltip
          label={`${String(unpriced_requests)} of ${String(requests)} requests have no whole price, and are not in this sum.`}
        >
          <Text span inherit c="dimmed">
            {" "}
            +?
          </Text>
        </Tooltip>
      )}
    </>
  );
}
