import {
  MappingType,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMap,
} from "@grafana/grafana-foundation-sdk/dashboard";

/** What stands in place of a value, and in which colour. */
export type Words = Readonly<
  Record<string | number, readonly [text: string, color?: string]>
>;

type From = { readonly value: number };

/** Green, and from where on another colour. */
export function steps(
  { orange, red }: { readonly orange?: From; readonly red?: From },
): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
    { value: null, color: "green" },
    ...orange ? [{ value: orange.value, color: "orange" }] : [],
    ...red ? [{ value: red.value, color: "red" }] : [],
  ]);
}

export function valueMap(words: Words): ValueMap {
  const options = Object.entries(words).map(([value, [text, color]], index) =>
    [value, { text, color, index }] as const
  );
  return {
    type: MappingType.ValueToText,
    options: Object.fromEntries(options),
  };
}
