import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Currency;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * EventFlow's validator as an expert would write it by hand with Kafka Streams: each record goes on as it
 * is, or becomes a dead letter, exactly once. A yardstick for the benchmark, no part of the product.
 */
public final class CopyAndCheck extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
  private static final String CHECK = "check";
  private static final String VALIDATED = "validated";
  private static final String DEAD_LETTERS = "dead-letters";

  // UTF-8 without a byte order mark and nothing else; amounts keep every digit, for their decimals are checked.
  private static final ObjectMapper JSON = JsonMapper.builder(
      JsonFactory.builder()
        .disable(JsonFactory.Feature.CHARSET_DETECTION)
        .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(100).build())
        .build())
    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
    .build();

  // DateTimeFormatter.ISO_OFFSET_DATE_TIME, but with the seconds that RFC 3339 asks for.
  private static final DateTimeFormatter RFC_3339 = new DateTimeFormatterBuilder()
    .append(DateTimeFormatter.ISO_LOCAL_DATE).appendLiteral('T').appendPattern("HH:mm:ss")
    .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true).appendOffset("+HH:MM", "Z")
    .toFormatter().withResolverStyle(ResolverStyle.STRICT);

  /** Decimals per ISO 4217 code, all of which are three upper-case letters. */
  private static final Map<String, Integer> DECIMALS = Currency.getAvailableCurrencies().stream()
    .collect(Collectors.toMap(Currency::getCurrencyCode, Currency::getDefaultFractionDigits));

  private final String service;
  private final String eventType;

  private CopyAndCheck(String service, String eventType) {
    this.service = service;
    this.eventType = eventType;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    JsonNode event = parse(record.value());
    String reason = event == null ? "The value is not JSON." : refuse(event);
    if (reason == null) context().forward(record, VALIDATED);
    else context().forward(record.withValue(deadLetter(record.value(), event, reason)), DEAD_LETTERS);
  }

  private static JsonNode parse(byte[] value) {
    if (value == null || value.length == 0) return null;
    try {
      return JSON.readTree(value);
    } catch (IOException notJson) {
      return null;
    }
  }

  /** Why an event does not satisfy its contract, or null where it does. */
  private String refuse(JsonNode event) {
    JsonNode payload = event.path("payload");
    if (!eventType.equals(event.path("event_type").textValue())) return "event_type must be " + eventType;
    if (event.has("schema_version") && event.path("schema_version").asDouble() != 1) return "schema_version must be 1";
    if (isBlank(event.path("event_id"))) return "event_id must not be blank";
    if (isBlank(event.path("source"))) return "source must not be blank";
    if (!isTime(event.path("timestamp"))) return "timestamp must be an RFC 3339 time with an offset";
    if (isBlank(payload.path("payment_id"))) return "payload.payment_id must not be blank";
    if (isBlank(payload.path("order_id"))) return "payload.order_id must not be blank";
    if (isBlank(payload.path("provider_auth_id"))) return "payload.provider_auth_id must not be blank";
    return refuseMoney(payload.path("amount"), payload.path("currency"));
  }

  private static String refuseMoney(JsonNode amount, JsonNode currency) {
    if (!amount.isNumber() || !(amount.doubleValue() > 0) || Double.isInfinite(amount.doubleValue()))
      return "payload.amount must be greater than 0";
    Integer allowed = DECIMALS.get(currency.asText());
    if (allowed == null) return "payload.currency must be an ISO 4217 code";
    BigDecimal exact = amount.decimalValue().stripTrailingZeros();
    return exact.scale() > allowed ? "payload.amount must have at most " + allowed + " decimals" : null;
  }

  private static boolean isBlank(JsonNode node) {
    return !node.isTextual() || node.textValue().isBlank();
  }

  private static boolean isTime(JsonNode node) {
    if (!node.isTextual()) return false;
    try {
      RFC_3339.parse(node.textValue());
      return true;
    } catch (DateTimeParseException notATime) {
      return false;
    }
  }

  private byte[] deadLetter(byte[] value, JsonNode event, String reason) {
    var source = context().recordMetadata().orElseThrow();
    var letter = JSON.createObjectNode()
      .put("failed_service", service)
      .put("error_message", reason)
      .put("source_topic", source.topic())
      .put("source_partition", source.partition())
      .put("source_offset", source.offset())
      .put("timestamp", Instant.ofEpochMilli(context().currentSystemTimeMs()).toString());
    if (event != null) letter.set("event", event);
    else letter.put("event", value == null ? null : new String(value, StandardCharsets.UTF_8));
    try {
      return JSON.writeValueAsBytes(letter);
    } catch (JsonProcessingException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    String id = required("APPLICATION_ID");
    String eventType = required("EVENT_TYPE");
    var bytes = new ByteArraySerializer();
    Topology topology = new Topology()
      .addSource("raw", new ByteArrayDeserializer(), new ByteArrayDeserializer(), required("INPUT_TOPIC"))
      .addProcessor(CHECK, () -> new CopyAndCheck(id, eventType), "raw")
      .addSink(VALIDATED, required("OUTPUT_TOPIC"), bytes, bytes, CHECK)
      .addSink(DEAD_LETTERS, required("DEAD_LETTER_TOPIC"), bytes, bytes, CHECK);
    KafkaStreams streams = new KafkaStreams(topology, config(id));

    // Holds this process's id for as long as every thread has its partitions.
    Path running = Files.createDirectories(Path.of(required("STATE_FOLDER"))).resolve("running");
    CountDownLatch failed = new CountDownLatch(1);
    streams.setStateListener((state, before) -> {
      if (state == KafkaStreams.State.ERROR) failed.countDown();
      try {
        if (state == KafkaStreams.State.RUNNING) Files.writeString(running, "" + ProcessHandle.current().pid());
        else Files.deleteIfExists(running);
      } catch (IOException cause) {
        throw new UncheckedIOException(cause);
      }
    });
    // A member that goes without a word keeps its partitions until its session is over, 45 s later.
    CloseOptions inOrder = CloseOptions.timeout(Duration.ofSeconds(10))
      .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> streams.close(inOrder)));
    streams.start();
    failed.await();
    System.exit(1);
  }

  private static Properties config(String id) {
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, id);
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, required("KAFKA_BOOTSTRAP_SERVERS"));
    config.put(StreamsConfig.STATE_DIR_CONFIG, required("STATE_FOLDER"));
    config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, required("STREAM_THREADS"));
    // Its defaults stay: a transaction is committed every 100 ms, batches wait up to 100 ms to be full.
    config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    config.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    // With the default, 16 KiB or some 50 events, most of the time goes into requests. The broker takes 1 MiB.
    config.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 512 * 1024);
    // The defaults, 1,000 each, are a third of what is fetched at a time: partitions pause and resume with each poll.
    config.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 10_000);
    config.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 10_000);
    return config;
  }

  private static String required(String name) {
    String value = System.getenv(name);
    if (value == null || value.isBlank()) throw new IllegalArgumentException("Set " + name);
    return value;
  }
}
