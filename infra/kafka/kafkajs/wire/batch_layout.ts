/** Where the fields of a record batch of version 2 are (KIP-98), as `DefaultRecordBatch` of Kafka lists them. */
export const at = {
  baseOffset: 0,
  length: 8,
  leaderEpoch: 12,
  magic: 16,
  crc: 17,
  /** From here on the checksum covers all. */
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  count: 57,
  records: 61,
} as const;

/** What `length` does not count: the base offset and itself. */
export const LENGTH_FROM = at.leaderEpoch;

export const MAGIC = 2;

/** Bits of the attributes; the codec's are those of its number. */
export const attributes = {
  codec: 7,
  logAppendTime: 8,
  transactional: 16,
  control: 32,
} as const;
