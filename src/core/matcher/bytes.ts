/**
 * APISIX compares bytes, so everything that is matched is held as a byte string: one character per byte of the UTF-8
 * text (U+0000 to U+00FF). ASCII texts are their own byte strings; `length` is the length in bytes.
 */
export function bytesOf(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}

/** The way back, for people; bytes that are not UTF-8 become U+FFFD. */
export function textOf(bytes: string): string {
  return isAscii(bytes) ? bytes : Buffer.from(bytes, "latin1").toString("utf8");
}

/** Lua's string.lower in the C locale: only A to Z. */
export function lowerAscii(text: string): string {
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text;
}

function isAscii(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- the whole point is to tell control and other bytes below 0x80
  return /^[\x00-\x7f]*$/.test(text);
}
