/**
 * Settings page: prices in force, router pools, the state of store and spool, and the
 * configuration.
 */
import { Tabs } from "@mantine/core";
import { PageHeader } from "../../components/PageHeader";
import { useFilters } from "../../lib/filters";
import { ConfigTab } from "./ConfigTab";
import { HealthTab } from "./HealthTab";
import { PricesTab } from "./PricesTab";
import { RoutersTab } from "./RoutersTab";

const TABS = ["prices", "routers", "health", "config"] as const;

export function SettingsPage() {
  const [filters, change] = useFilters();
  const tab = TABS.find((one) => one === filters["tab"]) ?? "prices";
  return (
    <>
      <PageHeader
        title="Settings"
        about="The prices and configuration that this gateway uses. To change them, edit the configuration and restart the gateway."
      />
      <Tabs
        value={tab}
        onChange={(value) => {
          change({ tab: value === "prices" ? "" : (value ?? ""), sort: "" });
        }}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="prices">Prices</Tabs.Tab>
          <Tabs.Tab value="routers">Routers</Tabs.Tab>
          <Tabs.Tab value="health">Health</Tabs.Tab>
          <Tabs.Tab value="config">Configuration</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="prices">
          <PricesTab />
        </Tabs.Panel>
        <Tabs.Panel value="routers">
          <RoutersTab />
        </Tabs.Panel>
        <Tabs.Panel value="health">
          <HealthTab />
        </Tabs.Panel>
        <Tabs.Panel value="config">
          <ConfigTab />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
