/** Column header; a button with an arrow if the column is sortable. */
import { Text, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowsSort, IconArrowUp } from "@tabler/icons-react";
import classes from "./DataTable.module.css";
import type { HeaderSort } from "./sorting";

const ARIA = { asc: "ascending", desc: "descending" } as const;
const ARROWS = { asc: IconArrowUp, desc: IconArrowDown } as const;

export function HeaderCell({
  header,
  align,
  sort,
}: {
  header: string;
  align: "end" | undefined;
  sort: HeaderSort | undefined;
}) {
  const looks = {
    size: "xs",
    c: "dimmed",
    fw: 500,
    className: classes.cell,
    ta: align ?? "start",
  } as const;
  if (sort === undefined)
    return (
      <Text role="columnheader" {...looks}>
        {header}
      </Text>
    );
  const { sorted, toggle } = sort;
  const Arrow = sorted === false ? IconArrowsSort : ARROWS[sorted];
  return (
    <Text
      component="div"
      role="columnheader"
      aria-sort={sorted === false ? "none" : ARIA[sorted]}
      {...looks}
    >
      <UnstyledButton
        type="button"
        className={classes.sort}
        data-align={align}
        data-sorted={sorted || undefined}
        onClick={toggle}
      >
        <span>{header}</span>
        <Arrow size={12} aria-hidden />
      </UnstyledButton>
    </Text>
  );
}
