const LN2 = 0.6931471805599453;
const SQRT_HALF = 0.7071067811865476;

/** Terms of the series: with |s| <= 0.172 the 12th is below a double's last digit. */
const TERMS = 12;

/**
 * The natural logarithm by additions, multiplications and divisions alone, which IEEE 754 rounds alike everywhere.
 * `Math.log` may differ between engines in its last digit, and then the same counts could come to another alarm.
 *
 * @param x above 0, and finite
 */
export function naturalLogarithm(x: number): number {
  let mantissa = x;
  let exponent = 0;
  while (mantissa >= 2 * SQRT_HALF) {
    mantissa /= 2;
    exponent++;
  }
  while (mantissa < SQRT_HALF) {
    mantissa *= 2;
    exponent--;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let sum = 0;
  for (let term = TERMS; term >= 0; term--) {
    sum = sum * square + 1 / (2 * term + 1);
  }
  return exponent * LN2 + 2 * s * sum;
}
