/** Error state: what went wrong, and a button to try again. */
import { Button, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { IconAlertTriangle, IconRefresh } from "@tabler/icons-react";
import { messageOf } from "../api/error";

export function ErrorState({
  error,
  retry,
  title = "This data could not be loaded",
}: {
  error: unknown;
  retry?: () => void;
  title?: string;
}) {
  return (
    <Stack align="center" gap="xs" py={64} px="md" ta="center" role="alert">
      <ThemeIcon size={44} radius="xl" variant="light" color="red">
        <IconAlertTriangle size={22} stroke={1.6} aria-hidden />
      </ThemeIcon>
      <Title order={2} mt={4}>
        {title}
      </Title>
      <Text c="dimmed" size="sm" maw={480} style={{ overflowWrap: "anywhere" }}>
        {messageOf(error)}
      </Text>
      {retry && (
        <Button
          variant="default"
          mt="xs"
          leftSection={<IconRefresh size={16} aria-hidden />}
          onClick={retry}
        >
          Try again
        </Button>
      )}
    </Stack>
  );
}
