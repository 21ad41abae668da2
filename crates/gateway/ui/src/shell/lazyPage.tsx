/**
 * A page whose code is loaded when it is first opened. If that fails, the error is shown inside the
 * shell: navigating there would end at the browser's error page and lose everything on the current
 * one.
 */
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

/**
 * Some browsers cache a failed import until the page is reloaded, which needs a responsive gateway.
 */
async function again(retry: () => void): Promise<void> {
  const answers = await fetch("/health/liveliness", { cache: "no-store" }).then(
    ({ ok }) => ok,
    () => false,
  );
  if (answers) location.reload();
  else retry();
}
