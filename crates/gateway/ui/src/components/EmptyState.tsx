/** Empty state: nothing here yet, and what to do next. */
import { Stack, Text, ThemeIcon, Title } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";

export function EmptyState({
  icon: Shown,
  title,
  next,
  children,
}: {
  icon: Icon;
  title: string;
  next: string;
  children?: ReactNode;
}) {
  return (
    <Stack align="center" gap="xs" py={64} px="md" ta="center">
      <ThemeIcon size={44} radius="xl" variant="light" color="gray">
        <Shown size={22} stroke={1.6} aria-hidden />
      </ThemeIcon>
      <Title order={2} mt={4}>
        {title}
      </Title>
      <Text c="dimmed" size="sm" maw={420}>
        {next}
      </Text>
      {children}
    </Stack>
  );
}
