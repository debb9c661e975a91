import type { ByteReader, ByteWriter } from "./bytes.ts";
import { Entity } from "./entity.ts";
import { EntityTables } from "./entity_tables.ts";
import type { SortedTable } from "./sorted_table.ts";

/** Writes an entity, exactly: what holds the same is written the same. */
export function writeEntity(entity: Entity, to: ByteWriter): void {
  const { rows, slots } = entity.tables();
  to.number(entity.newestMs);
  writeTable(rows, to);
  writeTable(slots, to);
}

/** Reads what `writeEntity` wrote. */
export function readEntity(from: ByteReader): Entity {
  const entity = new Entity();
  const tables = new EntityTables();
  const newestMs = from.number();
  readTable(tables.rows, from);
  readTable(tables.slots, from);
  entity.restore(newestMs, tables);
  return entity;
}

/** Keys as the steps between them, and of values those that are not 0, by a mask. */
function writeTable({ keys, values, width }: SortedTable, to: ByteWriter) {
  to.number(keys.length);
  let last = 0;
  for (let row = 0; row < keys.length; row++) {
    const key = keys[row] ?? 0;
    to.number(key - last);
    last = key;
    let mask = 0;
    for (let column = 0; column < width; column++) {
      if (values[row * width + column] !== 0) mask += 2 ** column;
    }
    if (width > 1) to.number(mask);
    for (let column = 0; column < width; column++) {
      const value = values[row * width + column] ?? 0;
      if (value !== 0) to.number(value);
    }
  }
}

function readTable({ keys, values, width }: SortedTable, from: ByteReader) {
  const rows = from.number();
  let key = 0;
  for (let row = 0; row < rows; row++) {
    key += from.number();
    keys.push(key);
    let mask = width > 1 ? from.number() : 1;
    for (let column = 0; column < width; column++) {
      values.push(mask % 2 === 1 ? from.number() : 0);
      mask = Math.floor(mask / 2);
    }
  }
}
