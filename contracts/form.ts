/**
 * Forms (WHATWG URL, `application/x-www-form-urlencoded`) that providers send.
 *
 * @module
 */

/** A form of ASCII: what else is in it no signature is of. */
export function formIn(body: Uint8Array): URLSearchParams {
  return new URLSearchParams(new TextDecoder("latin1").decode(body));
}

/** A form's fields as an object of texts; of one that stands there twice the first. */
export function formFields(body: Uint8Array): { [name: string]: string } {
  return Object.fromEntries([...formIn(body)].reverse());
}
