/** Where to go after signing in: only ever a place within this page. */

/** A path of the router such as "/logs?status=exact"; "/" for anything else. */
export function returnPath(wanted: string | undefined): string {
  return wanted !== undefined && /^\/(?![/\\])/.test(wanted) && !wanted.startsWith("/sign-in")
    ? wanted
    : "/";
}
