/** Keys: virtual keys with limits and budgets. */
import { IconKey } from "@tabler/icons-react";
import { EmptyState } from "../../parts/EmptyState";
import { PageHeader } from "../../parts/PageHeader";

export function Keys() {
  return (
    <>
      <PageHeader title="Keys" about="Virtual keys with limits and budgets." />
      <EmptyState icon={IconKey} title="Not here yet" next="This page is being built." />
    </>
  );
}
