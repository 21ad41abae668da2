/** JSON whose numbers are money: read as they are written, and never as floats. */
const MONEY = new Set(["spend", "held", "reserved", "left", "max_budget"]);

/** Parses JSON; what is money in it becomes decimal text such as "0.000000561". */
export function parseExact(text: string): unknown {
  return JSON.parse(text, (name: string, value: unknown, context?: { source?: string }) =>
    typeof value === "number" && MONEY.has(name) ? plain(context?.source ?? String(value)) : value,
  );
}

/** A JSON number without its exponent: "5e-8" is "0.00000005". */
export function plain(number: string): string {
  const [, sign = "", whole = "", fraction = "", power] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? [];
  if (power === undefined) return number;
  const digits = whole + fraction;
  const point = whole.length + Number(power);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return (
    sign +
    (point >= digits.length
      ? digits.padEnd(point, "0")
      : `${digits.slice(0, point)}.${digits.slice(point)}`)
  );
}
