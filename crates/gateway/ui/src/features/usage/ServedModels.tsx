/** Panel of served models with their share of money and of requests. */
import { Paper, Title } from "@mantine/core";
import { useMemo } from "react";
import { useFilters } from "../../lib/filters";
import { cssColor, type Colors } from "./colors";
import { fading } from "./report";
import { ShareBars } from "./ShareBars";
import { FEE, NO_MODEL, type Spent } from "./spend";
import { found, SpendTable, type Line } from "./SpendTable";

interface Props {
  served: readonly Spent[];
  total: Spent;
  colors: Colors;
  stale: boolean;
}

export function ServedModels({ served, total, colors, stale }: Props) {
  const [filters, change] = useFilters();
  const find = filters["find"];
  const lines = useMemo(
    () =>
      found(
        served.map((spent): Line => {
          const label = spent.name ?? NO_MODEL;
          return {
            id: label,
            spent,
            label,
            color: cssColor(colors(label)),
            onPick:
              spent.name === null
                ? undefined
                : () => {
                    change({ served: spent.name ?? "" });
                  },
          };
        }),
        find,
      ),
    [served, colors, change, find],
  );
  const fees = useMemo(() => {
    const line: Line = {
      id: FEE,
      spent: total,
      label: `${FEE} (included above)`,
      color: cssColor(colors(FEE)),
      fee: true,
    };
    return total.fee > 0n ? found([line], find)[0] : undefined;
  }, [total, colors, find]);
  return (
    <Paper p="md" {...fading(stale)}>
      <Title order={2} fz="sm" mb="xs">
        By served model
      </Title>
      <ShareBars served={served} total={total} colors={colors} />
      <SpendTable
        name="Served"
        total={total}
        empty="No models match your search."
        lines={lines}
        fee={fees}
        sort="sort"
      />
    </Paper>
  );
}
