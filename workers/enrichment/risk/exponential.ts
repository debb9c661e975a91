/**
 * e^x of +, -, * and / alone: `Math.exp` need not give the same last bit in two engines, and a score is part of a record that must
 * be the same wherever it is made. By the method of fdlibm's e_exp.c (Sun Microsystems, 1993): x = k ln 2 + r, and a polynomial for
 * e^r, with an error of less than one unit in the last place.
 *
 * @param x a number from -700 to 700; what is beyond is taken for the bound
 */
export function exponential(x: number): number {
  const bound = Math.max(-LIMIT, Math.min(LIMIT, x));
  const k = Math.round(bound / LN2);
  const high = bound - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const t = r * r;
  const c = r - t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5))));
  const y = 1 - (low - (r * c) / (2 - c) - high);
  return y * powerOfTwo(k);
}

const LIMIT = 700;
const LN2 = 0.6931471805599453;
/** ln 2 in two parts: products of the first with a whole number are exact. */
const LN2_HIGH = 6.93147180369123816490e-01;
const LN2_LOW = 1.90821492927058770002e-10;
const P1 = 1.66666666666666019037e-01;
const P2 = -2.77777777770155933842e-03;
const P3 = 6.61375632143793436117e-05;
const P4 = -1.65339022054652515390e-06;
const P5 = 4.13813679705723846039e-08;

/** Of a whole number from -1022 to 1023: exact. */
function powerOfTwo(k: number): number {
  let [result, base] = [1, k < 0 ? 0.5 : 2];
  for (let rest = Math.abs(k); rest > 0; rest >>= 1) {
    if (rest & 1) result *= base;
    base *= base;
  }
  return result;
}
