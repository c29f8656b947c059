package org.alknet.core;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The directions in which core's packages may know each other. */
class ArchitectureTest {
  private static final String CORE = "org.alknet.core";
  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPath(Path.of("target", "classes"));

  /** Each package with those it may know besides itself. */
  static Stream<Arguments> rooms() {
    return Stream.of(
        Arguments.of("internal.der", List.of()),
        Arguments.of("observe", List.of()),
        Arguments.of("credential", List.of()),
        Arguments.of("identity", List.of("credential", "internal.der")),
        Arguments.of("tls", List.of("identity", "credential", "internal.der")),
        Arguments.of("config", List.of("identity", "tls", "credential", "observe")),
        Arguments.of("connection", List.of("identity", "tls", "credential")),
        Arguments.of(
            "handler",
            List.of("connection", "identity", "tls", "credential", "config", "observe")));
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void aRoomKnowsOnlyTheRoomsBelowIt(String room, List<String> below) {
    String[] allowed =
        Stream.concat(Stream.of(room), below.stream())
            .map(name -> CORE + "." + name)
            .toArray(String[]::new);

    noClasses()
        .that()
        .resideInAPackage(CORE + "." + room)
        .should()
        .dependOnClassesThat(
            resideInAPackage(CORE + "..").and(resideInAnyPackage(allowed).negate()))
        .check(CLASSES);
  }

  @Test
  void nothingBehindTheFrontDoorKnowsTheFrontDoor() {
    noClasses()
        .that()
        .resideInAPackage(CORE + ".*..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(CORE)
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching(CORE + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyTheQuicAndTlsCellarsKnowNetty() {
    noClasses()
        .that()
        .resideOutsideOfPackages(CORE + ".internal.quic..", CORE + ".internal.tls..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .check(CLASSES);
  }

  @Test
  void coreKnowsNoOtherModuleNoJsonAndNoDatabase() {
    noClasses()
        .that(alwaysTrue())
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.alknet.call..",
            "org.alknet.vault..",
            "org.alknet.store..",
            "org.alknet.http..",
            "org.alknet.cli..",
            "tools.jackson..",
            "com.fasterxml..",
            "java.sql..",
            "org.bouncycastle..",
            "org.slf4j..")
        .check(CLASSES);
  }

  @Test
  void exportedSignaturesNameOnlyTheJdkAndExportedTypes() {
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
  void theRulesSeeTheCode() {
    assertThat(CLASSES.contain("org.alknet.core.config.ConfigLoader")).isTrue();
    assertThat(isExported(CLASSES.get("org.alknet.core.config.ConfigLoader"))).isTrue();
    assertThat(isExported(CLASSES.get("org.alknet.core.config.TableReader"))).isFalse();
    assertThat(isExported(CLASSES.get("org.alknet.core.internal.der.Ed25519Der"))).isFalse();
    assertThat(signatureTypes(CLASSES.get("org.alknet.core.config.StaticConfig")))
        .extracting(JavaClass::getSimpleName)
        .contains("TransportConfig", "Duration");
  }

  private static boolean isExported(JavaClass type) {
    return isOpen(type.getModifiers())
        && !type.getPackageName().startsWith(CORE + ".internal")
        && type.getEnclosingClass().map(ArchitectureTest::isExported).orElse(true);
  }

  private static boolean isOpen(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  private static List<JavaClass> signatureTypes(JavaClass type) {
    List<JavaClass> types = new ArrayList<>(type.getAllRawInterfaces());
    types.addAll(type.getAllRawSuperclasses());
    for (JavaCodeUnit unit : type.getCodeUnits()) {
      if (isOpen(unit.getModifiers())) {
        unit.getReturnType().getAllInvolvedRawTypes().forEach(types::add);
        unit.getParameterTypes().forEach(p -> types.addAll(p.getAllInvolvedRawTypes()));
        types.addAll(unit.getExceptionTypes());
      }
    }
    for (JavaField field : type.getFields()) {
      if (isOpen(field.getModifiers())) {
        types.addAll(field.getType().getAllInvolvedRawTypes());
      }
    }
    return types;
  }

  private static boolean isAllowedInSignatures(JavaClass type) {
    return type.isPrimitive()
        || type.getPackageName().startsWith("java.")
        || type.getPackageName().startsWith("javax.")
        || (type.getPackageName().startsWith(CORE) && isExported(CLASSES.get(type.getName())));
  }
}
