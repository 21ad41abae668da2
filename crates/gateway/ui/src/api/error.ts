/**
 * Errors of the gateway, which have OpenAI's shape, as one error type with a message for people.
 */

export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(
    message: string,
    /** HTTP status; 0 when the gateway was not reached. */
    readonly status: number,
    readonly code: string | null = null,
  ) {
    super(message);
  }
}

/** The error in a response body, or a generic one for its status. */
export function apiError(status: number, body: unknown): ApiError {
  const error = field(body, "error");
  const message = field(error, "message");
  const code = field(error, "code");
  return new ApiError(
    typeof message === "string" && message !== ""
      ? message
      : `The gateway returned status ${String(status)}.`,
    status,
    typeof code === "string" ? code : null,
  );
}

/** A message for people about anything that was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  if (error instanceof TypeError) return "The gateway cannot be reached.";
  return "Something went wrong on this page.";
}

/** The data of an openapi-fetch call; throws its error. */
export async function unwrap<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<NonNullable<T>> {
  const { data, error, response } = await call;
  if (!response.ok || data === undefined || data === null) throw apiError(response.status, error);
  return data;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
