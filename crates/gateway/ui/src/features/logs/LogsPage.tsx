/** Logs page: every request, with its receipt. */
import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useCallback, useMemo } from "react";
import type { RequestSummary } from "../../api/requests";
import { seesEverything, useSession } from "../../api/session";
import { PageHeader } from "../../components/PageHeader";
import { useFilters } from "../../lib/filters";
import { FilterBar } from "./FilterBar";
import { csvUrl, queryOf } from "./logFilters";
import { useOpenReceipt } from "./openReceipt";
import { ReceiptDrawer } from "./ReceiptDrawer";
import { RequestList } from "./RequestList";

export function LogsPage() {
  const [filters, change] = useFilters();
  const session = useSession();
  const narrowing = JSON.stringify({ ...filters, open: undefined, live: undefined });
  const query = useMemo(
    () => queryOf(JSON.parse(narrowing) as typeof filters, new Date()),
    [narrowing],
  );
  const narrowed = Object.keys(query).length > 0;
  const clear = () => {
    change(Object.fromEntries([...Object.keys(query), "range"].map((name) => [name, ""])));
  };
  const { id, open, close } = useOpenReceipt();
  const openRow = useCallback(
    (row: RequestSummary) => {
      open(row.id);
    },
    [open],
  );
  return (
    <>
      <PageHeader
        title="Logs"
        about={
          seesEverything(session)
            ? "Every request, with its receipt."
            : "Every request of your key, with its receipt."
        }
      >
        <Button
          component="a"
          href={csvUrl(query)}
          download="requests.csv"
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          Export CSV
        </Button>
      </PageHeader>
      <FilterBar />
      <RequestList
        key={narrowing}
        query={query}
        live={filters["live"] === "1"}
        onOpen={openRow}
        clear={narrowed ? clear : undefined}
      />
      <ReceiptDrawer id={id} onClose={close} />
    </>
  );
}
