/** Page for unknown addresses, with links to continue. */
import { Button, Group, type ButtonProps } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconMapOff } from "@tabler/icons-react";
import { createLink, useLocation } from "@tanstack/react-router";
import type { ComponentProps } from "react";
import { useSession } from "../api/session";
import { EmptyState } from "../components/EmptyState";
import { pagesFor } from "./pages";

const Way = createLink((props: ButtonProps & ComponentProps<"a">) => (
  <Button component="a" {...props} />
));

export function PageNotFound() {
  useDocumentTitle("Page not found · Fareway");
  const path = useLocation({ select: ({ pathname }) => pathname });
  const ways = pagesFor(useSession()).filter(({ name }) => name === "Logs" || name === "Models");
  return (
    <EmptyState
      icon={IconMapOff}
      title="Page not found"
      next={`There is nothing at /ui${path}. Check the address for typos.`}
    >
      <Group gap="xs" mt="xs">
        {ways.map(({ path: to, name, icon: Icon }) => (
          <Way key={to} to={to} variant="default" leftSection={<Icon size={16} aria-hidden />}>
            {name}
          </Way>
        ))}
      </Group>
    </EmptyState>
  );
}
