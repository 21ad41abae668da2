/** Table columns of deployments. */
import { Group, Text, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconGauge, IconRouteSquare } from "@tabler/icons-react";
import type { Deployment } from "../../api/deployments";
import type { Column } from "../../components/DataTable";
import { Money } from "../../components/Money";
import { ServedMix } from "../../components/ServedMix";
import { fromA, fromLargest } from "../../components/sorting";
import { TokenCount } from "../../components/TokenCount";
import { parseUsd, type Picodollars } from "../../lib/money";
import { DeploymentHealth, DeploymentHealthDot } from "./DeploymentHealth";
import { DeploymentMenu } from "./DeploymentMenu";
import { withoutPrefix } from "./draft";
import { hostOf, limitsOfDeployment, possibleRouter, skuOf } from "./labels";

/** The known cost of the last day; null without requests or prices. */
const costOf = ({ requests, cost_usd }: Deployment["last_day"]): Picodollars | null =>
  requests === 0 || cost_usd === null ? null : parseUsd(cost_usd);

/** The columns on narrow screens; the drawer shows the rest. */
export const NARROW = ["group", "cost", "actions"];

export const columnsWith = (narrow: boolean): Column<Deployment>[] => [
  {
    id: "group",
    header: "Group",
    sort: fromA(({ group }) => group),
    width: "minmax(110px, 1.3fr)",
    cell: (row) => (
      <Group gap={8} wrap="nowrap">
        {narrow && <DeploymentHealthDot deployment={row} />}
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
          <Tooltip label="A router chooses the model that responds. Its fee is charged on top of the model's price.">
            <IconRouteSquare
              size={16}
              stroke={1.6}
              color="var(--mantine-color-dimmed)"
              style={{ flexShrink: 0 }}
              role="img"
              aria-label="model router"
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
    cell: ({ url }) => <span title={url ?? "unknown"}>{hostOf(url)}</span>,
  },
  {
    id: "sku",
    header: "SKU",
    sort: fromA((row) => (row.deployment_type === null ? null : skuOf(row))),
    width: "minmax(128px, 0.3fr)",
    cell: (row) => <span title={skuOf(row)}>{skuOf(row)}</span>,
  },
  {
    id: "health",
    header: "Health",
    width: "98px",
    cell: (row) => <DeploymentHealth deployment={row} />,
  },
  {
    id: "requests",
    header: "Requests",
    sort: fromLargest(({ last_day: { requests } }) => requests),
    width: "94px",
    align: "end",
    cell: ({ last_day: { requests } }) => <TokenCount count={requests} />,
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
    cell: (row) => <DeploymentMenu deployment={row} />,
  },
];

function LimitMark({ limits }: { limits: string }) {
  if (limits === "") return null;
  return (
    <Tooltip label={`Limited to ${limits}`}>
      <IconGauge
        size={16}
        stroke={1.6}
        color="var(--mantine-color-dimmed)"
        style={{ flexShrink: 0 }}
        role="img"
        aria-label={`limited to ${limits}`}
      />
    </Tooltip>
  );
}

/** The known cost, with a mark if some requests are unpriced. */
function Cost({
  lately: { requests, cost_usd, unpriced_requests },
}: {
  lately: Deployment["last_day"];
}) {
  if (requests === 0)
    return (
      <Text span inherit c="dimmed" aria-label="no cost">
        –
      </Text>
    );
  return (
    <>
      <Money usd={cost_usd} />
      {cost_usd !== null && unpriced_requests > 0 && (
        <Tooltip
          label={`${String(unpriced_requests)} of ${String(requests)} requests have no complete price and are not included.`}
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
