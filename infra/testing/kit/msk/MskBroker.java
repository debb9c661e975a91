import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerToken;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallback;

/**
 * Kafka's own broker, with logins as Amazon MSK takes them from IAM roles: a token is a presigned URL, whose signature
 * is checked by the steps that AWS publishes, with the secrets that role_credentials.ts has given out. A session ends
 * with the token, a token with its credentials, and one that has hardly any time left is refused as MSK does it.
 *
 * <pre>java -cp 'jars/*' -Dmsk.credentials=FOLDER MskBroker.java server.properties</pre>
 */
public final class MskBroker {
    public static void main(String[] args) {
        Thread.currentThread().setContextClassLoader(MskBroker.class.getClassLoader());
        kafka.Kafka.main(args);
    }

    public static final class IamTokens implements AuthenticateCallbackHandler {
        private static final long SHORTEST_MS = 1_000;
        private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

        @Override
        public void configure(
            Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> entries) {}

        @Override
        public void close() {}

        @Override
        public void handle(Callback[] callbacks) throws UnsupportedCallbackException {
            for (Callback callback : callbacks) {
                if (!(callback instanceof OAuthBearerValidatorCallback asked)) {
                    throw new UnsupportedCallbackException(callback);
                }
                try {
                    asked.token(validated(asked.tokenValue()));
                } catch (Exception error) {
                    asked.error(String.valueOf(error.getMessage()), null, null);
                }
            }
        }

        private static OAuthBearerToken validated(String token) throws Exception {
            URI url = URI.create(new String(Base64.getUrlDecoder().decode(token), UTF_8));
            Map<String, String> signed = new TreeMap<>();
            for (String part : url.getRawQuery().split("&")) {
                String[] pair = part.split("=", 2);
                signed.put(pair[0], pair[1]);
            }
            String signature = signed.remove("X-Amz-Signature");
            signed.remove("User-Agent");
            String[] scope = decoded(signed, "X-Amz-Credential").split("/");
            Properties known = credentials(scope[0]);
            check(
                "kafka-cluster:Connect".equals(decoded(signed, "Action"))
                    && "kafka-cluster".equals(scope[3]),
                "The token is for something else");
            check(
                known.getProperty("session").equals(decoded(signed, "X-Amz-Security-Token")),
                "The session of the credentials is another one");
            check(
                signatureOf(url, signed, scope, known.getProperty("secret")).equals(signature),
                "The signature is wrong");
            long signedMs =
                Instant.from(TIME.parse(decoded(signed, "X-Amz-Date"))).toEpochMilli();
            long seconds = Long.parseLong(decoded(signed, "X-Amz-Expires"));
            check(0 < seconds && seconds <= 900, "X-Amz-Expires is " + seconds);
            long endsMs = Math.min(
                signedMs + 1_000 * seconds, Long.parseLong(known.getProperty("endsMs")));
            long left = endsMs - System.currentTimeMillis();
            check(left > 0, "The token or its credentials have ended");
            check(left > SHORTEST_MS, "Session too short");
            return new Token(token, known.getProperty("principal"), signedMs, endsMs);
        }

        private static String decoded(Map<String, String> query, String name) {
            check(query.containsKey(name), "The token has no " + name);
            return URLDecoder.decode(query.get(name), UTF_8);
        }

        private static Properties credentials(String accessKeyId) throws IOException {
            check(accessKeyId.matches("[A-Z0-9]+"), "There are no such credentials");
            Path file = Path.of(System.getProperty("msk.credentials"), accessKeyId);
            check(Files.exists(file), "There are no such credentials");
            Properties known = new Properties();
            try (var reader = Files.newBufferedReader(file)) {
                known.load(reader);
            }
            return known;
        }

        private static String signatureOf(
            URI url, Map<String, String> signed, String[] scope, String secret) throws Exception {
            List<String> query =
                signed.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
            String canonical = String.join("\n",
                "GET", "/", String.join("&", query), "host:" + url.getHost(), "", "host", sha256(""));
            String scopeText = String.join("/", scope[1], scope[2], scope[3], scope[4]);
            String toSign = String.join("\n",
                "AWS4-HMAC-SHA256", signed.get("X-Amz-Date"), scopeText, sha256(canonical));
            byte[] key = ("AWS4" + secret).getBytes(UTF_8);
            for (int part = 1; part <= 4; part++) key = hmac(key, scope[part]);
            return HexFormat.of().formatHex(hmac(key, toSign));
        }

        private static byte[] hmac(byte[] key, String text) throws Exception {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(UTF_8));
        }

        private static String sha256(String text) throws Exception {
            return HexFormat.of().formatHex(
                MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        }

        private static void check(boolean holds, String otherwise) {
            if (!holds) throw new IllegalArgumentException(otherwise);
        }
    }

    private record Token(String value, String principalName, long signedMs, long lifetimeMs)
        implements OAuthBearerToken {
        @Override
        public Set<String> scope() {
            return Set.of();
        }

        @Override
        public Long startTimeMs() {
            return signedMs;
        }
    }
}
