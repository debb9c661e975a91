package eventflow;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.debezium.data.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.storage.Converter;

/**
 * Reads a payment event's JSON into a struct whose fields are the columns of the sink's table.
 *
 * <p>The sink needs a schema and our events carry none. This is faster for it than a schema in every
 * message: JsonConverter would read one several times the size of the event, and build it anew, for each
 * record. Here all structs share one, so that the sink, which asks for every record whether the schema has
 * changed, compares two references.
 */
public final class PaymentEventConverter implements Converter {
  private static final JsonFactory JSON = new JsonFactory();

  /** The parameter by which Debezium's sources tell its sinks what a column was. */
  private static final String COLUMN_TYPE = "__debezium.source.column.type";

  private static final Schema EVENT = SchemaBuilder.struct()
      .field("event_id", Schema.STRING_SCHEMA)
      .field("event_type", Schema.STRING_SCHEMA)
      .field("source", Schema.STRING_SCHEMA)
      .field("event_timestamp", textAs("timestamptz"))
      // Without the parameter it would be cast to json, which PostgreSQL would parse once more.
      .field("payload", Json.builder().parameter(COLUMN_TYPE, "JSONB").build())
      .field("payment_id", Schema.STRING_SCHEMA)
      .field("amount", textAs("numeric"))
      .field("currency", Schema.STRING_SCHEMA)
      .build();

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {}

  @Override
  public byte[] fromConnectData(String topic, Schema schema, Object value) {
    throw new DataException("This converter only reads");
  }

  @Override
  public SchemaAndValue toConnectData(String topic, byte[] value) {
    if (value == null) {
      return SchemaAndValue.NULL;
    }
    Struct event = new Struct(EVENT);
    try (JsonParser parser = JSON.createParser(value)) {
      readEvent(parser, value, event);
    } catch (IOException cause) {
      throw new DataException("A record is not JSON", cause);
    }
    event.validate();
    return new SchemaAndValue(EVENT, event);
  }

  private static void readEvent(JsonParser parser, byte[] bytes, Struct event) throws IOException {
    expectObject(parser.nextToken());
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (name) {
        case "event_id", "event_type", "source" -> event.put(name, parser.getText());
        case "timestamp" -> event.put("event_timestamp", parser.getText());
        case "payload" -> {
          expectObject(value);
          int start = (int) parser.currentTokenLocation().getByteOffset();
          readPayload(parser, event);
          int end = (int) parser.currentLocation().getByteOffset();
          // As it was written: PostgreSQL reads it, so a number keeps every digit.
          event.put("payload", new String(bytes, start, end - start, StandardCharsets.UTF_8));
        }
        default -> parser.skipChildren();
      }
    }
  }

  private static void readPayload(JsonParser parser, Struct event) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "payment_id", "amount", "currency" -> event.put(name, parser.getText());
        default -> parser.skipChildren();
      }
    }
  }

  private static void expectObject(JsonToken token) {
    if (token != JsonToken.START_OBJECT) {
      throw new DataException("A record is not a payment event");
    }
  }

  /**
   * Text that PostgreSQL reads as a type. The sink's range types do that for any type the schema names:
   * "cast(? as …)" row by row, "?::…[]" for a batch. Its own types for the purpose do it badly for a batch
   * (UnnestRecordWriter): Decimal becomes a numeric of a fixed scale, which rounds; VariableScaleDecimal a
   * double; and ZonedTimestamp loses its offset from UTC. They are also slower, as each value is parsed
   * and written out again.
   */
  private static Schema textAs(String type) {
    return SchemaBuilder.string().name("NUMRANGE").parameter(COLUMN_TYPE, type).build();
  }
}
