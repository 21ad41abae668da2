/** JSON with exact money: amounts are read as decimal text, never as floats. */
const MONEY_FIELDS = ["spend", "held", "reserved", "left", "max_budget"] as const;
type MoneyField = (typeof MONEY_FIELDS)[number];
const MONEY: ReadonlySet<string> = new Set(MONEY_FIELDS);

/** A type whose amounts of money are decimal text instead of numbers. */
export type WithExactMoney<T> = {
  [Field in keyof T]: Field extends MoneyField ? string | Extract<T[Field], null> : T[Field];
};

/** Parses JSON; money in it becomes decimal text such as "0.000000561". */
export function parseExact<T>(text: string): T {
  return JSON.parse(text, (name: string, value: unknown, context?: { source?: string }) =>
    typeof value === "number" && MONEY.has(name)
      ? withoutExponent(context?.source ?? String(value))
      : value,
  ) as T;
}

/** A JSON number without its exponent: "5e-8" is "0.00000005". */
export function withoutExponent(number: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? [];
  const [, sign = "", whole = "", fraction = "", power] = parts;
  if (power === undefined) return number;
  const digits = whole + fraction;
  const point = whole.length + Number(power);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits.padEnd(point, "0");
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
