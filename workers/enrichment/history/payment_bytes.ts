import type { ByteReader, ByteWriter } from "./bytes.ts";
import { type Fact, factKinds } from "./fact.ts";
import type { PaymentMemory } from "./payment_memory.ts";

/** Writes a payment's memory, exactly. */
export function writePayment(
  { key, facts }: PaymentMemory,
  to: ByteWriter,
): void {
  to.text(key);
  to.number(facts.length);
  for (const fact of facts) writeFact(fact, to);
}

/** Reads what `writePayment` wrote. */
export function readPayment(from: ByteReader): PaymentMemory {
  const key = from.text();
  const count = from.number();
  const facts: Fact[] = [];
  for (let n = 0; n < count; n++) facts.push(readFact(key, from));
  return { key, facts };
}

const parties = ["customer", "instrument", "merchant", "order"] as const;

function writeFact(fact: Fact, to: ByteWriter): void {
  to.number(fact.id);
  to.number(fact.version);
  to.number(factKinds.indexOf(fact.kind) * 2 + (fact.isFraud ? 1 : 0));
  to.number(fact.atMs);
  to.text(fact.currency);
  to.number(fact.minor);
  to.number(fact.part);
  for (const party of parties) to.text(fact[party] ?? "");
}

function readFact(payment: string, from: ByteReader): Fact {
  const id = from.number();
  const version = from.number();
  const kindAndFraud = from.number();
  const atMs = from.number();
  const currency = from.text();
  const minor = from.number();
  const part = from.number();
  const party = () => from.text() || undefined;
  return {
    payment,
    id,
    version,
    kind: factKinds[Math.floor(kindAndFraud / 2)] ?? "authorized",
    atMs,
    currency,
    minor,
    part,
    isFraud: kindAndFraud % 2 === 1,
    customer: party(),
    instrument: party(),
    merchant: party(),
    order: party(),
  };
}
