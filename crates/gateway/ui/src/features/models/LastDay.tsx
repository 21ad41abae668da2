/** A deployment's last 24 hours by served model. */
import { Group, Paper, Stack, Text } from "@mantine/core";
import type { Deployment } from "../../api/deployments";
import { Money } from "../../components/Money";
import { TokenCount } from "../../components/TokenCount";
import { DeploymentHealth } from "./DeploymentHealth";
import { hostOf, limitsOfDeployment } from "./labels";

export function LastDay({ deployment }: { deployment: Deployment }) {
  const { served, requests, cost_usd } = deployment.last_day;
  const limits = limitsOfDeployment(deployment);
  return (
    <Paper p="sm" bg="var(--fw-panel)">
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text size="sm" c="dimmed" truncate>
          {hostOf(deployment.url)}
        </Text>
        <DeploymentHealth deployment={deployment} />
      </Group>
      {limits !== "" && (
        <Text size="sm" c="dimmed" mt={4}>
          Limited to {limits}
        </Text>
      )}
      {requests > 0 && (
        <Stack gap={4} mt="xs" fz="sm">
          {served.map((one) => (
            <Line
              key={one.served ?? ""}
              name={one.served ?? "no model"}
              requests={one.requests}
              usd={one.cost_usd}
            />
          ))}
          {served.length > 1 && (
            <Line name="Last 24 hours" requests={requests} usd={cost_usd} strong />
          )}
        </Stack>
      )}
    </Paper>
  );
}

function Line({
  name,
  requests,
  usd,
  strong = false,
}: {
  name: string;
  requests: number;
  usd: string | null;
  strong?: boolean;
}) {
  return (
    <Group gap="sm" wrap="nowrap" fw={strong ? 600 : 400}>
      <Text span inherit truncate flex={1} title={name}>
        {name}
      </Text>
      <Text span inherit ta="end" w={48}>
        <TokenCount count={requests} />
      </Text>
      <Text span inherit ta="end" w={96}>
        <Money usd={usd} />
      </Text>
    </Group>
  );
}
