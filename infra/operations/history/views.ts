/**
 * What is in the value of a record, as columns: what people ask for by name.
 *
 * @module
 */
import type { TableColumn } from "./catalog.ts";
import {
  columns as named,
  headerColumns,
  type KeptTopic,
  tables,
} from "./tables.ts";

/** Of the whole history's values: exact for whatever a payment can have. */
const MONEY = "decimal(38, 12)";

/** By the table's name: columns that are read out of a value, and where they are in it. */
const inValue: Readonly<Record<KeptTopic, Readonly<Record<string, string>>>> = {
  validated: ofEvent(),
  enriched: {
    ...ofEvent(),
    risk_score: json("payload.risk_score", "double"),
    risk_band: json("enrichment.band"),
  },
  deadLetters: {
    failed_service: json("failed_service"),
    error_code: json("error_code"),
    error_message: json("error_message"),
    source_topic: json("source_topic"),
    source_partition: json("source_partition", "integer"),
    source_offset: json("source_offset", "bigint"),
    event_id: json("event.event_id"),
  },
};

/** The select that makes the view of a table: first what it is about, then the value as text, then where it came from. */
export function viewOf(
  id: KeptTopic,
  columns: readonly TableColumn[],
): string {
  const present = new Set(columns.map(({ name }) => name));
  const column = (name: string, type = "varchar") =>
    present.has(name) ? name : `null::${type} as ${name}`;
  const parts = [
    named.key,
    ...Object.entries(inValue[id]).map(([name, source]) => `${source} ${name}`),
    named.timestamp,
    named.topic,
    named.partition,
    named.offset,
    ...headerColumns.map((one) => column(one.column)),
    `decode(${named.value}) as ${named.value}`,
  ];
  return `select ${parts.join(", ")} from ${tables[id]}_rows`;
}

function ofEvent(): Record<string, string> {
  return {
    event_id: json("event_id"),
    event_type: json("event_type"),
    payment_id: json("payload.payment_id"),
    amount: amount(),
    currency: json("payload.currency"),
    event_timestamp: json("timestamp", "timestamptz"),
  };
}

function json(path: string, type = "varchar"): string {
  const found = `decode(${named.value}) ->> '$.${path}'`;
  return type === "varchar"
    ? `(${found}) as`
    : `try_cast(${found} as ${type}) as`;
}

/**
 * An amount by its literal, for what reads JSON numbers rounds them to floats. Whose key stands twice, or is written
 * in escapes, has none here: see `contracts/amount_literal.ts`.
 */
function amount(): string {
  const value = `decode(${named.value})`;
  const pattern = String.raw`"amount"\s*:\s*(-?[0-9][0-9.eE+-]*)`;
  return `case when len(regexp_extract_all(${value}, '"amount"')) = 1
    and not regexp_matches(${value}, '\\\\u00[67]')
    then try_cast(regexp_extract(${value}, '${pattern}', 1) as ${MONEY}) end as`;
}
