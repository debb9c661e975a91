/**
 * What one sender has to itself, as far as an address tells: an IPv4 address, or the /64 that an IPv6 address
 * is in, since a sender with one of those has all of them.
 */
export function peerOf(hostname: string): string {
  if (!hostname.includes(":")) return hostname;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(hostname)?.[1];
  if (mapped !== undefined) return mapped;
  const [before = "", after] = hostname.split("::");
  const groups = before === "" ? [] : before.split(":");
  const missing = after === undefined
    ? 0
    : 8 - groups.length - (after === "" ? 0 : after.split(":").length);
  return [...groups, ...Array(missing).fill("0"), ...(after ?? "").split(":")]
    .slice(0, 4).join(":");
}
