/** Picker of the period and its time zone. */
import { Select } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import "@mantine/dates/styles.css";
import { IconCalendar, IconWorld } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useFilters } from "../../lib/filters";
import { RANGES, todayIn, tooLong, UTC, zones, type Period } from "./period";

/** There are some four hundred zones; typing finds the others. */
const ZONES_SHOWN = 60;
const CALENDAR = {
  previousMonth: "Previous month",
  nextMonth: "Next month",
  previousYear: "Previous year",
  nextYear: "Next year",
  previousDecade: "Previous decade",
  nextDecade: "Next decade",
};

export function PeriodPicker({ period }: { period: Period }) {
  const { from, to, tz } = period;
  const [filters, change] = useFilters();
  /** The first day of a range that is being picked. */
  const [first, choose] = useState<string | null>(null);
  const all = useMemo(zones, []);
  const own = filters["from"] !== undefined;
  const known = all.some(({ value }) => value === tz) ? all : [{ value: tz, label: tz }, ...all];
  return (
    <>
      <Select
        aria-label="Period"
        w={120}
        allowDeselect={false}
        data={[
          ...RANGES.map(({ value, label }) => ({ value, label })),
          ...(own ? [{ value: "own", label: "Custom" }] : []),
        ]}
        value={own ? "own" : (filters["range"] ?? "30d")}
        onChange={(range) => {
          if (range !== "own") change({ range: range ?? "", from: "", to: "" });
        }}
      />
      <DatePickerInput
        type="range"
        aria-label="First and last day"
        leftSection={<IconCalendar size={16} aria-hidden />}
        w={230}
        valueFormat="D MMM YYYY"
        allowSingleDateInRange
        maxDate={todayIn(tz, new Date())}
        placeholder="Custom period"
        ariaLabels={CALENDAR}
        value={first === null ? [from, to] : [first, null]}
        error={tooLong(period)}
        excludeDate={(day) => first !== null && tooLong(between(first, day, tz))}
        popoverProps={{
          returnFocus: true,
          onClose: () => {
            choose(null);
          },
        }}
        onChange={([begin, last]) => {
          choose(last === null ? begin : null);
          if (begin && last) change({ from: begin, to: last, range: "" });
        }}
      />
      <Select
        aria-label="Time zone"
        w={{ base: "100%", xs: 190 }}
        leftSection={<IconWorld size={16} aria-hidden />}
        searchable
        allowDeselect={false}
        limit={ZONES_SHOWN}
        nothingFoundMessage="No matching time zones"
        comboboxProps={{ width: 280, position: "bottom-end" }}
        data={known}
        value={tz}
        onChange={(zone) => {
          change({ tz: zone === UTC ? "" : (zone ?? "") });
        }}
      />
    </>
  );
}

/** The period between two days, in either order. */
const between = (one: string, other: string, tz: string): Period =>
  one < other ? { from: one, to: other, tz } : { from: other, to: one, tz };
