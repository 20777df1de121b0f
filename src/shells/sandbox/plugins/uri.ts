/**
 * Percent-encodes what may not stand in the path of a request line. Source: nginx 1.27, src/core/ngx_string.c,
 * ngx_escape_uri(), type NGX_ESCAPE_URI, which apache/apisix calls in apisix/core/utils.lua, uri_safe_encode().
 */
export function escapePath(bytes: string): string {
  // oxlint-disable-next-line no-control-regex -- these are among the bytes to encode
  return bytes.replace(/[\x00-\x20"#%<>?\\^`{|}\x7f-\xff]/g, percent);
}

/** Leaves everything but control bytes alone: what follows a question mark keeps its signs. */
export function escapeControls(bytes: string): string {
  // oxlint-disable-next-line no-control-regex -- these are the bytes to encode
  return bytes.replace(/[\x00-\x1f\x7f]/g, percent);
}

function percent(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
