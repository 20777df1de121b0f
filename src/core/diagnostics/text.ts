/** `a.com, b.com and 3 more`: lists stay readable however long they are. */
export function listed(items: readonly string[], most = 5): string {
  const shown = items.slice(0, most).join(", ");
  return items.length <= most ? shown : `${shown} and ${items.length - most} more`;
}
