/** All routes. The code of each page is loaded when it is first opened. */
import { createRootRoute, createRoute, createRouter, redirect } from "@tanstack/react-router";
import { ErrorState } from "./components/ErrorState";
import { PageSkeleton } from "./components/Skeletons";
import { SignInPage } from "./features/sign-in/SignInPage";
import { lazyPage } from "./shell/lazyPage";
import { PageNotFound } from "./shell/PageNotFound";
import { Shell } from "./shell/Shell";

/** Search parameters as plain text; pages read them with `useFilters`. */
type Search = Record<string, string>;

const root = createRootRoute();
const validateSearch = (search: Record<string, unknown>): Search =>
  Object.fromEntries(
    Object.entries(search).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    ),
  );

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  component: SignInPage,
  validateSearch: ({ back }: Record<string, unknown>): { back?: string } =>
    typeof back === "string" ? { back } : {},
});
const shell = createRoute({ getParentRoute: () => root, id: "shell", component: Shell });
const under = { getParentRoute: () => shell, validateSearch };
const home = createRoute({
  getParentRoute: () => shell,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/logs", replace: true });
  },
});

const models = createRoute({
  ...under,
  path: "/models",
  component: lazyPage(async () => (await import("./features/models/ModelsPage")).ModelsPage),
});
const playground = createRoute({
  ...under,
  path: "/playground",
  component: lazyPage(
    async () => (await import("./features/playground/PlaygroundPage")).PlaygroundPage,
  ),
});
const logs = createRoute({
  ...under,
  path: "/logs",
  component: lazyPage(async () => (await import("./features/logs/LogsPage")).LogsPage),
});
const usage = createRoute({
  ...under,
  path: "/usage",
  component: lazyPage(async () => (await import("./features/usage/UsagePage")).UsagePage),
});
const keys = createRoute({
  ...under,
  path: "/keys",
  component: lazyPage(async () => (await import("./features/keys/KeysPage")).KeysPage),
});
const audit = createRoute({
  ...under,
  path: "/audit",
  component: lazyPage(async () => (await import("./features/audit/AuditPage")).AuditPage),
});
const settings = createRoute({
  ...under,
  path: "/settings",
  component: lazyPage(async () => (await import("./features/settings/SettingsPage")).SettingsPage),
});
// Inside the shell, so that the navigation stays available.
const anythingElse = createRoute({
  getParentRoute: () => shell,
  path: "$",
  component: PageNotFound,
});

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    shell.addChildren([home, models, playground, logs, usage, keys, audit, settings, anythingElse]),
  ]),
  basepath: "/ui",
  defaultPreload: "intent",
  defaultPendingComponent: PageSkeleton,
  defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} retry={reset} />,
  defaultNotFoundComponent: PageNotFound,
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const text = new URLSearchParams(search as Search).toString();
    return text === "" ? "" : `?${text}`;
  },
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
