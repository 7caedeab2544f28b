/** Exact decimal arithmetic on hours, which Procore carries as strings. */

const decimal = /^-?\d+(\.\d+)?$/;

/** Rounds half up to so many decimals and prints as Rails prints a decimal: at least one digit after the point. Null if not a number. */
export function decimalString(value: string, decimals: number): string | null {
  const text = value.trim();
  if (!decimal.test(text)) return null;
  return print(scaled(text, decimals), decimals);
}

/** `man_hours`: workers times hours per worker. */
export function manHours(workers: number | null, hours: string | null, decimals: number): string | null {
  if (workers === null || hours === null) return null;
  return print(BigInt(workers) * scaled(hours, decimals), decimals);
}

function scaled(text: string, decimals: number): bigint {
  const negative = text.startsWith('-');
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const kept = fraction.padEnd(decimals + 1, '0').slice(0, decimals + 1);
  const rounded = (BigInt(whole + kept) + 5n) / 10n;
  return negative ? -rounded : rounded;
}

function print(value: bigint, decimals: number): string {
  const digits = String(value < 0n ? -value : value).padStart(decimals + 1, '0');
  const whole = digits.slice(0, -decimals);
  const fraction = digits.slice(-decimals).replace(/0+$/, '') || '0';
  return `${value < 0n ? '-' : ''}${whole}.${fraction}`;
}
