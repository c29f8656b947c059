package org.alknet.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The house rules over all modules: who may know whom (design.md section 1), rooms and cellars
 * (section 2), and what stays out of exported signatures (section 5, rule 9).
 */
class ArchitectureTest {
  private static final String CORE = "org.alknet.core..";
  private static final String CALL = "org.alknet.call..";
  private static final String VAULT = "org.alknet.vault..";
  private static final String STORE = "org.alknet.store..";
  private static final String HTTP = "org.alknet.http..";
  private static final String CLI = "org.alknet.cli..";
  private static final String TESTKIT = "org.alknet.testkit..";
  private static final String CANARY = "org.alknet.canary..";
  private static final String[] JSON = {"tools.jackson..", "com.fasterxml.."};
  private static final String NETTY = "io.netty..";
  private static final String[] DATABASE = {"java.sql..", "javax.sql..", "org.sqlite.."};

  private static JavaClasses all;

  @BeforeAll
  static void readEverythingThatShips() throws IOException {
    Path root = Path.of(System.getProperty("alknet.root"));
    try (Stream<Path> modules = Files.list(root)) {
      List<Path> classes =
          modules
              .map(module -> module.resolve("target/classes"))
              .filter(Files::isDirectory)
              .filter(path -> !path.toString().contains("alknet-bench"))
              .toList();
      all =
          new ClassFileImporter()
              .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_PACKAGE_INFOS)
              .importPaths(classes);
    }
  }

  @Test
  void everyModuleWithCodeIsLookedAt() {
    assertThat(all.stream().map(JavaClass::getPackageName).distinct())
        .contains("org.alknet.core", "org.alknet.call", "org.alknet.vault", "org.alknet.cli");
  }

  @Test
  void coreKnowsNobody() {
    neverKnows(CORE, CALL, VAULT, STORE, HTTP, CLI, TESTKIT);
  }

  @Test
  void coreKnowsNoJsonAndNoDatabase() {
    neverKnows(CORE, JSON);
    neverKnows(CORE, DATABASE);
    neverKnows(CORE, "com.networknt..", "info.picocli..", "picocli..", "org.tomlj..");
  }

  @Test
  void coreKeepsNettyInItsCellar() {
    noClasses()
        .that(resideInAPackage(CORE))
        .and(resideOutsideOfPackages("org.alknet.core.internal.quic.."))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(NETTY)
        .check(all);
  }

  @Test
  void onlyTheAssemblyAndTheAdministrationTalkToTheVault() {
    noClasses()
        .that(resideOutsideOfPackages(VAULT, "org.alknet.cli.assembly..", "org.alknet.cli.admin.."))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(VAULT)
        .check(all);
  }

  @Test
  void callKnowsCoreAndNoOtherModule() {
    neverKnows(CALL, VAULT, STORE, HTTP, CLI, TESTKIT);
  }

  @Test
  void callKnowsNoTransportAndNoDatabase() {
    neverKnows(CALL, NETTY, "java.net.http..");
    neverKnows(CALL, DATABASE);
  }

  @Test
  void vaultKnowsNobodyAndOpensNoSocket() {
    neverKnows(VAULT, CORE, CALL, STORE, HTTP, CLI, TESTKIT, NETTY);
    neverKnows(VAULT, "java.net..", "java.nio.channels.spi..");
  }

  @Test
  void storeKnowsCoreOnlyAndNeverDecrypts() {
    neverKnows(STORE, CALL, VAULT, HTTP, CLI, TESTKIT, NETTY);
    neverKnows(STORE, "javax.crypto..", "org.bouncycastle..");
  }

  @Test
  void httpKnowsCoreAndCallOnly() {
    neverKnows(HTTP, VAULT, STORE, CLI, TESTKIT);
    neverKnows(HTTP, DATABASE);
  }

  @Test
  void testkitKnowsCoreOnlyAndShipsWithNobody() {
    neverKnows(TESTKIT, CALL, VAULT, STORE, HTTP, CLI);
    neverKnows(CLI, TESTKIT);
  }

  @Test
  void assemblyDemoAndOutputKnowNoCommandLine() {
    neverKnows("org.alknet.cli.assembly..", "picocli..", "org.alknet.cli.context..");
    neverKnows("org.alknet.cli.demo..", "picocli..", "org.alknet.cli.context..");
    neverKnows("org.alknet.cli.output..", "picocli..", "org.alknet.cli.context..");
  }

  @Test
  void assemblyLeavesTheProcessToMain() {
    noClasses()
        .that(resideInAPackage("org.alknet.cli.assembly.."))
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(all);
  }

  @Test
  void nobodyWhoShipsWritesToTheStandardStreamsOfTheJvm() {
    noClasses()
        .that(resideOutsideOfPackages(TESTKIT, CANARY))
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(Throwable.class, "printStackTrace")
        .check(all);
  }

  @Test
  void noPackagesFormCycles() {
    slices().matching("org.alknet.(**)").should().beFreeOfCycles().check(all);
  }

  @ParameterizedTest
  @ValueSource(strings = {"core", "call", "vault", "store.sqlite", "http"})
  void cellarsAreUsedInsideTheirModuleOnly(String module) {
    noClasses()
        .that(resideOutsideOfPackages("org.alknet." + module + ".."))
        .should()
        .dependOnClassesThat(resideInAPackage("org.alknet." + module + ".internal.."))
        .check(all);
  }

  @Test
  void exportedSignaturesNameNoLibraryButJackson() {
    classes().that(areExported()).should(haveNoForeignTypesInTheirSignatures()).check(all);
  }

  private static void neverKnows(String who, String... whom) {
    noClasses()
        .that(resideInAPackage(who))
        .should()
        .dependOnClassesThat(resideInAnyPackage(whom))
        .allowEmptyShould(true)
        .check(all);
  }

  private static DescribedPredicate<JavaClass> areExported() {
    Set<String> exported = exportedPackages();
    assertThat(exported).contains("org.alknet.core", "org.alknet.call", "org.alknet.cli.assembly");
    return DescribedPredicate.describe(
        "are exported",
        type ->
            type.getModifiers().contains(JavaModifier.PUBLIC)
                && exported.contains(type.getPackageName()));
  }

  private static Set<String> exportedPackages() {
    Path root = Path.of(System.getProperty("alknet.root"));
    try (Stream<Path> modules = Files.list(root)) {
      return modules
          .map(module -> module.resolve("target/classes/module-info.class"))
          .filter(Files::isRegularFile)
          .map(ArchitectureTest::descriptor)
          .flatMap(descriptor -> descriptor.exports().stream())
          .map(java.lang.module.ModuleDescriptor.Exports::source)
          .collect(java.util.stream.Collectors.toSet());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static java.lang.module.ModuleDescriptor descriptor(Path file) {
    try {
      return java.lang.module.ModuleDescriptor.read(
          java.nio.ByteBuffer.wrap(Files.readAllBytes(file)));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static ArchCondition<JavaClass> haveNoForeignTypesInTheirSignatures() {
    return new ArchCondition<>("have no Netty, JDBC or picocli type in their signatures") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (JavaMember member : type.getMembers()) {
          if (isVisible(member)) {
            for (JavaClass used : signature(member)) {
              if (isForeign(used)) {
                events.add(
                    SimpleConditionEvent.violated(
                        member, member.getFullName() + " shows " + used.getName()));
              }
            }
          }
        }
        Collection<JavaClass> parents = new ArrayList<>(type.getAllRawInterfaces());
        type.getRawSuperclass().ifPresent(parents::add);
        parents.stream()
            .filter(ArchitectureTest::isForeign)
            .forEach(
                parent ->
                    events.add(
                        SimpleConditionEvent.violated(
                            type, type.getName() + " is a " + parent.getName())));
      }
    };
  }

  private static boolean isVisible(JavaMember member) {
    return member.getModifiers().contains(JavaModifier.PUBLIC)
        || member.getModifiers().contains(JavaModifier.PROTECTED);
  }

  private static List<JavaClass> signature(JavaMember member) {
    List<JavaClass> used = new ArrayList<>();
    if (member instanceof JavaField field) {
      used.addAll(involved(field.getType()));
    } else if (member instanceof JavaCodeUnit unit) {
      used.addAll(involved(unit.getReturnType()));
      unit.getParameterTypes().forEach(parameter -> used.addAll(involved(parameter)));
      used.addAll(unit.getExceptionTypes());
    }
    return used;
  }

  private static Set<JavaClass> involved(JavaType type) {
    return type.getAllInvolvedRawTypes();
  }

  private static boolean isForeign(JavaClass type) {
    String name = type.getPackageName();
    return name.startsWith("io.netty")
        || name.startsWith("java.sql")
        || name.startsWith("org.sqlite")
        || name.startsWith("picocli")
        || name.startsWith("org.bouncycastle")
        || name.startsWith("com.networknt")
        || name.startsWith("org.slf4j");
  }
}
