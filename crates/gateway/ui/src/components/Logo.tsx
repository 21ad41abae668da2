/** The product name with its logo. */
import { Group, Text, ThemeIcon } from "@mantine/core";
import { IconRouteSquare } from "@tabler/icons-react";

export function Logo() {
  return (
    <Group gap="xs" wrap="nowrap">
      <ThemeIcon size={28} radius="md">
        <IconRouteSquare size={18} aria-hidden />
      </ThemeIcon>
      <Text fw={650} size="lg" lts="-0.01em">
        Fareway
      </Text>
    </Group>
  );
}
