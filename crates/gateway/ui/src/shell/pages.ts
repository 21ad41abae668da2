/** The pages in the navigation, and which of them a virtual key can see. */
import {
  IconChartAreaLine,
  IconHistory,
  IconKey,
  IconListDetails,
  IconMessage2Code,
  IconRoute,
  IconSettings,
} from "@tabler/icons-react";
import { seesEverything, type Session } from "../api/session";

export const PAGES = [
  { path: "/models", name: "Models", icon: IconRoute, everybody: false },
  { path: "/playground", name: "Playground", icon: IconMessage2Code, everybody: false },
  { path: "/logs", name: "Logs", icon: IconListDetails, everybody: true },
  { path: "/usage", name: "Usage", icon: IconChartAreaLine, everybody: true },
  { path: "/keys", name: "Keys", icon: IconKey, everybody: true },
  { path: "/audit", name: "Audit", icon: IconHistory, everybody: false },
  { path: "/settings", name: "Settings", icon: IconSettings, everybody: false },
] as const;

export const pagesFor = (session: Session) =>
  PAGES.filter((page) => page.everybody || seesEverything(session));
