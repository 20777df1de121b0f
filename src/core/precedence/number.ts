const step = 100;

/**
 * A number between two others, neither included: 0 if that fits, else the next hundred, else the roundest in the middle.
 * There must be one.
 */
export function numberBetween(low: number, high: number): number {
  if (low < 0 && high > 0) return 0;
  const next = low >= 0 ? (Math.floor(low / step) + 1) * step : (Math.ceil(high / step) - 1) * step;
  return low < next && next < high ? next : roundestBetween(low, high);
}

/** The roundest in the middle half, so that both sides keep room. */
function roundestBetween(low: number, high: number): number {
  const middle = (low + high) / 2;
  const margin = (high - low) / 4;
  const round = [50, 10, 5].map((unit) => Math.round(middle / unit) * unit);
  return round.find((number) => number >= low + margin && number <= high - margin) ?? Math.floor(middle);
}
