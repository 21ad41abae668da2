/** Search field of the key and team tables. */
import { TextInput } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { searchField } from "../../components/searchShortcut";

export const useNarrow = () =>
  useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });

export function NameSearch({ typed, type }: { typed: string; type: (name: string) => void }) {
  return (
    <TextInput
      {...searchField}
      aria-label="Find by name"
      placeholder="Search by name"
      leftSection={<IconSearch size={16} aria-hidden />}
      maw={360}
      mb="sm"
      value={typed}
      onChange={(event) => {
        type(event.currentTarget.value);
      }}
    />
  );
}
