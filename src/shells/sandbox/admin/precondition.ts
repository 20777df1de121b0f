import type { IncomingHttpHeaders } from "node:http";

/**
 * What nginx makes of an answer 200 when the request carries conditions. No answer has an ETag or a date of change, so
 * only `*` fits. The work is done by then: a write under a condition is a write.
 * Source: nginx 1.27, src/http/modules/ngx_http_not_modified_filter_module.c.
 */
export function conditionalStatus(status: number, headers: IncomingHttpHeaders): 304 | 412 | undefined {
  if (status !== 200) return undefined;
  const { "if-match": ifMatch, "if-none-match": ifNoneMatch } = headers;
  if (headers["if-unmodified-since"] !== undefined) return 412;
  if (ifMatch !== undefined && ifMatch !== "*") return 412;
  if (headers["if-modified-since"] !== undefined) return undefined;
  return ifNoneMatch === "*" ? 304 : undefined;
}
