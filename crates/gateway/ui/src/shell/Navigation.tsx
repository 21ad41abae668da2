/** Links to all pages, and below them who is signed in. */
import {
  ActionIcon,
  Group,
  NavLink,
  type NavLinkProps,
  Stack,
  Text,
  Tooltip,
  useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconLogout, IconMoon, IconSun } from "@tabler/icons-react";
import { createLink } from "@tanstack/react-router";
import type { ComponentProps } from "react";
import { messageOf } from "../api/error";
import { useSession, useSignOut, type Session } from "../api/session";
import { pagesFor } from "./pages";

const PageLink = createLink((props: NavLinkProps & ComponentProps<"a">) => (
  <NavLink component="a" {...props} />
));

export function Navigation({ onNavigate }: { onNavigate: () => void }) {
  const session = useSession();
  return (
    <Stack h="100%" justify="space-between" gap="xs">
      <Stack gap={2}>
        {pagesFor(session).map(({ path, name, icon: Icon }) => (
          <PageLink
            key={path}
            to={path}
            label={name}
            onClick={onNavigate}
            leftSection={<Icon size={18} stroke={1.6} aria-hidden />}
            activeProps={{ active: true }}
            style={{ borderRadius: "var(--mantine-radius-md)" }}
            py={7}
          />
        ))}
      </Stack>
      <SignedIn session={session} />
    </Stack>
  );
}

function SignedIn({ session }: { session: Session }) {
  const signOut = useSignOut();
  const leave = () => {
    signOut.mutate(undefined, {
      onError: (error) =>
        notifications.show({
          color: "red",
          title: "Could not sign out",
          message: messageOf(error),
        }),
    });
  };
  return (
    <Group justify="space-between" wrap="nowrap" gap={4} pl="sm">
      <div style={{ minWidth: 0 }}>
        <Text size="sm" fw={500} truncate>
          {session.key_alias ?? session.name}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {KINDS[session.kind]}
          {session.open === true ? ", no master key" : ""}
        </Text>
      </div>
      <Group gap={2} wrap="nowrap">
        <SchemeSwitch />
        {session.open !== true && (
          <Tooltip label="Sign out">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label="Sign out"
              onClick={leave}
              loading={signOut.isPending}
            >
              <IconLogout size={18} />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
    </Group>
  );
}

const KINDS = { operator: "Operator", admin_key: "Admin key", key: "Virtual key" } as const;

function SchemeSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const other = useComputedColorScheme("light") === "dark" ? "light" : "dark";
  const Icon = other === "dark" ? IconMoon : IconSun;
  return (
    <Tooltip label={`Switch to ${other} mode`}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Switch to ${other} mode`}
        onClick={() => {
          setColorScheme(other);
        }}
      >
        <Icon size={18} />
      </ActionIcon>
    </Tooltip>
  );
}
