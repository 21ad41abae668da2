/** Settings: prices in force, the store's health, and the config as loaded. */
import { IconSettings } from "@tabler/icons-react";
import { EmptyState } from "../../parts/EmptyState";
import { PageHeader } from "../../parts/PageHeader";

export function Settings() {
  return (
    <>
      <PageHeader title="Settings" about="Prices in force, health, and the config as loaded." />
      <EmptyState icon={IconSettings} title="Not here yet" next="This page is being built." />
    </>
  );
}
