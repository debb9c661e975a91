import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** Posts one signed webhook three times with Java's own client as it is by default: JavaClient URL TIMESTAMP SIGNATURE BODY. */
public class JavaClient {
  public static void main(String[] args) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request = HttpRequest.newBuilder(URI.create(args[0]))
        .header("X-Provider-Timestamp", args[1])
        .header("X-Provider-Signature", args[2])
        .POST(BodyPublishers.ofString(args[3]))
        .build();
    for (int time = 0; time < 3; time++) {
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      System.out.println(response.statusCode() + " " + response.version());
    }
  }
}
