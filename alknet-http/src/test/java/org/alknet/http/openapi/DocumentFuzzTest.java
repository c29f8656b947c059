package org.alknet.http.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.alknet.call.adapter.AdapterException.SchemaParse;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.http.client.HttpClientConfig;
import org.alknet.http.client.OutboundHttpClient;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents: the committed ones, and what seeds make of them. */
class DocumentFuzzTest {
  private static final List<String> CORPUS =
      List.of("petstore.yaml", "styles.json", "cycles.json", "events.yaml");
  private static final int MUTANTS =
      "full".equals(System.getProperty("alknet.soak")) ? 20_000 : 150;

  /** Words whose place matters. */
  private static final List<String> WORDS =
      List.of(
          "$ref",
          "#/components/schemas/Pet",
          "#/",
          "#",
          "null",
          "[]",
          "{}",
          "true",
          "-1",
          "\"\"",
          "paths",
          "schema",
          "allOf",
          "http://x/",
          "{id}",
          "..",
          "text/event-stream",
          "1e999999",
          "*a",
          "&a",
          "\u0000",
          "\ud800",
          "deepObject",
          "nullable",
          "type",
          "properties");

  private static final ExecutorService THREADS = Executors.newCachedThreadPool();
  private static OutboundHttpClient client;

  @BeforeAll
  static void start() throws Exception {
    client = OutboundHttpClient.create(HttpClientConfig.defaults(), THREADS);
  }

  @AfterAll
  static void stop() {
    THREADS.shutdownNow();
  }

  /** Any text gives operations that can be registered, or an adapter's failure. */
  private static boolean check(String text) {
    OpenApiDocument document;
    try {
      document = OpenApiDocument.parse(text);
    } catch (SchemaParse refused) {
      return false;
    }
    assertThat(document.servers()).hasSizeLessThanOrEqualTo(100);
    HttpServiceConfig service =
        HttpServiceConfig.builder("svc", URI.create("https://a.example")).build();
    FromOpenApi adapter = new FromOpenApi(document, service, client);
    ImportReport report = adapter.report();
    if (report.imported().isEmpty()) {
      return Await.failureOf(adapter.importOperations()).isEmpty();
    }
    OperationRegistry.Builder registry = OperationRegistry.builder();
    for (HandlerRegistration operation : Await.result(adapter.importOperations())) {
      assertThat(OperationSpec.isWellFormedName(operation.spec().name())).isTrue();
      assertThat(operation.spec().name()).startsWith("svc/");
      registry.with(operation);
    }
    return registry.build().size() == report.imported().size();
  }

  @Test
  void theCommittedDocumentsAreImported() {
    for (String name : CORPUS) {
      assertThat(check(Remote.resource(name))).as(name).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatSeedsMakeOfThemIsImportedOrRefused(long seed) {
    Random random = new Random(seed);
    int imported = 0;
    for (int i = 0; i < MUTANTS; i++) {
      String mutant = mutate(Remote.resource(CORPUS.get(random.nextInt(CORPUS.size()))), random);
      try {
        imported += check(mutant) ? 1 : 0;
      } catch (RuntimeException | Error failure) {
        throw new AssertionError("seed " + seed + ", mutant " + i + ":\n" + mutant, failure);
      }
    }
    assertThat(imported).isPositive();
  }

  private static String mutate(String text, Random random) {
    StringBuilder mutant = new StringBuilder(text);
    for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
      int at = random.nextInt(mutant.length());
      int end = Math.min(mutant.length(), at + random.nextInt(40));
      switch (random.nextInt(5)) {
        case 0 -> mutant.delete(at, end);
        case 1 -> mutant.insert(at, WORDS.get(random.nextInt(WORDS.size())));
        case 2 -> mutant.insert(at, mutant.substring(at, end));
        case 3 -> mutant.setCharAt(at, (char) random.nextInt(0x250));
        default -> replaceWord(mutant, at, random);
      }
      if (mutant.isEmpty()) {
        mutant.append('x');
      }
    }
    return random.nextInt(20) == 0
        ? mutant.substring(0, random.nextInt(mutant.length()))
        : mutant.toString();
  }

  private static void replaceWord(StringBuilder text, int at, Random random) {
    int start = text.indexOf(": ", at);
    int end = start < 0 ? -1 : text.indexOf("\n", start);
    if (end > 0) {
      text.replace(start + 2, end, WORDS.get(random.nextInt(WORDS.size())));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void bytesOfAnyKindAreRefused(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 500; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      assertThat(check(new String(bytes, StandardCharsets.ISO_8859_1))).isFalse();
    }
  }
}
