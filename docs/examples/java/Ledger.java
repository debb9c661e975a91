package eventflow.examples;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import eventflow.contracts.EventsValidatedV1;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A consumer of events.validated.v1 that keeps money exact.
 *
 * <p>It prints a line for each event that it counts, and at its end what each currency sums up to and which event was the last of
 * each payment. What it remembers is in memory; keep it in your database, in one transaction with the position.
 */
public final class Ledger {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private final String group;
  private final PrintStream out;
  private final Set<String> counted = new HashSet<>();
  private final Map<String, BigDecimal> sums = new TreeMap<>();
  private final Map<String, Last> last = new TreeMap<>();

  private Ledger(String group, PrintStream out) {
    this.group = group;
    this.out = out;
  }

  private record Last(Precedence precedence, String eventId) {}

  private record Place(String topic, int partition, long offset) {
    boolean isInLogOf(Place other) {
      return topic.equals(other.topic) && partition == other.partition;
    }
  }

  /**
   * What decides which of two events of a payment is the later one.
   *
   * @param origin the raw record in whose place the record stands
   * @param part which of several things in the origin, from 1; 0 if there is but one
   */
  private record Precedence(Place origin, int part, Place itself, long receivedAt) {
    /** Whether this is to be applied to the last state of its payment: docs/decisions/0012-order-and-replays.md. */
    boolean isLaterThan(Precedence applied) {
      if (!origin.isInLogOf(applied.origin)) {
        return receivedAt > applied.receivedAt;
      }
      if (origin.offset != applied.origin.offset) {
        return origin.offset > applied.origin.offset;
      }
      if (part != applied.part) {
        return part > applied.part;
      }
      return !itself.isInLogOf(applied.itself) || itself.offset > applied.itself.offset;
    }
  }

  private static final Pattern PLACE =
      Pattern.compile(
          "([A-Za-z0-9_.-]{1,249})/(0|[1-9][0-9]{0,9})/(0|[1-9][0-9]{0,15})(?:#([1-9][0-9]{0,3})/[1-9][0-9]{0,3})?");

  /** By the raw record in whose place a record stands: the one that a replay names, else the one that it was made from. */
  private static Precedence precedenceOf(ConsumerRecord<byte[], byte[]> message) {
    Place itself = new Place(message.topic(), message.partition(), message.offset());
    // Every record that came through the intake says it. One that does not counts as the earliest.
    String received = header(message, "eventflow-received-at");
    long receivedAt = received == null ? 0 : Long.parseLong(received);
    for (String name : List.of("eventflow-origin", "eventflow-source")) {
      String text = header(message, name);
      Matcher named = PLACE.matcher(text == null ? "" : text);
      if (!named.matches()) continue;
      Place origin =
          new Place(named.group(1), Integer.parseInt(named.group(2)), Long.parseLong(named.group(3)));
      int part = named.group(4) == null ? 0 : Integer.parseInt(named.group(4));
      return new Precedence(origin, part, itself, receivedAt);
    }
    return new Precedence(itself, 0, itself, receivedAt);
  }

  /** The text of the first header of a name. */
  private static String header(ConsumerRecord<byte[], byte[]> message, String name) {
    for (Header header : message.headers().headers(name)) {
      return new String(header.value(), StandardCharsets.UTF_8);
    }
    return null;
  }

  private void take(ConsumerRecord<byte[], byte[]> message) throws java.io.IOException {
    // A replay may be meant for another consumer, which is called by its group.
    String addressee = header(message, "eventflow-replay-for");
    if (addressee != null && !addressee.equals(group)) return;
    // What every event has. `JSON.readValue(value, PaymentFailedV1.class)` has what that type says beside.
    EventsValidatedV1 event = JSON.readValue(message.value(), EventsValidatedV1.class);
    String eventId = event.getEventId();
    String paymentId = event.getPayload().getPaymentId();
    Precedence incoming = precedenceOf(message);
    Last applied = last.get(paymentId);
    if (applied == null || incoming.isLaterThan(applied.precedence())) {
      last.put(paymentId, new Last(incoming, eventId));
    }
    // What accumulates counts each event once, however often it comes.
    if (!counted.add(eventId)) return;
    BigDecimal amount = event.getPayload().getAmount();
    String currency = event.getPayload().getCurrency();
    sums.merge(currency, amount, BigDecimal::add);
    out.println(String.join("\t", "amount", eventId, amount.toPlainString(), currency));
  }

  private void tell() {
    last.forEach((paymentId, one) -> out.println(String.join("\t", "last", paymentId, one.eventId())));
    sums.forEach((currency, total) -> out.println(String.join("\t", "sum", currency, total.toPlainString())));
    out.flush();
  }

  private static boolean isAtEnd(KafkaConsumer<byte[], byte[]> consumer) {
    Set<TopicPartition> assigned = consumer.assignment();
    // Of a consumer that reads what is committed, the end is before the first open transaction.
    Map<TopicPartition, Long> ends = consumer.endOffsets(assigned);
    return !assigned.isEmpty()
        && ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  /** {@code --bootstrap host:port --topic name --group name [--until-end]}. */
  public static void main(String[] args) throws Exception {
    Map<String, String> options =
        new HashMap<>(Map.of("--bootstrap", "127.0.0.1:9092", "--topic", "events.validated.v1", "--group", "ledger"));
    for (int n = 0; n + 1 < args.length; n += 2) options.put(args[n], args[n + 1]);
    boolean untilEnd = Arrays.asList(args).contains("--until-end");
    Properties properties = new Properties();
    properties.put("bootstrap.servers", options.get("--bootstrap"));
    properties.put("group.id", options.get("--group"));
    // What a transaction wrote that was aborted never was a fact.
    properties.put("isolation.level", "read_committed");
    properties.put("auto.offset.reset", "earliest");
    // A position is committed behind what was done, not behind what was fetched.
    properties.put("enable.auto.commit", "false");
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    Ledger ledger = new Ledger(options.get("--group"), out);
    ByteArrayDeserializer bytes = new ByteArrayDeserializer();
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties, bytes, bytes)) {
      Thread main = Thread.currentThread();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(consumer, main)));
      consumer.subscribe(List.of(options.get("--topic")));
      while (!(untilEnd && isAtEnd(consumer))) {
        for (ConsumerRecord<byte[], byte[]> message : consumer.poll(Duration.ofMillis(500))) {
          ledger.take(message);
        }
        consumer.commitSync();
      }
    } catch (WakeupException stopped) {
      // Ctrl-C: the last position was committed.
    }
    ledger.tell();
  }

  private static void stop(KafkaConsumer<?, ?> consumer, Thread main) {
    consumer.wakeup();
    try {
      main.join();
    } catch (InterruptedException ignored) {
      Thread.currentThread().interrupt();
    }
  }
}
