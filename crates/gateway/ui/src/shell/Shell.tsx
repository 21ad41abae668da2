/** Frame of every page: navigation on the left, or behind a burger button on narrow screens. */
import { AppShell, Burger, Center, Group, Loader } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconLock } from "@tabler/icons-react";
import { Outlet, useLocation, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { useSession, useSessionQuery } from "../api/session";
import { EmptyState } from "../components/EmptyState";
import { ErrorState } from "../components/ErrorState";
import { Logo } from "../components/Logo";
import { useSearchShortcut } from "../components/searchShortcut";
import { Navigation } from "./Navigation";
import { PAGES, pagesFor } from "./pages";
import { UnreachableBanner } from "./UnreachableBanner";

export function Shell() {
  const { data: session, error, refetch } = useSessionQuery();
  const router = useRouter();
  useEffect(() => {
    // Read once: during the navigation, the location is already that of the sign-in page.
    if (session === null)
      void router.navigate({
        to: "/sign-in",
        search: { back: router.state.location.href },
        replace: true,
      });
  }, [session, router]);
  if (session === null) return null;
  if (error)
    return (
      <Center mih="100dvh" component="main">
        <ErrorState error={error} retry={() => void refetch()} />
      </Center>
    );
  if (session === undefined)
    return (
      <Center mih="100dvh" component="main">
        <Loader aria-label="Loading" />
      </Center>
    );
  return <Frame />;
}

function Frame() {
  const [open, { toggle, close }] = useDisclosure(false);
  useSearchShortcut();
  const session = useSession();
  const path = useLocation({ select: ({ pathname }) => pathname.replace(/\/+$/, "") });
  const hidden =
    PAGES.some((page) => path.endsWith(page.path)) &&
    !pagesFor(session).some((page) => path.endsWith(page.path));
  return (
    <AppShell
      layout="alt"
      padding={{ base: "md", sm: "lg" }}
      header={{ height: { base: 52, sm: 0 } }}
      navbar={{ width: 216, breakpoint: "sm", collapsed: { mobile: !open } }}
    >
      <AppShell.Header hiddenFrom="sm" px="md">
        <Group h="100%" gap="sm">
          <Burger
            opened={open}
            onClick={toggle}
            size="sm"
            aria-label="Navigation"
            aria-expanded={open}
          />
          <Logo />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar
        p="sm"
        bg="var(--fw-panel)"
        onKeyDown={(event) => {
          if (event.key === "Escape") close();
        }}
      >
        <Group justify="space-between" px="xs" pt={4} pb="md">
          <Logo />
          <Burger
            opened={open}
            onClick={close}
            size="sm"
            hiddenFrom="sm"
            aria-label="Close navigation"
          />
        </Group>
        <Navigation onNavigate={close} />
      </AppShell.Navbar>
      <AppShell.Main>
        <UnreachableBanner />
        {hidden ? (
          <EmptyState
            icon={IconLock}
            title="Not available to this key"
            next="A virtual key can only see its own requests, usage and budget. Sign in with the master key or an admin key to see the rest."
          />
        ) : (
          <Outlet />
        )}
      </AppShell.Main>
    </AppShell>
  );
}
