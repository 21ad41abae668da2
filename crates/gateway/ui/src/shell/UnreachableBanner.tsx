/** Banner on every page while the gateway is not responding and data may be stale. */
import { Alert, Text } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useAlive, useReloadOnRecovery } from "../api/health";

export function UnreachableBanner() {
  const alive = useAlive();
  useReloadOnRecovery(alive);
  if (alive) return null;
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      mb="md"
      icon={<IconPlugConnectedX size={18} />}
      title="The gateway is not responding"
    >
      <Text size="sm" c="var(--mantine-color-text)">
        The data on this page may be out of date. It reloads as soon as the gateway responds.
      </Text>
    </Alert>
  );
}
