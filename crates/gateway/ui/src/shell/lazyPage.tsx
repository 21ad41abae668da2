/** A page whose code is loaded when it is first opened. Where that fails, the error is shown within the shell: leaving
 * for the address would end at the browser's own error page, with all that is shown and typed. */
import { useEffect, useState, type ComponentType } from "react";
import { ErrorState } from "../components/ErrorState";
import { PageSkeleton } from "../components/Skeletons";

type Load = () => Promise<ComponentType>;

export function lazyPage(load: Load) {
  let Found: ComponentType | undefined;
  const preload = async () => {
    Found ??= await load();
  };
  function Page() {
    const [state, setState] = useState<"loading" | "there" | "failed">(Found ? "there" : "loading");
    const begin = () => {
      preload().then(
        () => {
          setState("there");
        },
        () => {
          setState("failed");
        },
      );
    };
    useEffect(() => {
      if (state === "loading") begin();
    }, [state]);
    if (state === "failed")
      return (
        <ErrorState
          error={new TypeError()}
          title="This page could not be loaded"
          retry={() =>
            void again(() => {
              setState("loading");
            })
          }
        />
      );
    return Found ? <Found /> : <PageSkeleton />;
  }
  return Object.assign(Page, { preload: () => preload().catch(() => undefined) });
}

/** Some browsers remember that code could not be loaded: only a new page forgets it, which needs a gateway that answers. */
async function again(retry: () => void): Promise<void> {
  const answers = await fetch("/health/liveliness", { cache: "no-store" }).then(
    ({ ok }) => ok,
    () => false,
  );
  if (answers) location.reload();
  else retry();
}
