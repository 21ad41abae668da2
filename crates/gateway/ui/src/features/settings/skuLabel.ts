/** Label of a SKU: "Data zone standard, EU" for "data_zone_standard" and "eu". */
export function skuLabel(
  type: string | null,
  zone: string | null,
  regions: readonly string[] = [],
): string {
  const words = (type ?? "any deployment").replaceAll("_", " ");
  const name = words[0]?.toUpperCase() + words.slice(1);
  const parts = [name, zone?.toUpperCase().replace("_", " "), ...regions];
  return parts.filter((part) => part !== undefined && part !== "").join(", ");
}
