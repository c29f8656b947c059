package org.alknet.call;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The directions in which call's rooms may know each other. */
class ArchitectureTest {
  private static final String CALL = "org.alknet.call";
  private static final Path COMPILED = Path.of("target", "classes");
  private static final JavaClasses CLASSES = new ClassFileImporter().importPath(COMPILED);

  /** Each room with those it may know besides itself. */
  static Stream<Arguments> rooms() {
    return Stream.of(
        Arguments.of("operation", List.of()),
        Arguments.of("registry", List.of("operation")),
        Arguments.of("connection", List.of("operation", "registry")),
        Arguments.of("compose", List.of("operation", "connection", "registry")),
        Arguments.of("adapter", List.of("operation", "connection", "registry")),
        Arguments.of("wire", List.of("operation", "connection")));
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void aRoomKnowsOnlyTheRoomsBelowIt(String room, List<String> below) {
    String[] allowed =
        Stream.concat(Stream.of(room), below.stream())
            .map(name -> CALL + "." + name)
            .toArray(String[]::new);

    noClasses()
        .that()
        .resideInAPackage(CALL + "." + room)
        .should()
        .dependOnClassesThat(
            resideInAPackage(CALL + "..").and(resideInAnyPackage(allowed).negate()))
        .check(CLASSES);
  }

  @Test
  void nothingBehindTheFrontDoorKnowsTheFrontDoor() {
    noClasses()
        .that()
        .resideInAPackage(CALL + ".*..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(CALL)
        .check(CLASSES);
  }

  @Test
  void onlyTheFrontDoorKnowsTheCellars() {
    noClasses()
        .that()
        .resideOutsideOfPackages(CALL, CALL + ".internal..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(CALL + ".internal..")
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching(CALL + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void callKnowsNoTransportNoDatabaseNoVaultAndNoFrontEnd() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.netty..",
            "java.sql..",
            "java.net.http..",
            "org.bouncycastle..",
            "org.slf4j..",
            "com.fasterxml.jackson.databind..",
            "org.alknet.core.internal..",
            "org.alknet.vault..",
            "org.alknet.store..",
            "org.alknet.http..",
            "org.alknet.cli..")
        .check(CLASSES);
  }

  @Test
  void onlyTheRegistryKnowsTheSchemaValidator() {
    noClasses()
        .that()
        .resideOutsideOfPackage(CALL + ".registry")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.networknt..")
        .check(CLASSES);
  }

  @Test
  void theCellarsAreNotExportedAndTheWireOnlyToHttp() throws Exception {
    ModuleDescriptor module;
    try (var compiled = Files.newInputStream(COMPILED.resolve("module-info.class"))) {
      module = ModuleDescriptor.read(compiled);
    }

    Set<String> open = new TreeSet<>();
    for (ModuleDescriptor.Exports exported : module.exports()) {
      if (exported.isQualified()) {
        assertThat(exported.source()).isEqualTo(CALL + ".wire");
        assertThat(exported.targets()).containsExactly("org.alknet.http");
      } else {
        open.add(exported.source());
      }
    }
    assertThat(open)
        .contains(CALL, CALL + ".operation", CALL + ".connection", CALL + ".registry")
        .noneMatch(name -> name.startsWith(CALL + ".internal"));
    assertThat(module.opens()).isEmpty();
  }

  @Test
  void exportedSignaturesNameNoCellarAndNoForeignLibraryButTheJsonTree() {
    List<String> leaks = new ArrayList<>();
    for (JavaClass type : CLASSES) {
      if (isExported(type)) {
        for (JavaClass named : signatureTypes(type)) {
          if (!isAllowedInSignatures(named.getBaseComponentType())) {
            leaks.add(type.getName() + " names " + named.getName());
          }
        }
      }
    }

    assertThat(leaks).isEmpty();
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
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("java.nio.file..")
        .check(CLASSES);
  }

  @Test
  void theRulesSeeTheCode() {
    assertThat(isExported(CLASSES.get(CALL + ".CallAdapter"))).isTrue();
    assertThat(isExported(CLASSES.get(CALL + ".internal.dispatch.CallRuntime"))).isFalse();
    assertThat(signatureTypes(CLASSES.get(CALL + ".connection.CallConnection")))
        .extracting(JavaClass::getSimpleName)
        .contains("CallRequest", "JsonNode", "CompletionStage");
  }

  private static boolean isExported(JavaClass type) {
    return isOpen(type.getModifiers())
        && !type.getPackageName().startsWith(CALL + ".internal")
        && type.getEnclosingClass().map(ArchitectureTest::isExported).orElse(true);
  }

  private static boolean isOpen(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  private static List<JavaClass> signatureTypes(JavaClass type) {
    List<JavaClass> types = new ArrayList<>(type.getRawInterfaces());
    for (JavaMember member : type.getMembers()) {
      if (isOpen(member.getModifiers())) {
        if (member instanceof JavaCodeUnit code) {
          types.add(code.getRawReturnType());
          types.addAll(code.getRawParameterTypes());
        } else {
          types.addAll(member.getAllInvolvedRawTypes());
        }
      }
    }
    return types;
  }

  private static boolean isAllowedInSignatures(JavaClass type) {
    String room = type.getPackageName();
    return type.isPrimitive()
        || room.startsWith("java.")
        || room.equals("tools.jackson.databind")
        || room.startsWith("tools.jackson.databind.node")
        || (room.startsWith("org.alknet.core") && !room.contains(".internal"))
        || (room.startsWith(CALL) && !room.startsWith(CALL + ".internal"));
  }
}
