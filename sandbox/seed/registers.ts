import type { Random } from './random.ts';

const abnWeights = [3, 5, 7, 9, 11, 13, 15, 17, 19];

/** An Australian business number with right check digits: the weighted sum of its digits, the first less one, divides by 89. */
export function drawAbn(random: Random): string {
  const digits = Array.from({ length: 9 }, () => random.between(0, 9));
  const sum = digits.reduce((total, digit, index) => total + digit * (abnWeights[index] ?? 0), 0);
  return `${99 - (sum % 89)}${digits.join('')}`;
}

/** An employer identification number of the United States: two digits, a dash, seven digits. */
export function drawEin(random: Random): string {
  return `${random.between(10, 88)}-${random.between(1_000_000, 9_999_999)}`;
}
