/** Filters of Logs: search by ID, time, status and cost status, and the rest behind a button. */
import { Chip, CloseButton, Group, Pill, Select, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { COST_STATUSES } from "../../components/CostStatusBadge";
import { searchField } from "../../components/searchShortcut";
import { useFilters } from "../../lib/filters";
import { CHARGE_RULES, type ChargeRule } from "./chargeRules";
import { activeFilters, OUTCOMES, RANGES } from "./logFilters";
import { MoreFilters } from "./MoreFilters";
import { useOpenReceipt } from "./openReceipt";

const RANGE_CHOICES = RANGES.map(({ value, label }) => ({ value, label }));

const COST_CHOICES = Object.keys(COST_STATUSES);

export function FilterBar() {
  const [filters, change] = useFilters();
  const period = filters["from"] ?? filters["to"];
  return (
    <>
      <Group gap="xs" mb="xs">
        <FindById />
        <Select
          aria-label="Time"
          placeholder={
            period ? `${filters["from"] ?? "…"} – ${filters["to"] ?? "now"}` : "Any time"
          }
          data={RANGE_CHOICES}
          value={filters["range"] ?? null}
          clearable
          w={{ base: "calc(50% - 5px)", sm: 160 }}
          onChange={(range) => {
            change({ range: range ?? "", from: "", to: "" });
          }}
        />
        <Select
          aria-label="Status"
          placeholder="Any status"
          data={OUTCOMES.map((outcome) => ({ ...outcome }))}
          value={filters["outcome"] ?? null}
          clearable
          w={{ base: "calc(50% - 5px)", sm: 150 }}
          onChange={(outcome) => {
            change({ outcome: outcome ?? "" });
          }}
        />
        <Select
          aria-label="Cost status"
          placeholder="Any cost"
          data={COST_CHOICES}
          value={filters["cost_status"] ?? null}
          clearable
          w={{ base: "calc(50% - 5px)", sm: 140 }}
          onChange={(status) => {
            change({ cost_status: status ?? "" });
          }}
        />
        <MoreFilters />
        <Chip
          checked={filters["live"] === "1"}
          onChange={(live) => {
            change({ live: live ? "1" : "" });
          }}
          size="sm"
          variant="light"
        >
          Live
        </Chip>
      </Group>
      <ActiveFilters />
    </>
  );
}

/** Opens a receipt by request ID or by an ID of Azure's. */
function FindById() {
  const { open } = useOpenReceipt();
  const [text, type] = useState("");
  const id = text.trim();
  return (
    <form
      style={{ flex: "1 1 240px", maxWidth: 420 }}
      onSubmit={(event) => {
        event.preventDefault();
        if (id !== "") open(id);
      }}
    >
      <TextInput
        {...searchField}
        aria-label="Find by request ID or apim-request-id"
        placeholder="Request ID, chatcmpl-… or apim-request-id"
        value={text}
        onChange={(event) => {
          type(event.currentTarget.value);
        }}
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={
          text !== "" && (
            <CloseButton
              size="sm"
              aria-label="Clear"
              onClick={() => {
                type("");
              }}
            />
          )
        }
      />
    </form>
  );
}

function ActiveFilters() {
  const [filters, change] = useFilters();
  const all = activeFilters(filters);
  if (all.length === 0) return null;
  return (
    <Group gap={6} mb="xs">
      {all.map(({ name, label, value }) => (
        <Pill
          key={name}
          withRemoveButton
          maw="100%"
          onRemove={() => {
            change({ [name]: "" });
          }}
          removeButtonProps={{ "aria-label": `Remove ${label}`, "aria-hidden": false, tabIndex: 0 }}
        >
          {label}:{" "}
          {name === "key"
            ? `${value.slice(0, 10)}…`
            : name === "held"
              ? "cost not fully known"
              : name === "charged_by"
                ? (CHARGE_RULES[value as ChargeRule] ?? value)
                : value}
        </Pill>
      ))}
    </Group>
  );
}
