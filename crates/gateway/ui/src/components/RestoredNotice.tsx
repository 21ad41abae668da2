/** Notice that a form was opened with a saved draft. */
import { Alert, Button, Group, Text } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";

export function RestoredNotice({ startOver }: { startOver: () => void }) {
  return (
    <Alert color="gray" c="inherit" icon={<IconHistory size={18} />} p="xs">
      <Group justify="space-between" gap="xs">
        <Text size="sm">Your unsaved input was restored.</Text>
        <Button variant="subtle" size="compact-sm" onClick={startOver}>
          Start over
        </Button>
      </Group>
    </Alert>
  );
}
