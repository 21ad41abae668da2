/** The colours of served models in Usage, told apart in both schemes; the routing fee always has the same. */
import { FEE, OTHERS } from "./spend";

const COLORS = ["cyan.7", "indigo.5", "teal.5", "grape.5", "lime.6", "pink.5"] as const;

export function colorOf(name: string, place: number): string {
  if (name === FEE) return "orange.5";
  if (name === OTHERS) return "gray.5";
  return COLORS[place % COLORS.length] ?? "gray.5";
}
export const cssColor = (color: string) => `var(--mantine-color-${color.replace(".", "-")})`;
