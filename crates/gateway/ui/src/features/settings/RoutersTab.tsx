/**
 * Routers and the models they choose from: what has served so far, and how `router_models` would
 * lower reservations.
 */
import {
  Alert,
  Badge,
  Button,
  Code,
  CopyButton,
  Group,
  Paper,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconAlertTriangle, IconBulb, IconRouteSquare } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "../../api/client";
import { deploymentsQuery, useNarrowPool, type Deployment } from "../../api/deployments";
import { messageOf } from "../../api/error";
import { EmptyState } from "../../components/EmptyState";
import { ErrorState } from "../../components/ErrorState";
import { Money } from "../../components/Money";
import { TableSkeleton } from "../../components/Skeletons";
import { formatTokens } from "../../lib/tokens";

type Pool = Schemas["RouterPool"];

export function RoutersTab() {
  const { data, error, refetch } = useQuery(deploymentsQuery);
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!data) return <TableSkeleton rows={4} />;
  const routers = data.deployments.flatMap((deployment) =>
    deployment.router_pool ? [{ deployment, pool: deployment.router_pool }] : [],
  );
  if (routers.length === 0)
    return (
      <EmptyState
        icon={IconRouteSquare}
        title="No model routers"
        next="A deployment is a router if its name says so, or if it sets model_info.router: true."
      />
    );
  return (
    <Stack gap="md">
      {routers.map(({ deployment, pool }) => (
        <Router key={deployment.id} deployment={deployment} pool={pool} />
      ))}
    </Stack>
  );
}

function Router({ deployment, pool }: { deployment: Deployment; pool: Pool }) {
  return (
    <Paper p="md" component="section" aria-label={deployment.group}>
      <Group justify="space-between" mb="xs" gap="xs">
        <Title order={2} fz="sm" style={{ overflowWrap: "anywhere" }}>
          {deployment.group}{" "}
          <Text span size="sm" c="dimmed" fw={400}>
            {deployment.model}
          </Text>
        </Title>
        {pool.widened ? (
          <Badge color="orange" className="fw-status">
            widened
          </Badge>
        ) : (
          <Badge color="gray" className="fw-status">
            {pool.router_models ? "restricted" : "full pool"}
          </Badge>
        )}
      </Group>
      <Stack gap="xs">
        {pool.router_models && (
          <Text size="sm">
            Restricted to <Patterns names={pool.router_models} />.
          </Text>
        )}
        <Text size="sm">
          {pool.served.length > 0 ? (
            <>Served in the last 90 days: {pool.served.join(", ")}.</>
          ) : (
            "No model has served a request yet."
          )}
        </Text>
        {pool.widened && <Widened deployment={deployment} widened={pool.widened} />}
        {pool.proposal && <Proposed proposal={pool.proposal} />}
      </Stack>
    </Paper>
  );
}

const Patterns = ({ names }: { names: readonly string[] }) => (
  <Code style={{ overflowWrap: "anywhere" }}>{written(names)}</Code>
);

/** As written in the configuration. */
const written = (names: readonly string[]): string =>
  `[${names.map((name) => JSON.stringify(name)).join(", ")}]`;

function Widened({
  deployment,
  widened,
}: {
  deployment: Deployment;
  widened: NonNullable<Pool["widened"]>;
}) {
  const narrow = useNarrowPool();
  const again = () => {
    narrow.mutate(deployment.id, {
      onSuccess: ({ router_models }) => {
        notifications.show({
          message: `${deployment.group} is restricted to ${written(router_models)} again.`,
        });
      },
      onError: (error) => {
        notifications.show({
          color: "red",
          title: "The pool was not narrowed",
          message: messageOf(error),
        });
      },
    });
  };
  return (
    <Alert
      variant="default"
      p="sm"
      icon={<IconAlertTriangle size={18} color="var(--mantine-color-orange-6)" />}
    >
      <Group justify="space-between" gap="sm">
        <Text size="sm" maw={640}>
          <strong>{widened.served}</strong> responded although these models exclude it. Strict
          budgets reserve for the full pool until you narrow it again, or configure other models.
        </Text>
        <Button size="xs" variant="default" loading={narrow.isPending} onClick={again}>
          Narrow again
        </Button>
      </Group>
    </Alert>
  );
}

function Proposed({ proposal }: { proposal: NonNullable<Pool["proposal"]> }) {
  const line = `router_models: ${written(proposal.router_models)}`;
  return (
    <Alert variant="default" p="sm" icon={<IconBulb size={18} />}>
      <Group justify="space-between" gap="sm">
        <Text size="sm" maw={640}>
          All {formatTokens(proposal.requests)} responses match{" "}
          <Code style={{ overflowWrap: "anywhere" }}>{line}</Code> in <Code>model_info</Code>. With
          it, a request with {formatTokens(proposal.prompt_tokens)} prompt tokens and{" "}
          {formatTokens(proposal.output_tokens)} output tokens reserves{" "}
          <Money usd={proposal.would_reserve_usd} /> instead of{" "}
          <Money usd={proposal.reserves_usd} />. Set it only if the router is restricted to these
          models in Azure.
        </Text>
        <CopyButton value={line}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" onClick={copy}>
              {copied ? "Copied" : "Copy"}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Alert>
  );
}
