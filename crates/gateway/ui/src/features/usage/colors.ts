/**
 * Colours of served models, distinguishable in both colour schemes; the routing fee's colour is
 * fixed.
 */
import { FEE, NO_MODEL, OTHERS, type Spent } from "./spend";

const COLORS = ["cyan.7", "indigo.5", "teal.5", "grape.5", "lime.6", "pink.5"] as const;
const GRAY = "gray.5";

export type Colors = (name: string) => string;

/** The most expensive models have a colour each, the same in all panels. */
export function colorsOf(served: readonly Spent[]): Colors {
  const places = new Map(served.map(({ name }, place) => [name ?? NO_MODEL, place]));
  return (name) =>
    name === FEE
      ? "orange.5"
      : name === OTHERS
        ? GRAY
        : (COLORS[places.get(name) ?? COLORS.length] ?? GRAY);
}
export const cssColor = (color: string) => `var(--mantine-color-${color.replace(".", "-")})`;
