/**
 * Whether the last of a number's digits is the check digit of the others: the Luhn formula, ISO/IEC 7812-1, Annex B. From
 * the right, every second digit counts double, and a double of two digits counts as their sum.
 *
 * @param digits ASCII digits alone
 */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 0x30;
    const counted = i % 2 === 0 ? digit : 2 * digit;
    sum += counted > 9 ? counted - 9 : counted;
  }
  return sum % 10 === 0;
}
