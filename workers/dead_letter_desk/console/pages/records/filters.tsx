/** @jsxImportSource hono/jsx */
import type { CauseRow } from "../../../queries/causes.ts";
import { type LetterFilter, letterStates } from "../../../queries/filter.ts";
import { visible } from "../../parts/text.ts";
import { type FilterName, filterNames } from "../../parts/filter_words.ts";

const fields: readonly {
  readonly name: FilterName;
  readonly placeholder?: string;
}[] = [
  { name: "account", placeholder: "default" },
  { name: "path", placeholder: "payload.amount" },
  { name: "currency", placeholder: "EUR" },
  { name: "id", placeholder: "whole, as it is" },
  { name: "since", placeholder: "2026-11-14T09:00:00Z" },
  { name: "until", placeholder: "2026-11-15T00:00:00Z" },
];

export function Filters({ filter, causes }: {
  readonly filter: LetterFilter;
  readonly causes: readonly CauseRow[];
}) {
  return (
    <details class="box">
      <summary>Filter</summary>
      <form method="get" action="/dead-letters/records" class="filters">
        {filter.cause === undefined
          ? null
          : <input type="hidden" name="cause" value={filter.cause} />}
        <Choice
          name="service"
          value={filter.service}
          options={distinct(causes.map(({ service }) => service))}
        />
        <Choice
          name="code"
          value={filter.code}
          options={distinct(causes.map(({ code }) => code))}
        />
        <Choice
          name="provider"
          value={filter.provider}
          options={distinct(causes.flatMap(({ provider }) => provider ?? []))}
        />
        <Choice name="state" value={filter.state} options={letterStates} />
        {fields.map(({ name, placeholder }) => (
          <div key={name}>
            <label for={`filter-${name}`}>{filterNames[name]}</label>
            <input
              id={`filter-${name}`}
              name={name}
              value={filter[name] ?? ""}
              placeholder={placeholder}
            />
          </div>
        ))}
        <div>
          <button type="submit">Filter</button>
        </div>
      </form>
    </details>
  );
}

function Choice({ name, value, options }: {
  readonly name: FilterName;
  readonly value: string | undefined;
  readonly options: readonly string[];
}) {
  const all = value === undefined || options.includes(value)
    ? options
    : [value, ...options];
  return (
    <div>
      <label for={`filter-${name}`}>{filterNames[name]}</label>
      <select id={`filter-${name}`} name={name}>
        <option value="">any</option>
        {all.map((one) => (
          <option key={one} value={one} selected={one === value}>
            {visible(one).replaceAll("_", " ")}
          </option>
        ))}
      </select>
    </div>
  );
}

function distinct(all: readonly string[]): string[] {
  return [...new Set(all)].sort();
}
