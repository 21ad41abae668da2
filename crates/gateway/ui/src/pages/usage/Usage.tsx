/** Usage: what was spent, on which served models, by whom. */
import { IconChartAreaLine } from "@tabler/icons-react";
import { EmptyState } from "../../parts/EmptyState";
import { PageHeader } from "../../parts/PageHeader";

export function Usage() {
  return (
    <>
      <PageHeader title="Usage" about="What was spent, on which served models, by whom." />
      <EmptyState icon={IconChartAreaLine} title="Not here yet" next="This page is being built." />
    </>
  );
}
