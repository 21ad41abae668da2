/** Logs: every request with its receipt. */
import { IconListDetails } from "@tabler/icons-react";
import { EmptyState } from "../../parts/EmptyState";
import { PageHeader } from "../../parts/PageHeader";

export function Logs() {
  return (
    <>
      <PageHeader title="Logs" about="Every request with its receipt." />
      <EmptyState icon={IconListDetails} title="Not here yet" next="This page is being built." />
    </>
  );
}
