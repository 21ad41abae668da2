/** Models: groups, the deployments behind them, and how to add one. */
import { IconRoute } from "@tabler/icons-react";
import { EmptyState } from "../../parts/EmptyState";
import { PageHeader } from "../../parts/PageHeader";

export function Models() {
  return (
    <>
      <PageHeader title="Models" about="Groups and the deployments behind them." />
      <EmptyState icon={IconRoute} title="Not here yet" next="This page is being built." />
    </>
  );
}
