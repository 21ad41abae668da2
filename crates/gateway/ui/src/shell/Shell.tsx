/** What surrounds every page: navigation at the left, behind a burger where it is narrow. */
import { AppShell, Burger, Center, Group, Loader } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Navigate, Outlet, useLocation } from "@tanstack/react-router";
import { ErrorState } from "../parts/ErrorState";
import { useSearchShortcut } from "../parts/shortcuts";
import { useSessionQuery } from "../session/session";
import { Logo } from "./Logo";
import { Navigation } from "./Navigation";

export function Shell() {
  const { data: session, error, refetch } = useSessionQuery();
  const { href } = useLocation();
  if (session === null) return <Navigate to="/sign-in" search={{ back: href }} replace />;
  if (error) return <Center mih="100dvh" component="main"><ErrorState error={error} retry={() => void refetch()} /></Center>;
  if (session === undefined) return <Center mih="100dvh" component="main"><Loader aria-label="Loading" /></Center>;
  return <Frame />;
}

function Frame() {
  const [open, { toggle, close }] = useDisclosure(false);
  useSearchShortcut();
  return (
    <AppShell layout="alt" padding={{ base: "md", sm: "lg" }} header={{ height: { base: 52, sm: 0 } }} navbar={{ width: 216, breakpoint: "sm", collapsed: { mobile: !open } }}>
      <AppShell.Header hiddenFrom="sm" px="md">
        <Group h="100%" gap="sm">
          <Burger opened={open} onClick={toggle} size="sm" aria-label="Navigation" aria-expanded={open} />
          <Logo />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" bg="var(--fw-panel)" onKeyDown={(event) => { if (event.key === "Escape") close(); }}>
        <Group justify="space-between" px="xs" pt={4} pb="md">
          <Logo />
          <Burger opened={open} onClick={close} size="sm" hiddenFrom="sm" aria-label="Close navigation" />
        </Group>
        <Navigation onNavigate={close} />
      </AppShell.Navbar>
      <AppShell.Main><Outlet /></AppShell.Main>
    </AppShell>
  );
}
