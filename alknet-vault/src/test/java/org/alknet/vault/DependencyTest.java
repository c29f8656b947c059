package org.alknet.vault;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.lang.module.ModuleDescriptor;
import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the module may know: the JDK and BouncyCastle, and of the JDK no network. */
@Tag("slow")
final class DependencyTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.alknet.vault");

  @Test
  void onlyTheJdkAndBouncyCastleAreUsed() {
    assertThat(CLASSES.size()).isGreaterThan(30);
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "javax.crypto..",
            "javax.security.auth..",
            "org.bouncycastle.asn1.x9..",
            "org.bouncycastle.crypto..",
            "org.bouncycastle.math.ec..",
            "org.alknet.vault..",
            // Annotations for the compiler, absent at run time.
            "org.jspecify.annotations..",
            "com.google.errorprone.annotations..")
        .check(CLASSES);
  }

  @Test
  void moduleRequiresNothingElse() throws IOException {
    try (InputStream in = VaultServiceHandle.class.getResourceAsStream("/module-info.class")) {
      ModuleDescriptor descriptor = ModuleDescriptor.read(in);
      Set<String> atRunTime =
          descriptor.requires().stream()
              .filter(r -> !r.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
              .map(ModuleDescriptor.Requires::name)
              .collect(Collectors.toSet());
      assertThat(atRunTime).containsExactlyInAnyOrder("java.base", "org.bouncycastle.provider");
      assertThat(descriptor.exports())
          .extracting(ModuleDescriptor.Exports::source)
          .containsExactlyInAnyOrder("org.alknet.vault", "org.alknet.vault.keystore");
      assertThat(descriptor.uses()).isEmpty();
      assertThat(descriptor.provides()).isEmpty();
    }
  }

  @Test
  void noClassCanReachANetwork() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net..", "javax.net..", "java.rmi..", "io.netty..")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching("java\\.nio\\.channels\\..*(Socket|Datagram|Server|Network).*")
        .check(CLASSES);
  }

  @Test
  void noClassKnowsAnotherModuleOfOurs() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.alknet.core..",
            "org.alknet.call..",
            "org.alknet.http..",
            "org.alknet.store..",
            "org.alknet.cli..")
        .check(CLASSES);
  }

  @Test
  void environmentVariablesAreNeverRead() {
    noClasses().should().callMethod(System.class, "getenv").check(CLASSES);
    noClasses().should().callMethod(System.class, "getenv", String.class).check(CLASSES);
    noClasses().should().dependOnClassesThat().areAssignableTo(ProcessBuilder.class).check(CLASSES);
  }

  @Test
  void onlyTheKeystoreTouchesFiles() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.alknet.vault.keystore")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.nio.file..")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching("java\\.io\\.(File.*|RandomAccessFile)")
        .check(CLASSES);
  }

  @Test
  void packagesDependOneWay() {
    slices().matching("org.alknet.(**)").should().beFreeOfCycles().check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("org.alknet.vault.internal")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.alknet.vault", "org.alknet.vault.keystore")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("org.alknet.vault")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.alknet.vault.keystore")
        .check(CLASSES);
  }

  @Test
  void noGlobalProviderAndNoWeakRandomness() {
    noClasses()
        .should()
        .callMethod(Security.class, "addProvider", Provider.class)
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.Random")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.UUID")
        .check(CLASSES);
  }

  @Test
  void onlyExceptionsEnumsAndTheAesKeyAreSerialisable() {
    classes()
        .that()
        .areAssignableTo(Serializable.class)
        .should()
        .beAssignableTo(Throwable.class)
        .orShould()
        .beEnums()
        .orShould()
        .haveSimpleName("WipeableAesKey")
        .check(CLASSES);
  }

  @Test
  void onlyOneClassOverwritesArrays() {
    noClasses()
        .that()
        .doNotHaveSimpleName("Secrets")
        .should()
        .callMethod(Arrays.class, "fill", byte[].class, byte.class)
        .orShould()
        .callMethod(Arrays.class, "fill", char[].class, char.class)
        .check(CLASSES);
  }
}
