/** Where a broker is; an IPv6 address is without its brackets. */
export type BrokerAddress = { readonly host: string; readonly port: string };

/** Reads `host:port`, where an IPv6 address has to be in brackets; undefined if it is no such text. */
export function parseBroker(text: string): BrokerAddress | undefined {
  const { name, address, port = "" } =
    /^(?:(?<name>[^:\[\]]+)|\[(?<address>[0-9a-fA-F]*:[0-9a-fA-F:.]+)\]):(?<port>\d{1,5})$/
      .exec(text)?.groups ?? {};
  const host = name ?? address;
  return host === undefined ? undefined : { host, port };
}
