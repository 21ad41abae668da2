/** Says on every page that the gateway does not answer, so that what is shown may be old. */
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
      title="The gateway does not answer"
    >
      <Text size="sm" c="var(--mantine-color-text)">
        What is shown here may be out of date. It is loaded again as soon as the gateway answers.
      </Text>
    </Alert>
  );
}
