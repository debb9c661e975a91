/**
 * What Kafka Connect is told: the configuration of Apache Iceberg's sink, made from the topics' contracts, and that of a
 * worker which runs it. Nothing here is ours but the choice: every class named is Kafka's, Iceberg's or Debezium's.
 *
 * @module
 */
import type { TopicId } from "#contracts/topics.ts";
import {
  columns,
  headerColumns,
  keptTopics,
  NAMESPACE,
  tables,
} from "./tables.ts";

/** Names the connector, and with it the group by which it reads: `connect-` and this. */
export const CONNECTOR = "eventflow-history";

/** By these variables a worker is told how to log in to the catalog: no secret stands in a connector's configuration. */
export const catalogLogin = {
  user: "EVENTFLOW_HISTORY_CATALOG_USER",
  password: "EVENTFLOW_HISTORY_CATALOG_PASSWORD",
} as const;

/** Carries the key from where Kafka's transforms see it to where the sink does. On no record outside of Connect. */
const KEY_HEADER = "eventflow-history-key";

export type ConnectorOptions = {
  readonly topics: Readonly<Record<TopicId, string>>;
  /** In which the sink agrees with itself on what a commit has. */
  readonly controlTopic: string;
  /** Where files go: `file:///folder`, or `s3://bucket/prefix`. */
  readonly warehouse: string;
  /** postgres:// URL of the catalog's database. Of its login nothing is taken. */
  readonly catalog: string;
  /** At most so many read side by side. */
  readonly tasks: number;
  readonly commitIntervalMs: number;
};

/** As `PUT /connectors/<name>/config` takes it. */
export function connectorConfig(
  options: ConnectorOptions,
): Readonly<Record<string, string>> {
  const { topics, warehouse } = options;
  const { hostname, port, pathname } = new URL(options.catalog);
  const { names, settings } = transforms();
  return {
    "connector.class": "org.apache.iceberg.connect.IcebergSinkConnector",
    "tasks.max": `${options.tasks}`,
    "topics": keptTopics.map((id) => topics[id]).join(),
    // Of aborted transactions nothing may come in. It also has a task that takes over wait for the positions that
    // the one before it was about to commit, without which rows would double.
    "consumer.override.isolation.level": "read_committed",
    // Who has no position any more stops: to begin anew would double rows, to go on behind what is gone would lose some.
    "consumer.override.auto.offset.reset": "none",
    // A value is kept to the byte, so every amount is as exact as it came.
    "key.converter": "org.apache.kafka.connect.storage.StringConverter",
    "value.converter": "org.apache.kafka.connect.converters.ByteArrayConverter",
    "header.converter": "org.apache.kafka.connect.storage.StringConverter",
    "transforms": names.join(),
    ...settings,
    "iceberg.tables": keptTopics.map(tableName).join(),
    "iceberg.tables.route-field": columns.topic,
    ...Object.fromEntries(keptTopics.map((id) => [
      `iceberg.table.${tableName(id)}.route-regex`,
      RegExp.escape(topics[id]),
    ])),
    "iceberg.tables.auto-create-enabled": "true",
    "iceberg.tables.evolve-schema-enabled": "true",
    "iceberg.tables.schema-force-optional": "true",
    "iceberg.tables.default-partition-by": `day(${columns.timestamp})`,
    ...withPrefix("iceberg.tables.auto-create-props.", tableProperties),
    "iceberg.control.topic": options.controlTopic,
    "iceberg.control.commit.interval-ms": `${options.commitIntervalMs}`,
    // What a killed worker was about to say is waited for no longer than this.
    "iceberg.kafka.transaction.timeout.ms": "20000",
    "iceberg.catalog": NAMESPACE,
    "iceberg.catalog.catalog-impl": "org.apache.iceberg.jdbc.JdbcCatalog",
    "iceberg.catalog.uri": `jdbc:postgresql://${hostname}:${
      port || "5432"
    }${pathname}`,
    "iceberg.catalog.jdbc.user": `\${env:${catalogLogin.user}}`,
    "iceberg.catalog.jdbc.password": `\${env:${catalogLogin.password}}`,
    "iceberg.catalog.jdbc.schema-version": "V1",
    "iceberg.catalog.warehouse": warehouse,
    ...warehouse.startsWith("s3://") && {
      "iceberg.catalog.io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
    },
  };
}

export type WorkerOptions = {
  readonly bootstrapServers: string;
  /** Workers of the same group share the work. */
  readonly group: string;
  /** Folder whose folders each have the jars of a plugin. */
  readonly plugins: string;
  readonly host: string;
  readonly port: number;
};

/** A worker in distributed mode, as the file that `ConnectDistributed` is started with has it. */
export function workerProperties(
  { bootstrapServers, group, plugins, host, port }: WorkerOptions,
): Readonly<Record<string, string>> {
  return {
    "bootstrap.servers": bootstrapServers,
    "group.id": group,
    ...Object.fromEntries(
      ["config", "offset", "status"].flatMap((kind) => [
        [`${kind}.storage.topic`, `${group}-${kind}`],
        // As the broker has it.
        [`${kind}.storage.replication.factor`, "-1"],
      ]),
    ),
    "offset.storage.partitions": "1",
    "status.storage.partitions": "1",
    "key.converter": "org.apache.kafka.connect.storage.StringConverter",
    "value.converter": "org.apache.kafka.connect.storage.StringConverter",
    "plugin.path": plugins,
    "plugin.discovery": "service_load",
    "listeners": `http://${host}:${port}`,
    "rest.advertised.host.name": host,
    "rest.advertised.port": `${port}`,
    // The work of a worker that is gone is taken over after this, not after five minutes.
    "scheduled.rebalance.max.delay.ms": "5000",
    "session.timeout.ms": "10000",
    "heartbeat.interval.ms": "3000",
    "config.providers": "env",
    "config.providers.env.class":
      "org.apache.kafka.common.config.provider.EnvVarConfigProvider",
    "config.providers.env.param.allowlist.pattern": Object.values(catalogLogin)
      .join("|"),
  };
}

/** A file of Java's properties. */
export function propertiesFile(
  properties: Readonly<Record<string, string>>,
): string {
  return Object.entries(properties).map(([key, value]) =>
    `${key}=${value.replaceAll("\\", "\\\\")}\n`
  ).join("");
}

/** As Iceberg and its catalog name it. */
function tableName(id: (typeof keptTopics)[number]): string {
  return `${NAMESPACE}.${tables[id]}`;
}

/** How files are written: small, and such that one payment's rows are found by few of their pages. */
const tableProperties = {
  "format-version": "2",
  "write.parquet.compression-codec": "zstd",
  "write.parquet.compression-level": "9",
  "write.parquet.page-size-bytes": `${4 * 1024 * 1024}`,
  "write.parquet.row-group-size-bytes": `${32 * 1024 * 1024}`,
  [`write.parquet.bloom-filter-enabled.column.${columns.key}`]: "true",
  // A filter has its full size in the smallest file, too; by itself that is 1 MiB.
  "write.parquet.bloom-filter-max-bytes": `${64 * 1024}`,
  // Least and greatest say nothing of bytes that begin alike.
  [`write.metadata.metrics.column.${columns.value}`]: "counts",
  "write.metadata.delete-after-commit.enabled": "true",
  "write.metadata.previous-versions-max": "20",
} as const;

/**
 * Has the sink see all of a record, for it takes a value alone: the key goes by way of a header, the value becomes a
 * field, and its coordinates and headers become fields beside it. Each header has a transform of its own:
 * `HeaderToValue` remembers the fields it added for a form of value, and records do not all have the same headers.
 */
function transforms() {
  const kafka = "org.apache.kafka.connect.transforms";
  const steps: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    keyAsField: { type: `${kafka}.HoistField$Key`, field: columns.key },
    keyAsHeader: {
      type: `${kafka}.HeaderFrom$Key`,
      fields: columns.key,
      headers: KEY_HEADER,
      operation: "move",
    },
    valueAsField: { type: `${kafka}.HoistField$Value`, field: columns.value },
    coordinates: {
      type: `${kafka}.InsertField$Value`,
      "topic.field": columns.topic,
      "partition.field": columns.partition,
      "offset.field": columns.offset,
      "timestamp.field": columns.timestamp,
    },
    ...Object.fromEntries(
      [{ header: KEY_HEADER, column: columns.key }, ...headerColumns]
        .map(({ header, column }) => [column, {
          type: "io.debezium.transforms.HeaderToValue",
          headers: header,
          fields: column,
          operation: "copy",
        }]),
    ),
  };
  const settings = Object.entries(steps).map(([name, step]) =>
    withPrefix(`transforms.${name}.`, step)
  );
  return {
    names: Object.keys(steps),
    settings: Object.assign({}, ...settings) as Record<string, string>,
  };
}

function withPrefix(
  prefix: string,
  settings: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [`${prefix}${key}`, value]),
  );
}
