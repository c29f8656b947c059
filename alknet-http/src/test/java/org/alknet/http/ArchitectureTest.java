package org.alknet.http;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The directions in which the rooms of the HTTP module may know each other. */
class ArchitectureTest {
  private static final String HTTP = "org.alknet.http";
  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPath(Path.of("target", "classes"));

  /** Each room with those it may know besides itself. */
  static Stream<Arguments> rooms() {
    return Stream.of(
        Arguments.of("client", List.of("server")),
        Arguments.of("server", List.of()),
        Arguments.of("gateway", List.of("server", "internal.gateway")),
        Arguments.of("mcp", List.of("server", "gateway", "client", "internal.gateway")),
        Arguments.of("openapi", List.of("server", "client", "gateway")),
        Arguments.of("internal.gateway", List.of("server")),
        Arguments.of("internal.channel", List.of()),
        Arguments.of("internal.site", List.of("server", "gateway")),
        Arguments.of("internal.ws", List.of("server", "gateway", "internal.channel")),
        Arguments.of(
            "internal.net", List.of("server", "internal.channel", "internal.site", "internal.ws")));
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void aRoomKnowsOnlyTheRoomsBelowIt(String room, List<String> below) {
    String[] allowed =
        Stream.concat(Stream.of(room), below.stream())
            .map(name -> HTTP + "." + name)
            .toArray(String[]::new);

    noClasses()
        .that()
        .resideInAPackage(HTTP + "." + room)
        .should()
        .dependOnClassesThat(
            resideInAPackage(HTTP + "..").and(resideInAnyPackage(allowed).negate()))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching(HTTP + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyTheCellarsKnowNetty() {
    noClasses()
        .that()
        .resideOutsideOfPackage(HTTP + ".internal..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .check(CLASSES);
  }

  @Test
  void whatDecidesKnowsNoFraming() {
    noClasses()
        .that()
        .resideInAPackage(HTTP + ".internal.site")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .check(CLASSES);
  }

  @Test
  void callsGoThroughTheFrontDoorOfTheCallModuleOnly() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.alknet.call.internal..", "org.alknet.core.internal..", "com.networknt..")
        .check(CLASSES);
    noClasses()
        .should()
        .callMethod(
            org.alknet.call.registry.OperationRegistry.class,
            "invoke",
            String.class,
            tools.jackson.databind.JsonNode.class,
            org.alknet.call.operation.OperationContext.class)
        .check(CLASSES);
  }

  @Test
  void nobodyReadsCredentialsFromTheSurroundings() {
    noClasses()
        .should()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(System.class, "getProperty", String.class)
        .orShould()
        .callMethod(System.class, "getProperty", String.class, String.class)
        .check(CLASSES);
  }

  @Test
  void theRulesSeeTheCode() {
    assertThat(CLASSES.contain(HTTP + ".HttpServer")).isTrue();
    assertThat(CLASSES.contain(HTTP + ".internal.net.H1Handler")).isTrue();
  }
}
