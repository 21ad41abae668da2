/** Form field that chooses the key to charge. */
import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { keyChoicesQuery } from "../../api/keys";
import { formatTokens } from "../../lib/tokens";

const NO_KEY = "";

const SIGNED_IN = { value: NO_KEY, label: "The key you signed in with" };

export function KeyField({
  keyId,
  choose,
}: {
  keyId: string | null;
  choose: (keyId: string | null) => void;
}) {
  const [chosen, setChosen] = useState(SIGNED_IN);
  const [typed, type] = useState("");
  // The field shows the chosen key; only other text is a search.
  const [search] = useDebouncedValue(typed.trim() === chosen.label ? "" : typed.trim(), 200);
  const { data } = useQuery(keyChoicesQuery(search));
  const keys = (data?.keys ?? []).map((key) => ({
    value: key.token,
    label: key.key_alias ?? key.key_name,
    disabled: key.blocked,
  }));
  const more = (data?.total ?? 0) - keys.length;
  const options = [...(search === "" ? [SIGNED_IN] : []), ...keys];
  const kept = options.some(({ value }) => value === chosen.value) ? [] : [chosen];
  return (
    <Select
      label="Key"
      description={
        more > 0
          ? `Its limits and budget apply. Type to find ${formatTokens(more)} more.`
          : "Its limits and budget apply."
      }
      searchable
      data={[...options, ...kept]}
      value={keyId ?? NO_KEY}
      allowDeselect={false}
      // The gateway has already filtered all keys.
      filter={({ options: all }) =>
        all.filter((one) => !("value" in one) || kept.length === 0 || one.value !== chosen.value)
      }
      searchValue={typed}
      onSearchChange={type}
      nothingFoundMessage="No matching keys"
      onChange={(value, option) => {
        if (option) setChosen(option);
        choose(value === null || value === NO_KEY ? null : value);
      }}
    />
  );
}
