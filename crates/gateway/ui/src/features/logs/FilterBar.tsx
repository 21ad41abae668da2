/** What the rows are narrowed by: search by id, time, status, cost, and the rest behind a button. */
import {
  Button,
  Chip,
  CloseButton,
  Group,
  Pill,
  Popover,
  Select,
  SimpleGrid,
  TextInput,
} from "@mantine/core";
import { IconFilter, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client";
import { unwrap } from "../../api/error";
import { useFilters } from "../../lib/filters";
import { COST_STATUSES } from "../../components/CostStatusBadge";
import { searchField } from "../../components/searchShortcut";
import { seesEverything, useSession } from "../../api/session";
import { chosen, FIELDS, OUTCOMES, RANGES } from "./logFilters";
import { CHARGE_RULES, type ChargeRule } from "./chargeRules";
import { useOpened } from "./openReceipt";

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
      <Chosen />
    </>
  );
}

/** An id of a request, here or at Azure, opens its receipt. */
function FindById() {
  const { open } = useOpened();
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
        aria-label="Find by request id or apim-request-id"
        placeholder="Request id, chatcmpl-… or apim-request-id"
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

function MoreFilters() {
  const [filters, change] = useFilters();
  const [open, setOpen] = useState(false);
  const session = useSession();
  const fields = FIELDS.filter(({ everybody }) => everybody || seesEverything(session));
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="bottom-end"
      shadow="md"
      width={360}
      trapFocus
      withinPortal
    >
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconFilter size={16} aria-hidden />}
          onClick={() => {
            setOpen(!open);
          }}
        >
          More filters
        </Button>
      </Popover.Target>
      <Popover.Dropdown maw="calc(100vw - 32px)">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const data = new FormData(event.currentTarget);
            change(
              Object.fromEntries(
                fields.map(({ name }) => {
                  const value = data.get(name);
                  return [name, typeof value === "string" ? value.trim() : ""];
                }),
              ),
            );
            setOpen(false);
          }}
        >
          <SimpleGrid cols={2} spacing="xs" verticalSpacing={6}>
            {fields.map(({ name, label }) => (
              <Field key={name} name={name} label={label} value={filters[name] ?? ""} />
            ))}
          </SimpleGrid>
          <Group justify="flex-end" mt="sm">
            <Button type="submit" size="xs">
              Apply
            </Button>
          </Group>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

const LISTED = ["asked", "served", "tag", "team", "deployment"];

/** Values that requests had so far are offered; others may be typed. */
function Field({ name, label, value }: { name: string; label: string; value: string }) {
  const { data } = useQuery({
    queryKey: ["values", name],
    enabled: LISTED.includes(name),
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      unwrap(api.GET("/fareway/v1/reports/spend", { params: { query: { by: name } }, signal })),
  });
  const values = (data?.rows ?? [])
    .slice(0, 100)
    .map((row) => Reflect.get(row, name) as unknown)
    .filter((one) => typeof one === "string");
  const list = `values-${name}`;
  return (
    <div>
      <TextInput
        size="xs"
        name={name}
        label={label}
        defaultValue={value}
        list={list}
        autoComplete="off"
      />
      <datalist id={list}>
        {values.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </div>
  );
}

function Chosen() {
  const [filters, change] = useFilters();
  const all = chosen(filters);
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
              ? "cost not known whole"
              : name === "charged_by"
                ? (CHARGE_RULES[value as ChargeRule] ?? value)
                : value}
        </Pill>
      ))}
    </Group>
  );
}
