/** Popover with the less common filters of Logs. */
import { Button, Group, Popover, SimpleGrid, TextInput } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { fieldValuesQuery } from "../../api/reports";
import { seesEverything, useSession } from "../../api/session";
import { useFilters } from "../../lib/filters";
import { FIELDS } from "./logFilters";

export function MoreFilters() {
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

/** Suggests the values of recorded requests; others can be typed. */
function Field({ name, label, value }: { name: string; label: string; value: string }) {
  const { data: values = [] } = useQuery({
    ...fieldValuesQuery(name),
    enabled: LISTED.includes(name),
  });
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
