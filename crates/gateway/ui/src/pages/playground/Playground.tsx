/** Playground: ask a group, and see which model served and what it cost. */
import { IconMessage2Code } from "@tabler/icons-react";
import { EmptyState } from "../../parts/EmptyState";
import { PageHeader } from "../../parts/PageHeader";

export function Playground() {
  return (
    <>
      <PageHeader title="Playground" about="Ask a group, and see who served it and what it cost." />
      <EmptyState icon={IconMessage2Code} title="Not here yet" next="This page is being built." />
    </>
  );
}
