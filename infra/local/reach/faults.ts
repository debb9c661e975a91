/** A running container of the stack, as the engine has it. */
export type Container = {
  readonly id: string;
  /** Of its service in compose. */
  readonly name: string;
  readonly networks: readonly string[];
  readonly addresses: readonly string[];
  /** What it says it listens on. */
  readonly ports: readonly number[];
};

/** @property reached names of those of which one port at least took a connection; `outside` is the world */
export type Reach = {
  readonly container: Container;
  readonly reached: ReadonlySet<string>;
};

/** The only one that may call somebody at night. */
const MAY_LEAVE = "alertmanager";

/** A sentence for each that reaches another one without a network in common, or does not reach one with it. */
export function faultsOf(reaches: readonly Reach[]): string[] {
  const others = new Map(
    reaches.map(({ container }) => [container.name, container]),
  );
  return reaches.flatMap(({ container: from, reached }) => [
    ...[...others.values()].filter((to) => to.name !== from.name)
      .flatMap((to) => {
        const common = from.networks.filter((one) => to.networks.includes(one));
        if (common.length > 0 === reached.has(to.name)) return [];
        return common.length > 0
          ? `${from.name} does not reach ${to.name}, with which it is in ${
            common.join(", ")
          }.`
          : `${from.name} reaches ${to.name}, with which it is in no network.`;
      }),
    ...reached.has("outside") && from.name !== MAY_LEAVE
      ? [`${from.name} reaches the world outside.`]
      : [],
  ]);
}
