import { InvalidArgumentError } from "commander";

/** A filter as the command line has it: `service=persistence-writer since=2026-11-26T09:00:00Z`, in one word or several. */
export function filterOption(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const words = text.split(/\s+/).filter(Boolean);
  const pairs = words.map((word) => {
    const [, key, value] = /^([a-z]+)[=:](.+)$/.exec(word) ?? [];
    if (key === undefined || value === undefined) {
      throw new InvalidArgumentError(
        `It must be key=value, such as code=contract_violation, not ${word}.`,
      );
    }
    return [key, value] as const;
  });
  return { ...before, ...Object.fromEntries(pairs) };
}

/** Webhooks that no mapping knew, as the command line names them: `stripe`, or `stripe/charge.updated`. A type may have strokes in it. */
export function unmappedOption(
  text: string,
): Readonly<Record<string, string>> {
  const [, provider, type] = /^([^/]+)(?:\/(.+))?$/.exec(text) ?? [];
  if (provider === undefined) {
    throw new InvalidArgumentError(
      `It must be a provider, or provider/type such as stripe/charge.updated, not ${text}.`,
    );
  }
  return { provider, ...type !== undefined && { type } };
}

/** Refusals as the command line names them: `body_altered`, or `stripe/body_altered`. */
export function refusedOption(text: string): Readonly<Record<string, string>> {
  const [, provider, cause] = /^(?:([^/]+)\/)?([a-z0-9_]+)$/.exec(text) ?? [];
  if (cause === undefined) {
    throw new InvalidArgumentError(
      `It must be a cause, or provider/cause such as stripe/body_altered, not ${text}.`,
    );
  }
  return { cause, ...provider !== undefined && { provider } };
}

export type Selecting = {
  readonly cause?: string;
  readonly filter?: Readonly<Record<string, string>>;
};

/** What `--cause` and `--filter` select together. */
export function selected(
  { cause, filter = {} }: Selecting,
): Readonly<Record<string, string>> {
  return cause === undefined ? filter : { ...filter, cause };
}
