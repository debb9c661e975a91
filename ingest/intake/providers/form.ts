/** A form (WHATWG URL, `application/x-www-form-urlencoded`) of ASCII: what else is in it no signature is of. */
export function formIn(body: Uint8Array): URLSearchParams {
  return new URLSearchParams(new TextDecoder("latin1").decode(body));
}
