package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The checklists in docs/checklists name tests: every one of them has to exist. */
class ChecklistsTest {
  private static final Path ROOT = Path.of(System.getProperty("alknet.root"));
  private static final Pattern REFERENCE = Pattern.compile("`([A-Z]\\w*)#(\\w+)`");

  private static Map<String, List<Path>> sources;

  @BeforeAll
  static void findTheTests() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path module : modules()) {
      collect(module.resolve("src/test/java"), files);
    }
    // The contract suites are tests that ship, for others to run against their own adapters.
    collect(ROOT.resolve("alknet-testkit/src/main/java"), files);
    sources = files.stream().collect(Collectors.groupingBy(ChecklistsTest::className));
  }

  private static void collect(Path folder, List<Path> files) throws IOException {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> tree = Files.walk(folder)) {
        tree.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
      }
    }
  }

  @Test
  void everyTestNamedInAChecklistExists() throws IOException {
    List<String> missing = new ArrayList<>();
    int references = 0;
    for (Path checklist : checklists()) {
      Matcher reference = REFERENCE.matcher(read(checklist));
      while (reference.find()) {
        references++;
        if (!exists(reference.group(1), reference.group(2))) {
          missing.add(checklist.getFileName() + ": " + reference.group());
        }
      }
    }

    assertThat(references).isPositive();
    assertThat(missing).isEmpty();
  }

  @Test
  void aTestThatDoesNotExistIsNoticed() {
    assertThat(exists("ChecklistsTest", "aTestThatDoesNotExistIsNoticed")).isTrue();
    assertThat(exists("ChecklistsTest", "aTestNobodyWrote")).isFalse();
    assertThat(exists("NoSuchTest", "everyTestNamedInAChecklistExists")).isFalse();
  }

  private static boolean exists(String type, String method) {
    Pattern declaration =
        Pattern.compile(
            "\\b(?:void|(?:Stream|Iterable|Collection|List)<Dynamic\\w+>) "
                + Pattern.quote(method)
                + "\\(");
    return sources.getOrDefault(type, List.of()).stream()
        .anyMatch(file -> declaration.matcher(read(file)).find());
  }

  private static List<Path> checklists() throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve("docs/checklists"))) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
    }
  }

  private static List<Path> modules() throws IOException {
    List<Path> modules = new ArrayList<>();
    for (Path parent : List.of(ROOT, ROOT.resolve("examples"))) {
      try (Stream<Path> entries = Files.list(parent)) {
        entries.filter(entry -> Files.exists(entry.resolve("pom.xml"))).forEach(modules::add);
      }
    }
    return modules;
  }

  private static String className(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - ".java".length());
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
