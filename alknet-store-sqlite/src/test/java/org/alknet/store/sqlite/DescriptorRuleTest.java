package org.alknet.store.sqlite;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Nothing in the module can open the files of a store beside SQLite (section 7.3). */
class DescriptorRuleTest {
  private static final Set<String> OPENING_TYPES =
      Set.of(
          "java.io.FileInputStream",
          "java.io.FileOutputStream",
          "java.io.FileReader",
          "java.io.FileWriter",
          "java.io.RandomAccessFile",
          "java.nio.channels.FileChannel",
          "java.nio.channels.AsynchronousFileChannel");
  private static final Set<String> OPENING_METHODS =
      Set.of(
          "newInputStream",
          "newOutputStream",
          "newByteChannel",
          "newBufferedReader",
          "newBufferedWriter",
          "readAllBytes",
          "readAllLines",
          "readString",
          "lines",
          "write",
          "writeString",
          "copy",
          "mismatch");

  /** Creates and closes an empty file, which SQLite cannot have open: it did not exist. */
  private static final String CREATES = "org.alknet.store.sqlite.internal.FileGuards";

  /** Flushes a backup, which is another file than the store's: it refuses those. */
  private static final String FLUSHES = "org.alknet.store.sqlite.Maintenance";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importUrl(SqliteStore.class.getProtectionDomain().getCodeSource().getLocation());

  private static DescribedPredicate<JavaAccess<?>> opens() {
    return DescribedPredicate.describe(
        "open a file",
        access -> {
          String owner = access.getTargetOwner().getName();
          String name = access.getTarget().getName();
          return (OPENING_TYPES.contains(owner) && !name.equals("force") && !name.equals("close"))
              || (owner.equals("java.nio.file.Files") && OPENING_METHODS.contains(name));
        });
  }

  @Test
  void nothingOpensAFileBesideSqlite() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(FLUSHES)
        .should()
        .accessTargetWhere(opens())
        .check(CLASSES);
  }

  @Test
  void theRuleSeesTheOneExceptionItAllows() {
    assertThat(
            noClasses()
                .that()
                .haveFullyQualifiedName(FLUSHES)
                .should()
                .accessTargetWhere(opens())
                .evaluate(CLASSES)
                .hasViolation())
        .isTrue();
  }

  @Test
  void filesAreCreatedInOnePlace() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(CREATES)
        .should()
        .callMethod(Files.class, "createFile", Path.class, FileAttribute[].class)
        .check(CLASSES);
  }
}
