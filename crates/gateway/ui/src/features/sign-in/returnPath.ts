/** The path to return to after signing in, which never leaves the UI. */

/** A router path such as "/logs?status=exact"; "/" for anything else. */
export function returnPath(wanted: string | undefined): string {
  return wanted !== undefined && /^\/(?![/\\])/.test(wanted) && !wanted.startsWith("/sign-in")
    ? wanted
    : "/";
}
