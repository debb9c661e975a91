/** The script with each local address of a default port moved to the port that is used instead. */
export function movePorts(
  text: string,
  ports: ReadonlyMap<string, number>,
): string {
  return text.replace(
    /(localhost|127\.0\.0\.1):(\d+)/g,
    (address, host, port) =>
      ports.has(port) ? `${host}:${ports.get(port)}` : address,
  );
}
