/** Options of select fields. */

export interface Option {
  value: string;
  label: string;
}

/** The options including the current value, even if it is not one of them. */
export const having = (options: readonly Option[], value: string, label: string): Option[] =>
  options.some((one) => one.value === value) ? [...options] : [...options, { value, label }];
