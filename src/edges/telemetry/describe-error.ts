/** What a log line says of an error: never its other properties, and of its cause only the name and message. */
export interface ErrorDescription {
  readonly name: string;
  readonly message: string;
  /** Class of failure of our own errors. */
  readonly failure?: string;
  /** `ECONNREFUSED` and the like. */
  readonly code?: string;
  readonly status?: number;
  readonly stack?: string;
  readonly cause?: string;
}

export function describeError(error: Error): ErrorDescription {
  const { name, message, stack, cause } = error;
  const failure = property(error, "failure");
  const code = property(error, "code");
  const status = property(error, "status");
  return {
    name,
    message,
    ...(typeof failure === "string" && { failure }),
    ...(typeof code === "string" && { code }),
    ...(typeof status === "number" && { status }),
    ...(stack !== undefined && { stack }),
    ...(cause instanceof Error && { cause: `${cause.name}: ${cause.message}` }),
  };
}

function property(error: Error, name: string): unknown {
  return name in error ? Reflect.get(error, name) : undefined;
}
