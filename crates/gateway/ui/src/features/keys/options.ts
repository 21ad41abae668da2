/** Options of select fields. */

export interface Option {
  value: string;
  label: string;
}

/** With what is chosen, though it is not among them. */
export const having = (options: readonly Option[], value: string, label: string): Option[] =>
  options.some((one) => one.value === value) ? [...options] : [...options, { value, label }];
