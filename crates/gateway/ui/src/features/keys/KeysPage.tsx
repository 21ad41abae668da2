/** Keys page: keys and teams with their budgets and limits. */
import { Button, Tabs } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { seesEverything, useSession } from "../../api/session";
import { PageHeader } from "../../components/PageHeader";
import { useFilters } from "../../lib/filters";
import { EditDialog } from "./EditDialog";
import { KeyList } from "./KeyList";
import { OwnKey } from "./OwnKey";
import { TeamList } from "./TeamList";

export function KeysPage() {
  return seesEverything(useSession()) ? <AllKeys /> : <OwnKey />;
}

function AllKeys() {
  const [filters, change] = useFilters();
  const of = filters["of"] === "team" ? "team" : "key";
  const [creating, create] = useState(false);
  const close = () => {
    create(false);
  };
  return (
    <>
      <PageHeader title="Keys" about="Who can send requests, and how much they can spend.">
        <Button
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => {
            create(true);
          }}
        >
          {of === "key" ? "New key" : "New team"}
        </Button>
      </PageHeader>
      <Tabs
        value={of}
        onChange={(value) => {
          change({ of: value === "team" ? "team" : "", sort: "" });
        }}
        keepMounted={false}
      >
        <Tabs.List mb="sm">
          <Tabs.Tab value="key">Keys</Tabs.Tab>
          <Tabs.Tab value="team">Teams</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="key">
          <KeyList />
        </Tabs.Panel>
        <Tabs.Panel value="team">
          <TeamList />
        </Tabs.Panel>
      </Tabs>
      <EditDialog of={of} opened={creating} onClose={close} />
    </>
  );
}
